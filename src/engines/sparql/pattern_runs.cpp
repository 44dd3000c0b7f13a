#include "sparql/pattern_runs.h"

#include <algorithm>

namespace lepton::sparql {

namespace {

constexpr std::size_t blocks_before_seek = 16;  ///< a constant block is read faster than a place is looked up

/// The parts that these variables stand in; empty when one does not stand in the pattern exactly once.
std::optional<std::vector<rdf::Part>> parts_of_variables(BoundPattern const& pattern,
                                                         std::vector<Variable> const& variables) {
  std::vector<rdf::Part> out;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = i + 1; j < 3; ++j)
      if (pattern.variables[i] && pattern.variables[i] == pattern.variables[j]) return std::nullopt;
  for (Variable const variable : variables) {
    auto const found = std::find(pattern.variables.begin(), pattern.variables.begin() + 3, std::optional(variable));
    if (found == pattern.variables.begin() + 3) return std::nullopt;
    out.push_back(static_cast<rdf::Part>(found - pattern.variables.begin()));
  }
  return out;
}

/// The order that has what the pattern binds first, and these parts next.
std::optional<rdf::Order> find_order(rdf::QuadPattern const& ids, std::vector<rdf::Part> const& leading) {
  for (auto const order : {rdf::Order::spo, rdf::Order::pso, rdf::Order::pos, rdf::Order::osp}) {
    auto const parts = rdf::parts_of(order);
    std::size_t place = 0;
    while (place < 3 && ids.part(parts[place]).defined()) ++place;
    std::size_t const bound = place;
    while (place < 3 && place - bound < leading.size() && parts[place] == leading[place - bound]) ++place;
    bool const all_bound = std::all_of(parts.begin() + static_cast<std::ptrdiff_t>(place), parts.begin() + 3,
                                       [&](rdf::Part part) { return !ids.part(part).defined(); });
    if (place - bound == leading.size() && all_bound) return order;
  }
  return std::nullopt;
}

/// One walk over the runs.
class RunReader {
 public:
  RunReader(Execution& execution, rdf::QuadPattern const& ids, std::vector<rdf::Part> leading, rdf::Order order)
      : execution_(execution), ids_(ids), leading_(std::move(leading)), order_(order) {}

  void read(rdf::ScanOptions options, Counted counted, PatternRuns& out) {
    options.columns.fill(false);
    for (rdf::Part const part : leading_) options.columns[static_cast<std::size_t>(part)] = true;
    // Looking a count up is right where it counts what the scan would.
    bool const may_seek =
        leading_.size() == 1 && (counted == Counted::no || (!options.merge_graphs && options.graphs.empty()));
    layers_ = options.layers;
    rdf::Scan scan = execution_.snapshot().scan(ids_, order_, std::move(options));
    std::size_t whole_blocks = 0;
    for (bool more = scan.next(); more;) {
      execution_.call().proceed();
      std::size_t const before = out.values.rows();
      take(scan.block(), counted, out);
      out.values.settle(added_);
      whole_blocks = added_ == before ? whole_blocks + 1 : 0;
      if (may_seek && whole_blocks >= blocks_before_seek) {
        whole_blocks = 0;
        more = pass(scan, counted, out);
      } else {
        more = scan.next();
      }
    }
  }

 private:
  void take(rdf::Block const& block, Counted counted, PatternRuns& out) {
    for (std::size_t row = 0; row < block.rows; ++row) {
      bool same = added_ > 0;
      for (std::size_t i = 0; same && i < leading_.size(); ++i)
        same = out.values.column(i).back() == block.column(leading_[i])[row];
      if (!same) {
        for (std::size_t i = 0; i < leading_.size(); ++i)
          out.values.column(i).push_back(block.column(leading_[i])[row]);
        ++added_;
        if (counted == Counted::yes) out.counts.push_back(0);
      }
      if (counted == Counted::yes) ++out.counts.back();
    }
  }

  /// Over the rest of the run that the last row belongs to.
  bool pass(rdf::Scan& scan, Counted counted, PatternRuns& out) {
    rdf::TermId const value = out.values.column(0).back();
    if (counted == Counted::yes) {
      rdf::QuadPattern one = ids_;
      (leading_[0] == rdf::Part::subject     ? one.subject
       : leading_[0] == rdf::Part::predicate ? one.predicate
                                             : one.object) = value;
      out.counts.back() = execution_.snapshot().count(one, layers_);
    }
    std::vector<rdf::TermId> key;
    for (rdf::Part const part : rdf::parts_of(order_)) {
      bool const is_leading = part == leading_[0];
      key.push_back(is_leading ? rdf::TermId::from_raw(value.raw() + 1) : ids_.part(part));
      if (is_leading) break;
    }
    return scan.seek(key);
  }

  Execution& execution_;
  rdf::QuadPattern ids_;
  std::vector<rdf::Part> leading_;
  rdf::Order order_;
  rdf::Layers layers_ = rdf::Layers::both;
  std::size_t added_ = 0;
};

}  // namespace

std::optional<PatternRuns> find_pattern_runs(Execution& execution, Algebra const& algebra,
                                             std::vector<Variable> const& leading, Counted counted) {
  if (algebra.kind != Algebra::Kind::bgp || algebra.triples.size() != 1 || leading.empty()) return std::nullopt;
  BoundPattern const pattern = execution.bind(algebra.triples[0]);
  auto const parts = parts_of_variables(pattern, leading);
  if (pattern.variables[3] || !parts) return std::nullopt;
  auto const order = find_order(pattern.ids, *parts);
  if (!order) return std::nullopt;
  PatternRuns out{execution.nothing(leading), {}};
  rdf::QuadPattern ids = pattern.ids;
  rdf::ScanOptions options;
  if (pattern.impossible || !execution.prepare(ids, options, false)) return out;
  RunReader(execution, ids, *parts, *order).read(std::move(options), counted, out);
  out.values.sorted_by = leading;
  return out;
}

}  // namespace lepton::sparql
