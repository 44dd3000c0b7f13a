#include "graphs/texts.h"

#include <gmock/gmock.h>

#include "access/company_test.h"
#include "base/error.h"
#include "graphs/rule_sets.h"
#include "graphs/schema.h"
#include "graphs/shape_sets.h"
#include "lineage/schema.h"

namespace lepton::graphs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr char kRules[] = "@prefix b: <http://b/> .\n@rule \"related\" b:related[?x, ?y] :- b:guarantees[?x, ?y] .\n";

class TextsTest : public access::CompanyTest {
 protected:
  void SetUp() override {
    CompanyTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(lineage::migrations());
    database().migrate(migrations());
    Texts::Parts const parts{database(), access().authority, access().assets, access().audit, lineage_};
    rules_.emplace(parts, rule_set_kind());
    shapes_.emplace(parts, shape_set_kind());
  }

  access::Address const address = access::parse_address("risk/exposure-rules");
  lineage::Lineage lineage_;
  std::optional<Texts> rules_;
  std::optional<Texts> shapes_;
};

TEST_P(TextsTest, NumbersVersionsThatNeverChange) {
  auto const first = rules_->create(as("ben"), address, "who is related", {}, {kRules, "rdfs", ""});
  EXPECT_EQ(first.address, "risk/exposure-rules@1");
  auto const again = rules_->save(as("ben"), address, {kRules, "rdfs", "the same"});
  EXPECT_EQ(again.number, 1);
  auto const second = rules_->save(as("ben"), address, {kRules, "owl2-rl", "more"});
  EXPECT_EQ(second.number, 2);
  EXPECT_NE(second.digest, first.digest) << "the regime is content";
  EXPECT_EQ(rules_->version(as("ben"), access::parse_address("risk/exposure-rules@1")).regime, "rdfs");
  EXPECT_EQ(rules_->version(as("ben"), address).number, 2);
  EXPECT_EQ(rules_->get(as("cara"), address).latest->number, 2);
  auto const versions = rules_->versions(as("ben"), address);
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions.front().text, "") << "lists leave texts out";
  EXPECT_EQ(access::code_of([&] { return rules_->version(as("ben"), access::parse_address("risk/exposure-rules@3")); }),
            Code::not_found);
  std::vector<std::string> actions;
  for (auto const& record : audit({.action = "rules."})) actions.push_back(record.event.action);
  EXPECT_THAT(actions, ElementsAre("rules.save", "rules.create"));
}

TEST_P(TextsTest, SaysWhereRulesAreWrong) {
  auto const create = [&](std::string const& text) {
    return [&, text] { (void)rules_->create(as("ben"), address, "", {}, {text, "", ""}); };
  };
  EXPECT_THAT(create("@prefix b: <http://b/> .\nb:p[?x, ?y] : b:q[?x, ?y] ."),
              ThrowsMessage<Error>(HasSubstr("line 2")));
  EXPECT_THAT(create("<b:p>[?x, ?y] :- <b:q>[?x, ?x] ."), ThrowsMessage<Error>(HasSubstr("?y")));
  EXPECT_THAT(create("@prefix b: <http://b/> . b:p[?x, ?x] :- b:q[?x, ?x], NOT b:p[?x, ?x] ."),
              ThrowsMessage<Error>(HasSubstr("depends on")));
  EXPECT_THAT(create("# nothing"), ThrowsMessage<Error>(HasSubstr("nothing would follow")));
  EXPECT_THAT(rules_->list(as("ben"), ""), IsEmpty()) << "what was refused is not there";
}

TEST_P(TextsTest, SaysWhatIsWrongWithShapes) {
  auto const create = [&](std::string const& text, std::string const& regime = "") {
    return [&, text, regime] {
      (void)shapes_->create(as("ben"), access::parse_address("risk/shapes"), "", {}, {text, regime, ""});
    };
  };
  std::string const prefix = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n";
  EXPECT_THAT(create(prefix + "<s:1> sh:targetClass"), ThrowsMessage<Error>(HasSubstr("line 2")));
  EXPECT_THAT(create(prefix + "<s:1> a sh:NodeShape ."), ThrowsMessage<Error>(HasSubstr("no shape has a target")));
  EXPECT_THAT(create(prefix + "<s:1> sh:targetClass <c:1> .", "rdfs"), ThrowsMessage<Error>(HasSubstr("regime")));
  create(prefix + "<s:1> sh:targetClass <c:1> .")();
  EXPECT_EQ(shapes_->version(as("ben"), access::parse_address("risk/shapes@1")).number, 1);
}

TEST_P(TextsTest, ShowsThemToThoseWhoMaySeeThem) {
  (void)rules_->create(as("ben"), address, "", {}, {kRules, "", ""});
  EXPECT_THAT(rules_->list(as("ana"), ""), IsEmpty());
  EXPECT_EQ(access::code_of([&] { return rules_->version(as("ana"), address); }), Code::not_found);
  EXPECT_EQ(access::code_of([&] { return rules_->save(as("ana"), address, {"broken", "", ""}); }), Code::not_found);
  EXPECT_EQ(access::code_of([&] {
              return rules_->create(as("ana"), access::parse_address("risk/other"), "", {}, {kRules, "", ""});
            }),
            Code::denied);
  EXPECT_EQ(access::code_of([&] {
              rules_->remove(as("ben"), address);
              return 0;
            }),
            Code::denied)
      << "removal is for administrators";
}

INSTANTIATE_TEST_SUITE_P(On, TextsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

}  // namespace
}  // namespace lepton::graphs
