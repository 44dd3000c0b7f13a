#include "db/session_database.h"

#include <thread>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/random.h"
#include "db/companion.h"
#include "db/durability.h"
#include "db/migration.h"

namespace lepton::db {
namespace {

// Rolls back unless told that the commit is done.
class Rollback {
 public:
  explicit Rollback(Session& session) : session_(&session) {}
  ~Rollback() {
    if (session_ != nullptr) session_->rollback();
  }
  Rollback(Rollback const&) = delete;
  Rollback& operator=(Rollback const&) = delete;
  void dismiss() { session_ = nullptr; }

 private:
  Session* session_;
};

// After a failed statement PostgreSQL refuses every other one; so does this, for both, that code tested on SQLite does
// not rely on more.
class SessionTransaction final : public Transaction {
 public:
  SessionTransaction(Session& session, Dialect dialect, std::shared_ptr<TableNames const> counted = nullptr)
      : session_(session), dialect_(dialect), changed_(std::move(counted)) {}

  [[nodiscard]] Dialect dialect() const override { return dialect_; }
  void after_commit(std::function<void()> action) override { hooks_.push_back(std::move(action)); }

  void require_intact() const { check(!failed_, "a transaction ends with its first failed statement"); }
  void count_changes() { changed_.count(*this); }
  [[nodiscard]] bool wrote() const { return wrote_; }
  [[nodiscard]] std::vector<std::function<void()>> take_hooks() { return std::move(hooks_); }

  struct Savepoint {
    std::size_t hooks;
  };
  Savepoint save() {
    session_.run("SAVEPOINT item", {});
    return {hooks_.size()};
  }
  void release() { session_.run("RELEASE SAVEPOINT item", {}); }
  void roll_back_to(Savepoint savepoint) {
    session_.run("ROLLBACK TO SAVEPOINT item", {});
    release();
    hooks_.resize(savepoint.hooks);
    failed_ = false;
  }

 protected:
  Result run(std::string_view sql, std::span<Param const> params) override {
    require_intact();
    failed_ = true;
    require_storable(params);
    changed_.note(sql);
    wrote_ = wrote_ || !sql.starts_with("SELECT");
    StatementResult result = session_.run(sql, params);
    failed_ = false;
    return {std::move(result.rows), result.changed};
  }

 private:
  Session& session_;
  Dialect dialect_;
  ChangedTables changed_;
  bool failed_ = false;
  bool wrote_ = false;
  std::vector<std::function<void()>> hooks_;
};

// A write inside a write would wait for itself.
thread_local Database const* writing_on_this_thread = nullptr;

class WriteGuard {
 public:
  explicit WriteGuard(Database const& database) {
    check(writing_on_this_thread != &database, "a write does not begin another write of the same database");
    previous_ = std::exchange(writing_on_this_thread, &database);
  }
  ~WriteGuard() { writing_on_this_thread = previous_; }
  WriteGuard(WriteGuard const&) = delete;
  WriteGuard& operator=(WriteGuard const&) = delete;

 private:
  Database const* previous_ = nullptr;
};

void pause_before_retry(int attempt) {
  auto const jitter = static_cast<unsigned char>(random_bytes(1)[0]);
  std::this_thread::sleep_for(std::chrono::microseconds((100 << std::min(attempt, 8)) * (jitter + 1) / 256));
}

void run_hooks(std::vector<std::function<void()>> const& hooks) {
  for (auto const& hook : hooks) hook();
}

}  // namespace

SessionDatabase::SessionDatabase(Options options, Clock const& clock)
    : dialect_(options.dialect),
      clock_(clock),
      readers_(std::move(options.open_reader), options.readers),
      writers_(std::move(options.open_writer), options.writers),
      sync_(std::move(options.sync)),
      group_commit_([this](auto const& items) { return run_batch(items); }) {
  // A database that cannot be opened is an error now, not at the first call.
  Call const call = system_call(clock_);
  std::ignore = writers_.take(call);
}

// A connection that waited in the pool may have been lost meanwhile; as nothing ran on it yet, another is taken.
Pool::Lease SessionDatabase::begin(Pool& pool, Mode mode, Call const& call) {
  for (;;) {
    Pool::Lease lease = pool.take(call);
    try {
      lease->begin(mode, call);
      return lease;
    } catch (Error const&) {
      if (!lease->broken() || lease.fresh()) throw;
    }
  }
}

template <class Function>
auto SessionDatabase::until_serialised(Call const& call, Function const& function) {
  constexpr int kAttempts = 50;
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    try {
      return function();
    } catch (SerializationFailure const&) {
      call.proceed();
      pause_before_retry(attempt);
    }
  }
  throw unavailable("too many calls change the same rows: try again").with_reason("contention");
}

void SessionDatabase::do_read(Call const& call, Body const& body) {
  until_serialised(call, [&] {
    Pool::Lease const lease = begin(readers_, Mode::read, call);
    Rollback const rollback(*lease);
    SessionTransaction tx(*lease, dialect_);
    body(tx);
  });
}

SessionDatabase::Committed SessionDatabase::write_once(Call const& call, Body const& body) {
  Pool::Lease const lease = begin(writers_, Mode::write, call);
  Rollback rollback(*lease);
  SessionTransaction tx(*lease, dialect_, *counted_.read());
  body(tx);
  Companion::accompany(tx);
  tx.require_intact();
  tx.count_changes();
  lease->commit();
  rollback.dismiss();
  return {tx.wrote() ? sync_.committed() : sync_.last(), tx.take_hooks()};
}

void SessionDatabase::do_write(Call const& call, Body const& body) {
  Committed committed;
  {
    WriteGuard const guard(*this);
    committed = until_serialised(call, [&] { return write_once(call, body); });
  }
  if (DurableLater::on_this_thread())
    sync_.leave(committed.number);
  else
    sync_.wait(committed.number);
  run_hooks(committed.hooks);
}

void SessionDatabase::enqueue_write(std::function<void(Transaction&)> work,
                                    std::function<void(std::exception_ptr)> done) {
  group_commit_.add({std::move(work), std::move(done)});
}

SessionDatabase::Committed SessionDatabase::batch_once(Call const& call, std::vector<GroupCommit::Item> const& items,
                                                       std::vector<std::exception_ptr>& outcomes) {
  outcomes.assign(items.size(), nullptr);
  Pool::Lease const lease = begin(writers_, Mode::write, call);
  Rollback rollback(*lease);
  SessionTransaction tx(*lease, dialect_, *counted_.read());
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto const savepoint = tx.save();
    try {
      items[i].work(tx);
      tx.require_intact();
      tx.release();
    } catch (SerializationFailure const&) {
      throw;
    } catch (...) {
      outcomes[i] = std::current_exception();
      tx.roll_back_to(savepoint);
    }
  }
  tx.count_changes();
  lease->commit();
  rollback.dismiss();
  return {tx.wrote() ? sync_.committed() : sync_.last(), tx.take_hooks()};
}

std::vector<std::exception_ptr> SessionDatabase::run_batch(std::vector<GroupCommit::Item> const& items) {
  Call const call = system_call(clock_);
  std::vector<std::exception_ptr> outcomes;
  try {
    Committed committed;
    {
      WriteGuard const guard(*this);
      committed = until_serialised(call, [&] { return batch_once(call, items, outcomes); });
    }
    sync_.wait(committed.number);
    run_hooks(committed.hooks);
  } catch (...) {
    for (auto& outcome : outcomes)
      if (!outcome) outcome = std::current_exception();
    outcomes.resize(items.size(), std::current_exception());
  }
  return outcomes;
}

void SessionDatabase::migrate(std::span<Migration const> migrations) {
  Call const call = system_call(clock_);
  auto const known = *migrated_modules_.read();
  until_serialised(call, [&] {
    Pool::Lease const lease = begin(writers_, Mode::migrate, call);
    Rollback rollback(*lease);
    apply_migrations(*lease, dialect_, migrations, known, call.now());
    lease->commit();
    rollback.dismiss();
    (void)sync_.committed();
  });
  sync_.wait(sync_.last());
  {
    auto modules = migrated_modules_.lock();
    for (Migration const& migration : migrations) modules->emplace(migration.module);
    if (!modules->contains(change_migrations().front().module)) return;
  }
  find_counted_tables(call);
}

void SessionDatabase::find_counted_tables(Call const& call) {
  auto const counted = std::make_shared<TableNames>();
  do_read(call, [&](Transaction& tx) {
    for (auto const& [table, commits] : changes(tx)) counted->insert(table);
  });
  *counted_.lock() = counted;
}

}  // namespace lepton::db
