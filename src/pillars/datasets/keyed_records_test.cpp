#include "datasets/keyed_records.h"

#include <fmt/format.h>

#include <random>

#include "datasets/datasets_test.h"

namespace lepton::datasets {
namespace {

using access::Mask;
using access::parse_address;

class KeyedRecordsTest : public DatasetsTest {
 protected:
  void SetUp() override {
    DatasetsTest::SetUp();
    if (IsSkipped()) return;
    std::string csv = "id,name,region,balance\n";
    for (int i = 0; i < 200; ++i) csv += fmt::format("{},n{},{},{}.5\n", i, i, i % 3 == 0 ? "north" : "south", i);
    (void)import("ana", "banking/accounts", csv + "7,second,north,1\n,nameless,north,2\n", {});
    grant_ = grant_to_ben("banking/accounts").id;
  }
  static json::Array shown(Records const& records) {
    json::Array out;
    for (auto const& one : records.found) out.push_back(one ? json::Value(*one) : json::Value(nullptr));
    return out;
  }
  /// From memory, when an index for it is there, and by SQL: the same.
  void expect_as_by_sql(KeyedRecords& keyed, std::vector<std::string> const& columns,
                        std::vector<std::string> const& keys) {
    auto const call = as("ben", "default-risk");
    auto const from_memory = keyed.find(call, version_, "id", columns, keys);
    auto const by_sql = datasets_->records(call, version_, "id", columns, keys);
    EXPECT_EQ(json::write(shown(from_memory)), json::write(shown(by_sql)));
    EXPECT_EQ(from_memory.version, by_sql.version);
    EXPECT_EQ(from_memory.grounds.size(), by_sql.grounds.size());
  }
  void put_policy(std::string const& name, access::Effect const& effect) {
    access().policies.put(
        as("ana"), "banking", name,
        {.selector = {.path = "banking/accounts"}, .except = {"department:banking"}, .effect = effect}, std::nullopt);
  }
  std::int64_t reads() {
    return database().read(as("ana"), [](db::Transaction& tx) {
      return tx.query("SELECT count(*) FROM access_audit WHERE action = 'dataset.read'").at(0).integer(0);
    });
  }

  access::Address const version_ = parse_address("banking/accounts@1");
  access::GrantId grant_;
};
INSTANTIATE_TEST_SUITE_P(On, KeyedRecordsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(KeyedRecordsTest, AnswersAsSqlDoesWithoutRunningIt) {
  KeyedRecords keyed(*datasets_, log_);
  std::vector<std::string> const keys{"7", "199", "nobody", "007", "null", "", "200", "12"};
  expect_as_by_sql(keyed, {"balance", "NAME"}, keys);
  keyed.settle();
  EXPECT_EQ(keyed.usage().indexes, 1U);
  expect_as_by_sql(keyed, {"balance", "NAME"}, keys);
  auto const before = reads();
  for (int i = 0; i < 50; ++i)
    (void)keyed.find(as("ben", "default-risk"), version_, "ID", {"balance"}, {std::to_string(i)});
  EXPECT_EQ(reads(), before) << "no statement was run";
  // Another column: by SQL until the index has it too.
  expect_as_by_sql(keyed, {"region"}, keys);
  keyed.settle();
  expect_as_by_sql(keyed, {"region", "balance"}, keys);
  EXPECT_EQ(keyed.usage().indexes, 1U);
}

TEST_P(KeyedRecordsTest, ARevokedGrantRefusesTheNextLookupAndEmptiesTheMemory) {
  KeyedRecords keyed(*datasets_, log_);
  auto const call = as("ben", "default-risk");
  auto const look = [&] { return keyed.find(call, version_, "id", {"balance"}, {"1"}); };
  (void)look();
  keyed.settle();
  ASSERT_TRUE(look().found.at(0));
  access().grants.revoke(as("ana"), grant_, "enough");
  EXPECT_EQ(error_of(look).code(), Code::not_found) << "as for what is not there";
  EXPECT_EQ(keyed.usage().indexes, 0U);
  EXPECT_EQ(keyed.usage().bytes, 0U);
}

TEST_P(KeyedRecordsTest, AWithdrawalRefusesTheNextLookup) {
  KeyedRecords keyed(*datasets_, log_);
  auto const call = as("ben", "default-risk");
  auto const look = [&] { return keyed.find(call, version_, "id", {"balance"}, {"1"}); };
  (void)look();
  keyed.settle();
  (void)datasets_->withdraw(as("ana"), parse_address("banking/accounts"), "wrong");
  EXPECT_EQ(error_of(look).reason(), "withdrawn");
  EXPECT_EQ(keyed.usage().indexes, 0U);
}

TEST_P(KeyedRecordsTest, AChangedPolicyHoldsForTheNextLookup) {
  KeyedRecords keyed(*datasets_, log_);
  std::vector<std::string> const keys{"1", "3", "7"};
  expect_as_by_sql(keyed, {"balance", "name"}, keys);
  keyed.settle();
  put_policy("mask", {.masks = {{"name", Mask::replace_with_null}}});
  expect_as_by_sql(keyed, {"balance", "name"}, keys);
  keyed.settle();
  expect_as_by_sql(keyed, {"balance", "name"}, keys);
  EXPECT_EQ(keyed.usage().indexes, 1U) << "the index without masks serves nobody any more";
  put_policy("filter", {.row_filter = json::parse(R"({"type":"eq","term":"region","value":"north"})")});
  expect_as_by_sql(keyed, {"balance", "name"}, keys);
  keyed.settle();
  expect_as_by_sql(keyed, {"balance", "name"}, keys);
  put_policy("groups", {.min_group_size = 5});
  EXPECT_EQ(
      error_of([&] { return keyed.find(as("ben", "default-risk"), version_, "id", {"name"}, keys).version; }).reason(),
      "min_group_size");
}

TEST_P(KeyedRecordsTest, OneReadersIndexServesNobodyWhoSeesLess) {
  KeyedRecords keyed(*datasets_, log_);
  put_policy("mask", {.masks = {{"name", Mask::replace_with_null}}});
  auto const name = [&](Call const& call) {
    return json::write(keyed.find(call, version_, "id", {"name"}, {"1"}).found.at(0)->at("name"));
  };
  EXPECT_EQ(name(as("ana")), "\"n1\"");
  keyed.settle();
  EXPECT_EQ(name(as("ben", "default-risk")), "null");
  keyed.settle();
  EXPECT_EQ(name(as("ana")), "\"n1\"");
  EXPECT_EQ(name(as("ben", "default-risk")), "null");
  EXPECT_EQ(keyed.usage().indexes, 2U);
}

TEST_P(KeyedRecordsTest, KeepsNoMaskThatIsAnotherForEachStatement) {
  KeyedRecords keyed(*datasets_, log_);
  put_policy("mask", {.masks = {{"name", Mask::sha_256_query_local}}});
  auto const name = [&] {
    return keyed.find(as("ben", "default-risk"), version_, "id", {"name"}, {"1"}).found.at(0)->at("name");
  };
  auto const first = name();
  keyed.settle();
  EXPECT_NE(first, name());
  EXPECT_EQ(keyed.usage().indexes, 0U);
}

TEST_P(KeyedRecordsTest, StaysWithinItsMemory) {
  KeyedRecords none(*datasets_, log_, {.most_bytes = 1000});
  for (int i = 0; i < 2; ++i) {
    expect_as_by_sql(none, {"balance"}, {"1", "2"});
    none.settle();
  }
  EXPECT_EQ(none.usage().indexes, 0U) << "too large: by SQL, and not tried again at once";
  KeyedRecords one(*datasets_, log_, {.most_bytes = 14000});
  (void)one.find(as("ben", "default-risk"), version_, "id", {"balance"}, {"1"});
  one.settle();
  (void)one.find(as("ben", "default-risk"), version_, "name", {"balance"}, {"n1"});
  one.settle();
  EXPECT_EQ(one.usage().indexes, 1U);
  EXPECT_LE(one.usage().bytes, 14000U);
  expect_as_by_sql(one, {"balance"}, {"1", "2"});
}

}  // namespace
}  // namespace lepton::datasets
