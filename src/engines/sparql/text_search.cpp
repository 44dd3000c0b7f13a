// Full-text search as a property function: the literals of the active graph that have the words.
#include <algorithm>

#include "sparql/execution.h"
#include "sparql/text_match.h"

namespace lepton::sparql {

namespace {

constexpr std::uint64_t most_looked_up = 1 << 16;  ///< of literals that are not indexed; beyond, the graph is read

/// Objects of a graph in the sequence of their ids.
class Objects {
 public:
  explicit Objects(rdf::Scan scan) : scan_(std::move(scan)) {}

  /// The ids at least `from`, each once, until `take` says false.
  template <class Take>
  void walk(Call const& call, rdf::TermId from, Take const& take) {
    rdf::TermId last;
    for (bool more = scan_.seek(std::span(&from, 1)); more; more = scan_.next()) {
      call.proceed();
      for (rdf::TermId const id : scan_.block().column(rdf::Part::object)) {
        if (id == last) continue;
        last = id;
        if (!take(id)) return;
      }
    }
  }

  [[nodiscard]] bool has(rdf::TermId id) {
    return scan_.seek(std::span(&id, 1)) && scan_.block().column(rdf::Part::object).front() == id;
  }

 private:
  rdf::Scan scan_;
};

/// Literals of the graph that may match: of those that the index knows, few.
Table::Column candidates_in(Call const& call, Objects objects, std::optional<rdf::TextCandidates> const& found) {
  Table::Column out;
  auto const take_literals = [&](rdf::TermId id) {
    if (id.is_literal()) out.push_back(id);
    return true;
  };
  if (!found || found->literals - found->indexed > most_looked_up) {
    objects.walk(call, rdf::TermId::of(rdf::IdKind::literal, 0), take_literals);
    return out;
  }
  for (rdf::TermId const id : found->ids)
    if (objects.has(id)) out.push_back(id);
  for (std::uint64_t number = found->indexed; number < found->literals; ++number)
    if (auto const id = rdf::TermId::of(rdf::IdKind::literal, number); objects.has(id)) out.push_back(id);
  // Of the values in ids, only these are strings.
  objects.walk(call, rdf::TermId::of(rdf::IdKind::short_string, 0), [&](rdf::TermId id) {
    bool const is_string = id.kind() == rdf::IdKind::short_string;
    if (is_string) out.push_back(id);
    return is_string;
  });
  return out;
}

}  // namespace

Table Execution::text_search(Algebra const& algebra, Table const* seed) {
  Variable const variable = std::get<Variable>(algebra.subject);
  TextMatch match(algebra.text);
  int const place = seed == nullptr ? -1 : seed->find(variable);
  bool const is_seeded = place >= 0 && seed->is_certain(static_cast<std::size_t>(place));
  auto const& dictionary = snapshot_.dictionary();
  auto const found = dictionary.texts_with(call_, match.patterns(), is_seeded ? seed->rows() : dictionary.size());
  Table::Column candidates;
  if (is_seeded) {
    candidates = seed->column(static_cast<std::size_t>(place));
    if (found) std::erase_if(candidates, [&](rdf::TermId id) { return found->excludes(id); });
    std::ranges::sort(candidates);
    candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
  } else {
    rdf::QuadPattern pattern;
    rdf::ScanOptions options;
    if (!prepare(pattern, options, false)) return nothing({variable});
    candidates = candidates_in(call_, Objects(snapshot_.scan(pattern, rdf::Order::osp, std::move(options))), found);
  }
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
