#include "db/database.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <limits>
#include <mutex>
#include <numbers>
#include <thread>

#include "base/error.h"
#include "base/test_error.h"
#include "db/durability.h"
#include "db/test_database.h"

namespace lepton::db {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr Migration kSchema[] = {
    {"test", 1,
     R"(CREATE TABLE account (id SERIAL_KEY, name TEXT NOT NULL UNIQUE, balance BIGINT NOT NULL CHECK (balance >= 0));
                   CREATE TABLE note (account BIGINT NOT NULL REFERENCES account (id), body TEXT, score DOUBLE PRECISION, bytes BYTEA))"}};

class Databases : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (!IsSkipped()) database().migrate(kSchema);
  }
  void add_account(std::string const& name, std::int64_t balance) {
    database().write(call_, [&](Transaction& tx) {
      tx.execute("INSERT INTO account (name, balance) VALUES ($1, $2)", {name, balance});
    });
  }
  std::int64_t count_accounts() {
    return database().read(call_,
                           [](Transaction& tx) { return tx.query("SELECT count(*) FROM account").front().integer(0); });
  }
};
INSTANTIATE_TEST_SUITE_P(On, Databases, testing::ValuesIn(test_databases()), test_database_name);

TEST_P(Databases, GivesBackWhatWasStored) {
  std::string const all_bytes = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  add_account("ana", 0);
  std::vector<double> const numbers{0.1,
                                    -0.0,
                                    1e300,
                                    5e-324,
                                    std::numbers::pi,
                                    std::numeric_limits<double>::max(),
                                    std::numeric_limits<double>::infinity(),
                                    3.0};
  for (double const number : numbers) {
    auto const rows = database().write(call_, [&](Transaction& tx) {
      tx.execute("DELETE FROM note");
      tx.execute("INSERT INTO note VALUES ($1, $2, $3, $4)", {1, "Zoë 名前 \\x41 '\"$1", number, Blob{all_bytes}});
      return tx.query("SELECT account, body, score, bytes FROM note");
    });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].integer(0), 1);
    EXPECT_EQ(rows[0].text(1), "Zoë 名前 \\x41 '\"$1");
    EXPECT_EQ(rows[0].real(2), number);
    EXPECT_EQ(std::signbit(rows[0].real(2)), number < 0);
    EXPECT_EQ(rows[0].blob(3), all_bytes);
  }
}

TEST_P(Databases, GivesBackExtremeIntegersAndEmptyValues) {
  auto const row = database().write(call_, [&](Transaction& tx) {
    tx.execute("INSERT INTO account (name, balance) VALUES ($1, $2)", {"", std::numeric_limits<std::int64_t>::max()});
    tx.execute("INSERT INTO note VALUES ($1, $2, $3, $4)", {1, "", nullptr, Blob{""}});
    return *tx.find(
        "SELECT a.name, a.balance, n.body, n.score, n.bytes FROM account a JOIN note n ON n.account = a.id");
  });
  EXPECT_EQ(row.text(0), "");
  EXPECT_EQ(row.integer(1), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(row.maybe_text(2), "");
  EXPECT_TRUE(row.is_null(3));
  EXPECT_EQ(row.blob(4), "");
}

TEST_P(Databases, AnswersTheSameTypesForExpressions) {
  add_account("ana", 3);
  add_account("ben", 4);
  auto const row = database().read(call_, [](Transaction& tx) {
    return *tx.find(
        "SELECT sum(balance), count(*), max(name), avg(balance), 1 = 1, coalesce(max(balance), 0) FROM account");
  });
  EXPECT_EQ(row.integer(0), 7);
  EXPECT_EQ(row.integer(1), 2);
  EXPECT_EQ(row.text(2), "ben");
  EXPECT_EQ(row.real(3), 3.5);
  EXPECT_TRUE(row.boolean(4));
  EXPECT_EQ(row.integer(5), 4);
}

TEST_P(Databases, ParametersMayRepeatAndStandInAnyOrder) {
  auto const row = database().read(call_, [](Transaction& tx) {
    return *tx.find("SELECT $3, $1, $2, $1 WHERE $2 IS NOT NULL", {"one", 2, true});
  });
  EXPECT_TRUE(row.boolean(0));
  EXPECT_EQ(row.text(1), "one");
  EXPECT_EQ(row.integer(2), 2);
  EXPECT_EQ(row.text(3), "one");
}

TEST_P(Databases, OptionalParametersAndNullsInOneStatement) {
  add_account("ana", 1);
  auto const insert = [&](std::optional<std::string> body, std::optional<double> score) {
    database().write(call_, [&](Transaction& tx) {
      tx.execute("INSERT INTO note (account, body, score) VALUES ($1, $2, $3)", {1, body, score});
    });
  };
  insert("text", std::nullopt);
  insert(std::nullopt, 2.5);
  auto const rows = database().read(
      call_, [](Transaction& tx) { return tx.query("SELECT body, score FROM note ORDER BY score IS NULL"); });
  EXPECT_EQ(rows[0].maybe_text(0), std::nullopt);
  EXPECT_EQ(rows[0].real(1), 2.5);
  EXPECT_EQ(rows[1].text(0), "text");
  EXPECT_TRUE(rows[1].is_null(1));
}

TEST_P(Databases, OrdersTextByCodePoint) {
  for (auto const* const name : {"b", "B", "a", "_", "ä", "A"}) add_account(name, 0);
  auto const rows =
      database().read(call_, [](Transaction& tx) { return tx.query("SELECT name FROM account ORDER BY name"); });
  std::vector<std::string> names;
  for (Row const& row : rows) names.push_back(row.text(0));
  EXPECT_THAT(names, ElementsAre("A", "B", "_", "a", "b", "ä"));
}

TEST_P(Databases, TellsHowManyRowsChanged) {
  add_account("ana", 1);
  add_account("ben", 1);
  database().write(call_, [](Transaction& tx) {
    EXPECT_EQ(tx.execute("UPDATE account SET balance = 5"), 2);
    EXPECT_EQ(tx.execute("UPDATE account SET balance = 6 WHERE name = 'nobody'"), 0);
    EXPECT_EQ(tx.execute("INSERT INTO account (name, balance) VALUES ('ana', 1) ON CONFLICT (name) DO NOTHING"), 0);
    EXPECT_EQ(tx.execute("DELETE FROM account WHERE name = $1", {"ben"}), 1);
    EXPECT_EQ(tx.execute("SELECT 1"), 0);
  });
}

TEST_P(Databases, ReturnsAssignedKeysAscending) {
  auto const keys = database().write(call_, [](Transaction& tx) {
    std::vector<std::int64_t> found;
    for (auto const* const name : {"a", "b", "c"})
      found.push_back(
          tx.query("INSERT INTO account (name, balance) VALUES ($1, 0) RETURNING id", {name}).front().integer(0));
    return found;
  });
  EXPECT_THAT(keys, ElementsAre(1, 2, 3));
}

TEST_P(Databases, RefusesWhatCannotBeStored) {
  auto const code = [&](Param const& param) {
    return error_of([&] { database().read(call_, [&](Transaction& tx) { tx.execute("SELECT $1", {param}); }); }).code();
  };
  EXPECT_EQ(code(std::string("a\0b", 3)), Code::invalid);
  EXPECT_EQ(code("\xff"), Code::invalid);
  EXPECT_EQ(code(std::nan("")), Code::invalid);
}

TEST_P(Databases, AFailingFunctionLeavesNothing) {
  EXPECT_THROW(database().write(call_,
                                [](Transaction& tx) {
                                  tx.execute("INSERT INTO account (name, balance) VALUES ('ana', 1)");
                                  throw invalid("no");
                                }),
               Error);
  EXPECT_EQ(count_accounts(), 0);
}

TEST_P(Databases, ConstraintsAreConflicts) {
  add_account("ana", 1);
  auto const run = [&](std::string const& sql) {
    Error const error = error_of([&] { database().write(call_, [&](Transaction& tx) { tx.execute(sql); }); });
    EXPECT_EQ(error.code(), Code::conflict) << error.what();
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("ana")));
    return std::string(error.reason());
  };
  EXPECT_EQ(run("INSERT INTO account (name, balance) VALUES ('ana', 1)"), "already_exists");
  EXPECT_EQ(run("INSERT INTO note (account) VALUES (99)"), "broken_reference");
  EXPECT_EQ(run("INSERT INTO account (name, balance) VALUES ('ben', -1)"), "constraint");
  EXPECT_EQ(run("INSERT INTO account (name, balance) VALUES (NULL, 1)"), "constraint");
  database().write(call_, [](Transaction& tx) { tx.execute("INSERT INTO note (account) VALUES (1)"); });
  EXPECT_EQ(run("DELETE FROM account"), "broken_reference");
}

TEST_P(Databases, AFailedStatementEndsTheTransactionEvenWhenItIsCaught) {
  add_account("ana", 1);
  EXPECT_THAT(
      [&] {
        database().write(call_, [](Transaction& tx) {
          tx.execute("INSERT INTO account (name, balance) VALUES ('ben', 1)");
          try {
            tx.execute("INSERT INTO account (name, balance) VALUES ('ana', 1)");
          } catch (Error const&) {
          }
        });
      },
      ThrowsMessage<Error>(HasSubstr("first failed statement")));
  EXPECT_EQ(count_accounts(), 1);
}

TEST_P(Databases, WrongSqlIsOurMistakeAndNamed) {
  Error const error = error_of([&] { database().read(call_, [](Transaction& tx) { tx.execute("SELEC 1"); }); });
  EXPECT_EQ(error.code(), Code::internal);
  EXPECT_THAT(error.what(), HasSubstr("SELEC 1"));
  EXPECT_EQ(count_accounts(), 0);
}

TEST_P(Databases, AReaderIsRefusedToWrite) {
  for (auto const* const sql : {"INSERT INTO account (name, balance) VALUES ('ana', 1)", "CREATE TABLE t (a BIGINT)"})
    EXPECT_THAT([&] { database().read(call_, [&](Transaction& tx) { tx.execute(sql); }); },
                ThrowsMessage<Error>(HasSubstr("reading transaction")));
  EXPECT_EQ(count_accounts(), 0);
}

TEST_P(Databases, AReaderSeesOneMomentThroughout) {
  add_account("ana", 1);
  database().read(call_, [&](Transaction& tx) {
    EXPECT_EQ(tx.query("SELECT count(*) FROM account").front().integer(0), 1);
    std::thread([&] { add_account("ben", 1); }).join();
    EXPECT_EQ(tx.query("SELECT count(*) FROM account").front().integer(0), 1);
  });
  EXPECT_EQ(count_accounts(), 2);
}

TEST_P(Databases, AWriteInsideAWriteIsRefusedAndDoesNotHang) {
  EXPECT_THAT([&] { database().write(call_, [&](Transaction&) { add_account("ana", 1); }); },
              ThrowsMessage<Error>(HasSubstr("does not begin another write")));
  add_account("ana", 1);
}

TEST_P(Databases, ConcurrentTransfersKeepTheSum) {
  add_account("a", 1000);
  add_account("b", 1000);
  auto const transfer = [&](std::string const& from, std::string const& to) {
    for (int i = 0; i < 25; ++i)
      database().write(call_, [&](Transaction& tx) {
        auto const balance = [&](std::string const& name) {
          return tx.find("SELECT balance FROM account WHERE name = $1", {name})->integer(0);
        };
        std::int64_t const left = balance(from) - 1;
        std::int64_t const right = balance(to) + 1;
        tx.execute("UPDATE account SET balance = $1 WHERE name = $2", {left, from});
        tx.execute("UPDATE account SET balance = $1 WHERE name = $2", {right, to});
      });
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back(transfer, "a", "b");
    threads.emplace_back(transfer, "b", "a");
  }
  for (auto& thread : threads) thread.join();
  auto const rows =
      database().read(call_, [](Transaction& tx) { return tx.query("SELECT balance FROM account ORDER BY name"); });
  EXPECT_EQ(rows[0].integer(0), 1000);
  EXPECT_EQ(rows[1].integer(0), 1000);
}

TEST_P(Databases, HooksRunAfterTheCommitAndOnlyThen) {
  std::vector<std::string> ran;
  database().write(call_, [&](Transaction& tx) {
    tx.execute("INSERT INTO account (name, balance) VALUES ('ana', 1)");
    tx.after_commit([&] { ran.push_back("sees " + std::to_string(count_accounts())); });
    EXPECT_TRUE(ran.empty());
  });
  EXPECT_THAT(ran, ElementsAre("sees 1"));
  EXPECT_THROW(database().write(call_,
                                [&](Transaction& tx) {
                                  tx.after_commit([&] { ran.push_back("never"); });
                                  throw invalid("no");
                                }),
               Error);
  EXPECT_EQ(ran.size(), 1U);
}

TEST_P(Databases, AStoppedCallStopsALongStatement) {
  std::stop_source stop;
  Call const call = system_call(clock_, stop.get_token());
  auto const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  if (GetParam() == Dialect::sqlite) {
    std::thread stopper;
    EXPECT_EQ(error_of([&] {
                database().read(call, [&](Transaction& tx) {
                  stopper = std::thread([&] { stop.request_stop(); });
                  tx.execute(endless);
                });
              }).code(),
              Code::cancelled);
    stopper.join();
  }
  Call limited = call_;
  limited.deadline = clock_.steady() + std::chrono::milliseconds(100);
  Error const error = error_of([&] { database().read(limited, [&](Transaction& tx) { tx.execute(endless); }); });
  EXPECT_EQ(error.reason(), "deadline_exceeded") << error.what();
  add_account("ana", 1);
}

// Counts answers of enqueue_write.
class Answers {
 public:
  auto expect() {
    return [this](std::exception_ptr error) {
      std::lock_guard const lock(mutex_);
      answers_.push_back(std::move(error));
      changed_.notify_all();
    };
  }
  std::vector<std::exception_ptr> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answers_.size() >= count; });
    return answers_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::exception_ptr> answers_;
};

TEST_P(Databases, GroupedWritesAreAllDurableAndOrdered) {
  Answers answers;
  std::vector<int> hooks;
  for (int i = 0; i < 1000; ++i)
    database().enqueue_write(
        [&hooks, i](Transaction& tx) {
          tx.execute("INSERT INTO account (name, balance) VALUES ($1, $2)", {std::to_string(i), i});
          tx.after_commit([&hooks, i] { hooks.push_back(i); });
        },
        answers.expect());
  for (auto const& answer : answers.wait_for(1000)) EXPECT_FALSE(answer);
  EXPECT_EQ(count_accounts(), 1000);
  EXPECT_EQ(hooks.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(hooks.begin(), hooks.end()));
}

TEST_P(Databases, AGroupedWriteThatFailsIsAloneInThat) {
  Answers answers;
  bool wrong_hook = false;
  auto const insert = [&](std::string const& name) {
    database().enqueue_write(
        [&, name](Transaction& tx) {
          tx.after_commit([&, name] { wrong_hook |= name == "twice"; });
          tx.execute("INSERT INTO account (name, balance) VALUES ($1, 1)", {name});
          if (name == "twice") tx.execute("INSERT INTO account (name, balance) VALUES ($1, 1)", {name});
        },
        answers.expect());
  };
  for (auto const* const name : {"a", "twice", "b"}) insert(name);
  auto const outcomes = answers.wait_for(3);
  EXPECT_FALSE(outcomes[0]);
  ASSERT_TRUE(outcomes[1]);
  EXPECT_EQ(error_of([&] { std::rethrow_exception(outcomes[1]); }).code(), Code::conflict);
  EXPECT_FALSE(outcomes[2]);
  EXPECT_FALSE(wrong_hook);
  EXPECT_EQ(count_accounts(), 2);
}

TEST_P(Databases, FinishingWaitsForQueuedWritesAndForThoseThatTheyQueue) {
  std::atomic<int> done = 0;
  std::function<void(int)> queue = [&](int left) {
    database().enqueue_write(
        [left](Transaction& tx) {
          tx.execute("INSERT INTO account (name, balance) VALUES ($1, 1)", {std::to_string(left)});
        },
        [&, left](std::exception_ptr error) {
          if (left > 1) queue(left - 1);
          done += error ? 0 : 1;
        });
  };
  queue(20);
  database().finish_queued();
  EXPECT_EQ(done, 20);
  database().finish_queued();
  EXPECT_EQ(count_accounts(), 20);
}

TEST_P(Databases, ClosingFinishesGroupedWrites) {
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i)
    database().enqueue_write(
        [i](Transaction& tx) { tx.execute("INSERT INTO account (name, balance) VALUES ($1, 1)", {std::to_string(i)}); },
        [&](std::exception_ptr error) { done += error ? 0 : 1; });
  test_database().reopen();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(count_accounts(), 100);
}

TEST_P(Databases, WhatIsDurableLaterIsSeenAtOnceAndInOrder) {
  bool hook = false;
  auto const add = [&](Transaction& tx) {
    tx.execute("INSERT INTO account (name, balance) VALUES ('ana', 1)");
    tx.after_commit([&] { hook = true; });
  };
  {
    DurableLater const later;
    database().write(call_, add);
  }
  EXPECT_TRUE(hook);
  EXPECT_EQ(count_accounts(), 1);
  add_account("bo", 1);
  make_durable(database());
  test_database().reopen();
  EXPECT_EQ(count_accounts(), 2);
}

TEST_P(Databases, SurvivesReopening) {
  add_account("ana", 7);
  test_database().reopen();
  database().migrate(kSchema);
  EXPECT_EQ(count_accounts(), 1);
}

}  // namespace
}  // namespace lepton::db
