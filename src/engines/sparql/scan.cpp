// Reading one triple pattern from the store.
#include <algorithm>

#include "sparql/execution.h"

namespace lepton::sparql {

Table Execution::scan(BoundPattern const& pattern, std::uint64_t limit) {
  std::vector<Variable> variables;
  std::vector<rdf::Part> parts;
  std::vector<std::pair<std::size_t, std::size_t>> equal;  // places of a variable that stands twice
  for (std::size_t i = 0; i < 4; ++i) {
    if (!pattern.variables[i]) continue;
    auto const found = std::ranges::find(variables, *pattern.variables[i]);
    if (found != variables.end()) {
      equal.emplace_back(static_cast<std::size_t>(parts[static_cast<std::size_t>(found - variables.begin())]), i);
      continue;
    }
    variables.push_back(*pattern.variables[i]);
    parts.push_back(static_cast<rdf::Part>(i));
  }
  Table out(budget_, variables);
  rdf::QuadPattern ids = pattern.ids;
  rdf::ScanOptions options;
  bool const graph_is_variable = pattern.variables[3].has_value();
  if (pattern.impossible || !prepare(ids, options, graph_is_variable)) return out;
  auto const order = rdf::Snapshot::order_for(pattern.ids);
  for (std::size_t i = 0; i < 4; ++i) options.columns[i] = pattern.variables[i].has_value();
  rdf::Scan scan = snapshot_.scan(ids, order, std::move(options));
  std::size_t rows = 0;
  while (rows < limit && scan.next()) {
    call_.proceed();
    auto const& block = scan.block();
    if (equal.empty()) {
      for (std::size_t i = 0; i < parts.size(); ++i) {
        auto const from = block.column(parts[i]);
        out.column(i).insert(out.column(i).end(), from.begin(), from.end());
      }
      rows += block.rows;
    } else {
      for (std::size_t row = 0; row < block.rows; ++row) {
        bool const fits = std::ranges::all_of(
            equal, [&](auto const& pair) { return block.columns[pair.first][row] == block.columns[pair.second][row]; });
        if (!fits) continue;
        for (std::size_t i = 0; i < parts.size(); ++i) out.column(i).push_back(block.column(parts[i])[row]);
        ++rows;
      }
    }
    out.settle(rows);
  }
  for (rdf::Part const part : rdf::parts_of(order)) {
    auto const& variable = pattern.variables[static_cast<std::size_t>(part)];
    if (!variable) continue;
    out.sorted_by.push_back(*variable);
  }
  return out;
}

}  // namespace lepton::sparql
