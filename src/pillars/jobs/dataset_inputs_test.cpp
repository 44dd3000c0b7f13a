#include "jobs/dataset_inputs.h"

#include <gtest/gtest.h>

#include "datasets/datasets_test.h"
#include "table/own_worker.h"

namespace lepton::jobs {
namespace {

using testing::HasSubstr;

// The company of the story: banking owns customers, ben works for risk.
class DatasetInputsTest : public datasets::DatasetsTest {
 protected:
  void SetUp() override {
    DatasetsTest::SetUp();
    if (IsSkipped()) return;
    import("ana", "banking/clients", "id,name,age\n1,Zoë,30\n2,\"Doe, Jo\",41\n");
    inputs_.emplace(*datasets_);
  }
  Call ben() {
    Call call = as("ben");
    call.purpose = "default-risk";
    return call;
  }

  std::optional<DatasetInputs> inputs_;
};
INSTANTIATE_TEST_SUITE_P(On, DatasetInputsTest, testing::Values(db::Dialect::sqlite), db::test_database_name);

TEST_P(DatasetInputsTest, LaysOutWhatTheCallerMaySee) {
  auto const grant = grant_to_ben("banking/clients", {{"name", access::Mask::replace_with_null}});
  Input const input = inputs_->resolve(ben(), {"banking/clients", "clients.csv"});
  EXPECT_EQ(input.dataset, "banking/clients@1");
  auto const path = directory_.path() / "clients.csv";
  auto const staged = inputs_->stage(ben(), input, path);
  EXPECT_EQ(read_file(path), "id,name,age\n1,,30\n2,,41\n");
  ASSERT_FALSE(staged.grounds.empty());
  EXPECT_EQ(staged.grounds[0].id, grant.id.str());
}

TEST_P(DatasetInputsTest, StaysWithTheVersionThatWasSubmitted) {
  grant_to_ben("banking/clients");
  Input const input = inputs_->resolve(ben(), {"banking/clients", "clients.csv"});
  import("ana", "banking/clients", "id,name,age\n3,Ann,50\n");
  auto const path = directory_.path() / "clients.csv";
  std::ignore = inputs_->stage(ben(), input, path);
  EXPECT_THAT(read_file(path), HasSubstr("Doe, Jo"));
}

TEST_P(DatasetInputsTest, ARevokedGrantEndsIt) {
  auto const grant = grant_to_ben("banking/clients");
  Input const input = inputs_->resolve(ben(), {"banking/clients", "clients.csv"});
  access().grants.revoke(as("ana"), grant.id, "no longer");
  auto const act = [&] {
    std::ignore = inputs_->stage(ben(), input, directory_.path() / "clients.csv");
    return 0;
  };
  EXPECT_THAT(error_of(act).code(), testing::AnyOf(Code::denied, Code::not_found));
}

TEST_P(DatasetInputsTest, TheJobsOwnCallSeesTheSame) {
  grant_to_ben("banking/clients", {{"name", access::Mask::replace_with_null}});
  Input const input = inputs_->resolve(ben(), {"banking/clients", "clients.csv"});
  // As an attempt calls: who it was, without roles, on a clock of its own.
  Call const full = ben();
  Call call = system_call(*full.clock);
  call.principal.id = full.principal.id;
  call.principal.name = full.principal.name;
  call.principal.type = full.principal.type;
  call.principal.department = full.principal.department;
  call.purpose = full.purpose;
  auto const path = directory_.path() / "clients.csv";
  std::ignore = inputs_->stage(call, input, path);
  EXPECT_EQ(read_file(path), "id,name,age\n1,,30\n2,,41\n");
}

TEST_P(DatasetInputsTest, WantsACsvFileName) {
  grant_to_ben("banking/clients");
  auto const act = [&] { return inputs_->resolve(ben(), {"banking/clients", "clients.parquet"}); };
  EXPECT_THAT(error_of(act).what(), HasSubstr("clients.parquet.csv"));
}

}  // namespace
}  // namespace lepton::jobs
