#include "embed/triples.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "text/utf8.h"

namespace lepton::embed {
namespace {

std::array<std::string_view, 3> fields_of(std::string_view line, std::size_t number) {
  auto const first = line.find('\t');
  auto const second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  if (second == std::string_view::npos || line.find('\t', second + 1) != std::string_view::npos)
    throw invalid(fmt::format("line {}: expected head, relation and tail, separated by tabs", number));
  std::array<std::string_view, 3> const fields{line.substr(0, first), line.substr(first + 1, second - first - 1),
                                               line.substr(second + 1)};
  for (auto const field : fields) {
    if (field.empty()) throw invalid(fmt::format("line {}: a name is empty", number));
    if (field.size() > longest_name)
      throw invalid(
          fmt::format("line {}: a name has {} bytes, at most {} are allowed", number, field.size(), longest_name));
    if (text::repair(field) != field) throw invalid(fmt::format("line {}: a name is not UTF-8", number));
  }
  return fields;
}

}  // namespace

std::uint32_t Names::add(std::string_view name) {
  if (auto const found = numbers_.find(name); found != numbers_.end()) return found->second;
  auto const number = static_cast<std::uint32_t>(names_.size());
  numbers_.emplace(name, number);
  names_.emplace_back(name);
  return number;
}

std::uint32_t Names::get(std::string_view name, std::string_view what) const {
  auto const found = numbers_.find(name);
  if (found == numbers_.end()) throw not_found(fmt::format("there is no {} '{}' in the graph", what, name));
  return found->second;
}

void read_triples(std::string_view text, TripleSet& into) {
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    auto const end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto const [head, relation, tail] = fields_of(line, number);
    auto const h = into.entities.add(head);
    auto const r = into.relations.add(relation);
    into.triples.push_back({h, r, into.entities.add(tail)});
  }
}

void require_in_range(std::span<Triple const> triples, std::size_t entities, std::size_t relations,
                      std::string_view what) {
  for (std::size_t i = 0; i < triples.size(); ++i) {
    auto const& [head, relation, tail] = triples[i];
    if (head >= entities || tail >= entities)
      throw invalid(
          fmt::format("{}: triple {} names entity {}, there are {}", what, i, std::max(head, tail), entities));
    if (relation >= relations)
      throw invalid(fmt::format("{}: triple {} names relation {}, there are {}", what, i, relation, relations));
  }
}

}  // namespace lepton::embed
