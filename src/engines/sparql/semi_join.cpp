#include "sparql/semi_join.h"

#include <algorithm>

#include "sparql/matching.h"

namespace lepton::sparql {

namespace {

using Kind = Algebra::Kind;

/// Whether a path may lead from a node to itself in no step: then a value that the graph does not have counts too, once
/// it is put in.
bool may_be_empty(Path const& path) {
  switch (path.kind) {
    case Path::Kind::zero_or_more:
    case Path::Kind::zero_or_one:
      return true;
    case Path::Kind::sequence:
      return std::ranges::all_of(path.parts, may_be_empty);
    default:
      return std::ranges::any_of(path.parts, may_be_empty);
  }
}

/// Joining is as good as substituting: only patterns, and filters on what these certainly bind.
bool is_simple(Algebra const& algebra) {
  switch (algebra.kind) {
    case Kind::bgp:
    case Kind::table:
      return true;
    case Kind::path:
      return !may_be_empty(algebra.path);
    case Kind::join:
    case Kind::alternatives:
    case Kind::graph:
      return std::ranges::all_of(algebra.parts, is_simple);
    case Kind::filter: {
      if (!is_simple(algebra.parts[0])) return false;
      auto const certain = certain_variables_of(algebra.parts[0]);
      return std::ranges::includes(certain, variables_of(algebra.expression));
    }
    default:
      return false;
  }
}

}  // namespace

std::optional<std::vector<std::uint32_t>> semi_join(Execution& execution, Table const& rows,
                                                    Expression const& condition) {
  bool const wanted = condition.operation == Operation::exists;
  if ((!wanted && condition.operation != Operation::not_exists) || !is_simple(*condition.algebra)) return std::nullopt;
  Table const found = execution.evaluate(*condition.algebra, &rows);
  Matching const matching(rows, found);
  return select_rows(execution.call(), execution.morsels(rows.rows()), [&](bool /*on_caller*/) {
    return [&](std::size_t row) {
      bool any = false;
      matching.visit(row, [&](std::uint32_t) {
        any = true;
        return false;
      });
      return any == wanted;
    };
  });
}

}  // namespace lepton::sparql
