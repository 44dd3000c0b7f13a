#include "embed/rules/path_rule.h"

#include <fmt/format.h>

namespace lepton::embed {

std::string to_text(PathRule const& rule, std::span<std::string const> relations) {
  static constexpr std::string_view variables = "xaby";
  std::string text = fmt::format("{}(x, y) ⇐ ", relations[rule.target]);
  for (std::size_t i = 0; i < rule.length; ++i) {
    bool const backwards = rule.steps[i] >= relations.size();
    char from = variables[i], to = i + 1 == rule.length ? 'y' : variables[i + 1];
    if (backwards) std::swap(from, to);
    text += fmt::format("{}{}({}, {})", i == 0 ? "" : ", ",
                        relations[backwards ? rule.steps[i] - relations.size() : rule.steps[i]], from, to);
  }
  return text;
}

}  // namespace lepton::embed
