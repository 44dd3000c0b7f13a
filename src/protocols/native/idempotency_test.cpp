#include "native/idempotency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "db/companion.h"
#include "db/test_database.h"
#include "native/schema.h"

namespace lepton::native {
namespace {

/// A server that dies is one of which nothing more is called.
class IdempotencyTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(migrations());
    call_ = system_call(clock_);
    call_.principal.id = PrincipalId("ben");
  }
  std::string reason_of_repetition() {
    try {
      return Idempotency(database()).begin(call_, "k", "f") ? "replayed" : "runs";
    } catch (Error const& e) {
      return std::string(e.reason());
    }
  }
  void effect(
      Call const& call, std::function<void(db::Transaction&)> const& work = [](db::Transaction&) {}) {
    db::Companion const taking([&](db::Transaction& tx) { Idempotency::take(tx, call, "k"); });
    database().write(call, work);
  }

  ManualClock clock_;
  Call call_;
};
INSTANTIATE_TEST_SUITE_P(On, IdempotencyTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(IdempotencyTest, DiedBeforeAnEffectTheRequestMayRunAfterAWhile) {
  EXPECT_EQ(reason_of_repetition(), "runs");
  EXPECT_EQ(reason_of_repetition(), "in_progress");
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(reason_of_repetition(), "runs");
}

TEST_P(IdempotencyTest, DiedAfterTheEffectItNeverRunsAgain) {
  EXPECT_EQ(reason_of_repetition(), "runs");
  effect(call_);
  EXPECT_EQ(reason_of_repetition(), "answer_unknown");
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(reason_of_repetition(), "answer_unknown");
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(reason_of_repetition(), "runs");
}

TEST_P(IdempotencyTest, AnEffectThatWasRolledBackTakesNoKey) {
  EXPECT_EQ(reason_of_repetition(), "runs");
  EXPECT_THROW(effect(call_, [](db::Transaction&) { throw conflict("no"); }), Error);
  Call rehearsal = call_;
  rehearsal.validate_only = true;
  effect(rehearsal);
  EXPECT_EQ(reason_of_repetition(), "in_progress");
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(reason_of_repetition(), "runs");
}

TEST_P(IdempotencyTest, TheAnswerIsReplayedWhenItWasKept) {
  Idempotency idempotency(database());
  EXPECT_FALSE(idempotency.begin(call_, "k", "f"));
  effect(call_);
  idempotency.keep(call_, "k", {.status = 201, .headers = {}, .body = "{}", .stream = {}});
  EXPECT_EQ(reason_of_repetition(), "replayed");
}

}  // namespace
}  // namespace lepton::native
