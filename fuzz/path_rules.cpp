// A file of rules over paths with changed bytes and a sound checksum: they answer and explain, or it is called damaged.
#include <cstdlib>

#include "base/error.h"
#include "embed/embed_testing.h"
#include "embed/rules/rule_set.h"
#include "model_artifact.h"

namespace lepton::embed {
namespace {

void check_bytes(std::string_view input) {
  static SystemClock const clock;
  static Town const town(12);
  static EdgeLists const graph(town.triples, town.entities, Town::relations);
  static std::string const ground =
      RuleSet::write(mine_rules(system_call(clock), town.triples, town.entities, Town::relations, {}),
                     std::vector<std::string>{"parent", "child", "grandparent", "lives in"});
  try {
    auto const rules = RuleSet::parse(runtime::changed_artifact(ground, input));
    if (rules.relations().size() != Town::relations) return;  // of another graph than this one
    for (std::uint32_t relation = 0; relation < Town::relations; ++relation) {
      (void)rules.answers(graph, {1, relation}, {}, 50);
      (void)rules.explain(graph, {0, relation, 5}, 3);
      for (auto const& rule : rules.of(relation)) (void)to_text(rule, rules.relations());
    }
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
}

}  // namespace
}  // namespace lepton::embed

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::embed::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
