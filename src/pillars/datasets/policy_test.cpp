#include <fmt/format.h>

#include <random>

#include "datasets/datasets_test.h"

// What a caller under policies sees is what anybody sees of a copy from which the hidden rows and values were taken
// out.
namespace lepton::datasets {
namespace {

using access::Mask;
using access::parse_address;

constexpr int kRounds = 4;
constexpr int kStatements = 6;

/// A random policy over the columns of kTable, and the same thing done by hand to each row.
struct RandomPolicy {
  json::Value filter;
  std::function<bool(int id, std::string const& region, std::optional<int> amount)> keeps;
  access::Masks masks;
};

class PolicyTest : public DatasetsTest {
 protected:
  struct Row {
    int id;
    std::string region;
    std::optional<int> amount;
    std::string phone;
  };

  std::vector<Row> random_rows(std::mt19937& random) {
    std::vector<Row> rows;
    char const* const regions[] = {"north", "south", "it's", "张"};
    for (int i = 0; i < 40; ++i)
      rows.push_back({i, regions[random() % 4],
                      random() % 5 == 0 ? std::nullopt : std::optional<int>(static_cast<int>(random() % 20)),
                      fmt::format("13{:09}", random() % 1000)});
    return rows;
  }

  RandomPolicy random_policy(std::mt19937& random) {
    RandomPolicy policy;
    int const bound = static_cast<int>(random() % 20);
    switch (random() % 4) {
      case 0:
        policy.filter = json::parse(R"({"type":"in","term":"region","values":["it's","张"]})");
        policy.keeps = [](int, std::string const& region, std::optional<int>) {
          return region == "it's" || region == "张";
        };
        break;
      case 1:
        policy.filter = json::Object{{"type", "gt"}, {"term", "amount"}, {"value", bound}};
        policy.keeps = [bound](int, std::string const&, std::optional<int> amount) {
          return amount && *amount > bound;
        };
        break;
      case 2:
        policy.filter = json::Object{{"type", "or"},
                                     {"left", json::Object{{"type", "is-null"}, {"term", "amount"}}},
                                     {"right", json::Object{{"type", "lt-eq"}, {"term", "id"}, {"value", bound}}}};
        policy.keeps = [bound](int id, std::string const&, std::optional<int> amount) {
          return !amount || id <= bound;
        };
        break;
      default:
        policy.filter = json::parse(R"({"type":"not","child":{"type":"eq","term":"region","value":"north"}})");
        policy.keeps = [](int, std::string const& region, std::optional<int>) { return region != "north"; };
    }
    if (random() % 2 == 0) policy.masks["phone"] = random() % 2 == 0 ? Mask::show_last_4 : Mask::replace_with_null;
    if (random() % 2 == 0) policy.masks["amount"] = Mask::mask_to_fixed_value;
    if (random() % 3 == 0) policy.masks["region"] = Mask::mask_to_fixed_value;
    return policy;
  }

  static std::string csv_of(std::vector<Row> const& rows, RandomPolicy const* policy) {
    std::string csv = "id,region,amount,phone\n";
    for (Row const& row : rows) {
      if (policy != nullptr && !policy->keeps(row.id, row.region, row.amount)) continue;
      auto const mask = [&](char const* column) {
        return policy == nullptr ? Mask::none : access::mask_of(policy->masks, column);
      };
      std::string const phone = mask("phone") == Mask::show_last_4 ? "****" + row.phone.substr(row.phone.size() - 4)
                                : mask("phone") == Mask::replace_with_null ? ""
                                                                           : row.phone;
      std::string const amount = mask("amount") == Mask::mask_to_fixed_value ? "0"
                                 : row.amount                                ? std::to_string(*row.amount)
                                                                             : "";
      csv += fmt::format("{},{},{},{}\n", row.id, mask("region") == Mask::mask_to_fixed_value ? "***" : row.region,
                         amount, phone);
    }
    return csv;
  }

  static std::string random_statement(std::mt19937& random) {
    std::vector<std::string> const predicates{"true",
                                              "amount > 5",
                                              "region = 'north' OR amount IS NULL",
                                              "phone LIKE '%7'",
                                              "phone LIKE '13%'",
                                              "amount + id > 20",
                                              "TRY_CAST(phone AS BIGINT) > 0",
                                              "id IN (SELECT amount FROM t)",
                                              "length(region) > 3",
                                              "EXISTS (SELECT 1 FROM t u WHERE u.amount = t.id)"};
    std::vector<std::string> const shapes{
        "SELECT * FROM t WHERE {} ORDER BY id",
        "SELECT region, count(*), sum(amount), min(phone), max(phone) FROM t WHERE {} GROUP BY region ORDER BY region",
        "SELECT a.id, b.id FROM t a JOIN t b ON a.amount = b.id WHERE a.id IN (SELECT id FROM t WHERE {}) ORDER BY ALL",
        "WITH x AS MATERIALIZED (FROM t WHERE {}) SELECT count(*), count(amount), count(DISTINCT phone) FROM x",
        "SELECT id, rank() OVER (ORDER BY amount, id), lag(phone) OVER (ORDER BY id) FROM t WHERE {} ORDER BY id",
        "SELECT list(DISTINCT amount ORDER BY amount), string_agg(phone, ',' ORDER BY id) FROM t WHERE {}",
        "SELECT id, amount FROM t WHERE {} ORDER BY amount DESC NULLS LAST, id LIMIT 3",
        "SELECT r.i, t.phone FROM range(20) r(i) LEFT JOIN t ON t.id = r.i AND {} ORDER BY ALL"};
    return fmt::format(fmt::runtime(shapes[random() % shapes.size()]), predicates[random() % predicates.size()]);
  }

  static std::string over(std::string const& sql, std::string const& table) {
    std::string out;
    for (std::size_t i = 0; i < sql.size(); ++i) {
      bool const whole =
          sql.compare(i, 2, "t ") == 0 || sql.compare(i, 2, "t)") == 0 || (sql[i] == 't' && i + 1 == sql.size());
      if (whole && i >= 5 && (sql.compare(i - 5, 5, "FROM ") == 0 || sql.compare(i - 5, 5, "JOIN ") == 0))
        out += table + (sql.compare(i, 3, "t a") == 0 || sql.compare(i, 3, "t b") == 0 || sql.compare(i, 3, "t u") == 0
                            ? ""
                            : " AS t");
      else
        out += sql[i];
    }
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(On, PolicyTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(PolicyTest, GovernedAnswersEqualThoseOfAFilteredAndMaskedCopy) {
  std::mt19937 random(GetParam() == db::Dialect::sqlite ? 20261124 : 4711);
  ImportRequest request;
  request.types = {{"id", "BIGINT"}, {"region", "VARCHAR"}, {"amount", "BIGINT"}, {"phone", "VARCHAR"}};
  for (int round = 0; round < kRounds; ++round) {
    auto const rows = random_rows(random);
    auto const policy = random_policy(random);
    std::string const original = fmt::format("banking/original-{}", round);
    std::string const copy = fmt::format("banking/copy-{}", round);
    (void)import("ana", original, csv_of(rows, nullptr), request);
    (void)import("ana", copy, csv_of(rows, &policy), request);
    grant_to_ben(original);
    access().policies.put(
        as("ana"), "banking", fmt::format("p{}", round),
        {.selector = {.path = original, .tags = {}}, .effect = {.row_filter = policy.filter, .masks = policy.masks}},
        std::nullopt);
    access().policies.put(as("ana"), "banking", fmt::format("unfiltered{}", round),
                          {.selector = {.path = copy, .tags = {}}, .effect = {.discover = true}}, std::nullopt);
    for (int i = 0; i < kStatements; ++i) {
      std::string const sql = random_statement(random);
      EXPECT_EQ(query(as("ben", "default-risk"), over(sql, "\"" + original + "\"")),
                query(as("ana"), over(sql, "\"" + copy + "\"")))
          << sql << "\nfilter " << json::write(policy.filter);
    }
  }
}

TEST_P(PolicyTest, WhatOneMayNotDiscoverAndWhatIsNotThereLookTheSame) {
  (void)import("ana", "banking/secret", "a\n1\n");
  auto const call = as("ben", "default-risk");
  auto const hidden = error_of([&] { return query(call, "FROM banking.secret"); });
  auto const absent = error_of([&] { return query(call, "FROM banking.absent"); });
  EXPECT_EQ(hidden.code(), Code::not_found);
  EXPECT_EQ(absent.code(), Code::not_found);
  std::string said = hidden.what();
  said.replace(said.find("secret"), 6, "absent");
  EXPECT_EQ(said, absent.what());
  EXPECT_TRUE(datasets_->list(call, "").empty());
  EXPECT_EQ(error_of([&] { return datasets_->versions(call, parse_address("banking/secret")); }).code(),
            Code::not_found);
  EXPECT_EQ(error_of([&] { return datasets_->profile(call, parse_address("banking/secret")); }).code(),
            Code::not_found);
}

TEST_P(PolicyTest, ASmallestGroupShowsAggregatesOnlyOnEveryPath) {
  (void)import("ana", "banking/pay", "id,town,pay\n1,Ulm,10\n2,Ulm,20\n3,Ulm,30\n4,Bonn,99\n");
  (void)grant_to_ben("banking/pay");
  access().policies.put(as("ana"), "banking", "groups",
                        {.selector = {.path = "banking/pay", .tags = {}},
                         .except = {"department:banking"},
                         .effect = {.min_group_size = 3}},
                        std::nullopt);
  auto const call = as("ben", "default-risk");
  auto const address = parse_address("banking/pay");
  EXPECT_EQ(query(call, "SELECT town, sum(pay), count(*) FROM banking.pay GROUP BY town"), "[\"Ulm\",60,3]\n");
  EXPECT_EQ(answer_.reads.at(0).min_group_size, 3);
  EXPECT_EQ(query(as("ana"), "SELECT sum(pay) FROM banking.pay GROUP BY town ORDER BY 1"), "[60]\n[99]\n");
  auto const reason = [&](auto&& function) { return std::string(error_of(function).reason()); };
  table::ResultSink const nowhere{{}, [](std::string_view) {}};
  EXPECT_EQ(reason([&] { return query(call, "FROM banking.pay"); }), "min_group_size");
  EXPECT_EQ(reason([&] { return datasets_->preview(call, address, 5, nowhere).reads; }), "min_group_size");
  EXPECT_EQ(reason([&] { return datasets_->export_rows(call, address, table::ResultFormat::csv, nowhere).reads; }),
            "min_group_size");
  EXPECT_EQ(
      reason([&] {
        return datasets_->export_rows(call, address, table::ResultFormat::csv, nowhere, access::Action::train).reads;
      }),
      "min_group_size");
  EXPECT_EQ(reason([&] { return datasets_->profile(call, address); }), "min_group_size");
  EXPECT_EQ(reason([&] { return datasets_->records(call, address, "id", {}, {"4"}).version; }), "min_group_size");
  EXPECT_EQ(reason([&] { return datasets_->pin(call, access::Action::train, address).version; }), "min_group_size");
  EXPECT_EQ(
      reason([&] { return datasets_->files(call, access::Action::train, address, directory_.path()).restricted; }),
      "min_group_size");
  EXPECT_EQ(reason([&] {
              return datasets_
                  ->query(call,
                          "SELECT (SELECT sum(pay) FROM banking.pay) - (SELECT sum(pay) FROM "
                          "\"banking/pay@1\" WHERE id <> 4)",
                          {}, nowhere)
                  .reads;
            }),
            "min_group_size");
  // What is kept are the groups; the new dataset holds no row.
  auto const kept = datasets_->save_query(call, parse_address("risk/towns"),
                                          {.sql = "SELECT town, avg(pay) AS mean FROM banking.pay GROUP BY town"});
  EXPECT_EQ(kept.version.rows, 1);
}

TEST_P(PolicyTest, DataCannotBeCarriedIntoAnotherDepartment) {
  (void)import("ana", "banking/accounts", "a\n1\n");
  EXPECT_EQ(error_of([&] {
              return datasets_->save_query(as("ben"), parse_address("banking/copy"), {.sql = "SELECT 1 AS a"});
            }).code(),
            Code::denied);
  EXPECT_NE(error_of([&] {
              return datasets_->save_query(as("ben", "default-risk"), parse_address("risk/copy"),
                                           {.sql = "FROM banking.accounts"});
            }).code(),
            Code::internal);
}

}  // namespace
}  // namespace lepton::datasets
