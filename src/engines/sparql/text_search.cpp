// Full-text search as a property function: the literals of the active graph that have the words.
#include <algorithm>

#include "sparql/execution.h"
#include "sparql/text_match.h"

namespace lepton::sparql {

Table Execution::text_search(Algebra const& algebra, Table const* seed) {
  Variable const variable = std::get<Variable>(algebra.subject);
  int const place = seed == nullptr ? -1 : seed->find(variable);
  Table::Column candidates;
  if (place >= 0 && seed->is_certain(static_cast<std::size_t>(place))) {
    candidates = seed->column(static_cast<std::size_t>(place));
    std::ranges::sort(candidates);
    candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
  } else {
    rdf::QuadPattern pattern;
    rdf::ScanOptions options;
    if (!prepare(pattern, options, false)) return nothing({variable});
    for (auto scan = snapshot_.scan(pattern, rdf::Order::osp, std::move(options)); scan.next();) {
      call_.proceed();
      for (rdf::TermId const id : scan.block().column(rdf::Part::object)) {
        if (id.is_literal() && (candidates.empty() || candidates.back() != id)) candidates.push_back(id);
      }
    }
  }
  TextMatch match(algebra.text);
  Table out(budget_, {variable});
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if ((i & 255) == 0) call_.proceed();
    Value const value = terms_.value(candidates[i]);
    if (value.is_string() && match.matches(value.text())) out.append({candidates[i]});
  }
  out.settle(out.rows());
  return out;
}

}  // namespace lepton::sparql
