#include "embed/rules/rule_set.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/test_error.h"
#include "embed/embed_testing.h"

namespace lepton::embed {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::vector<std::string> const names{"parent", "child", "grandparent", "lives in"};

std::vector<PathRule> mine(Town const& town, MiningOptions const& options = {}) {
  SystemClock const clock;
  return mine_rules(system_call(clock), town.triples, town.entities, Town::relations, options);
}

std::vector<std::string> texts_of(std::span<PathRule const> rules) {
  std::vector<std::string> texts;
  for (auto const& rule : rules) texts.push_back(to_text(rule, names));
  return texts;
}

TEST(RuleMining, FindsThePathsThatALawLeaves) {
  Town const town(100);
  auto const rules = RuleSet::parse(RuleSet::write(mine(town), names));
  EXPECT_THAT(texts_of(rules.of(Town::child)), Contains("child(x, y) ⇐ parent(y, x)"));
  EXPECT_THAT(texts_of(rules.of(Town::grandparent)), Contains("grandparent(x, y) ⇐ parent(x, a), parent(a, y)"));
  auto const& best = rules.of(Town::child).front();
  EXPECT_EQ(best.support, best.groundings);
  EXPECT_EQ(best.support, 99u);
  EXPECT_FLOAT_EQ(best.confidence, 99.0f / 104);
}

TEST(RuleMining, LongerPathsAreFoundWhenAskedFor) {
  // Neighbours of a friend's friend: only a path of three steps joins them.
  std::vector<Triple> triples;
  for (std::uint32_t i = 0; i + 3 < 40; i += 4) {
    triples.push_back({i, 0, i + 1});
    triples.push_back({i + 1, 1, i + 2});
    triples.push_back({i + 2, 2, i + 3});
    triples.push_back({i, 3, i + 3});
  }
  SystemClock const clock;
  auto const two = mine_rules(system_call(clock), triples, 40, 4, {.longest = 2});
  auto const three = mine_rules(system_call(clock), triples, 40, 4, {.longest = 3, .threads = 2});
  auto const text = "lives in(x, y) ⇐ parent(x, a), child(a, b), grandparent(b, y)";
  EXPECT_THAT(texts_of(two), testing::Not(Contains(text)));
  EXPECT_THAT(texts_of(three), Contains(text));
}

TEST(RuleMining, ThreadsChangeNothing) {
  Town const town(60);
  EXPECT_EQ(texts_of(mine(town, {.threads = 1})), texts_of(mine(town, {.threads = 3})));
}

TEST(RuleMining, BadInputIsNamed) {
  SystemClock const clock;
  std::vector<Triple> const triples{{0, 0, 1}};
  EXPECT_TRUE(mine_rules(system_call(clock), {}, 0, 0, {}).empty());
  EXPECT_THROW((void)mine_rules(system_call(clock), triples, 1, 1, {}), Error);
  EXPECT_THROW((void)mine_rules(system_call(clock), triples, 2, 1, {.longest = 4}), Error);
}

TEST(RuleSet, AnswersFollowTheRulesBothWays) {
  Town const town(30);
  auto const rules = RuleSet::parse(RuleSet::write(mine(town), names));
  EdgeLists const graph(town.triples, town.entities, Town::relations);
  auto const grandchildren = rules.answers(graph, {1, Town::grandparent}, {});
  ASSERT_GE(grandchildren.size(), 4u);
  std::vector<std::uint32_t> best;
  for (std::size_t i = 0; i < 4; ++i) best.push_back(grandchildren[i].entity);
  EXPECT_THAT(best, testing::UnorderedElementsAre(7u, 8u, 9u, 10u));
  std::vector<std::uint32_t> const known{1};
  auto const grandparents = rules.answers(graph, {7, Town::grandparent + Town::relations}, {});
  EXPECT_EQ(grandparents[0].entity, 1u);
  for (auto const& answer : rules.answers(graph, {7, Town::grandparent + Town::relations}, known))
    EXPECT_NE(answer.entity, 1u);
}

TEST(RuleSet, ExplainsAStatementByAPathWithoutItself) {
  Town const town(30);
  auto const rules = RuleSet::parse(RuleSet::write(mine(town), names));
  EdgeLists const graph(town.triples, town.entities, Town::relations);
  auto const grounds = rules.explain(graph, {1, Town::grandparent, 9}, 20);
  ASSERT_FALSE(grounds.empty());
  bool found = false;
  for (auto const& ground : grounds) {
    EXPECT_EQ(ground.path.front(), 1u);
    EXPECT_EQ(ground.path.back(), 9u);
    EXPECT_EQ(ground.path.size(), rules.rules()[ground.rule].length + 1u);
    found = found || (to_text(rules.rules()[ground.rule], names) == "grandparent(x, y) ⇐ parent(x, a), parent(a, y)" &&
                      ground.path[1] == 4);
  }
  EXPECT_TRUE(found);
  EXPECT_TRUE(rules.explain(graph, {1, Town::grandparent, 30}, 5).empty());
}

std::string damage_of(std::string const& artifact) {
  return message_of([&] { (void)RuleSet::parse(artifact); });
}

TEST(RuleSet, DamagedFilesAreRefused) {
  auto const good = RuleSet::write(mine(Town(20)), names);
  EXPECT_EQ(damage_of(good), "no error");
  for (std::size_t size = 0; size < good.size(); size += 31) ASSERT_NE(damage_of(good.substr(0, size)), "no error");
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 101) {
    auto bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    ASSERT_NE(damage_of(bad), "no error") << bit;
  }
  EXPECT_THAT(damage_of(RuleSet::write(std::vector{PathRule{.target = 9, .length = 1}}, names)),
              HasSubstr("not there"));
  EXPECT_THAT(damage_of(RuleSet::write(std::vector{PathRule{.target = 0, .length = 4}}, names)),
              HasSubstr("not there"));
  EXPECT_THAT(damage_of(RuleSet::write(std::vector{PathRule{.target = 0, .length = 1, .steps = {8}}}, names)),
              HasSubstr("not there"));
}

}  // namespace
}  // namespace lepton::embed
