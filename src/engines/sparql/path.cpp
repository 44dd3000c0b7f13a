// Property paths, §18.4: by sets of nodes, a step of all of them at once; closures by a search over the edges found.
#include <algorithm>
#include <unordered_map>

#include "sparql/execution.h"
#include "sparql/row_numbers.h"

namespace lepton::sparql {

namespace {

using Ids = std::vector<rdf::TermId>;

void make_unique(Ids& ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

constexpr Variable from_column = 0;
constexpr Variable to_column = 1;
constexpr Variable link_column = 2;

class PathSearch {
 public:
  explicit PathSearch(Execution& execution) : execution_(execution) {}

  /// From where to where the path leads; `starts` ascend, nullptr: from everywhere.
  Table pairs(Path const& path, bool backward, Ids const* starts) {
    execution_.call().proceed();
    switch (path.kind) {
      case Path::Kind::link: {
        auto const id = execution_.terms().find(path.iri.view());
        if (!id) return empty();
        return edges(*id, backward, starts).project({from_column, to_column});
      }
      case Path::Kind::negated:
        return negated(path, backward, starts);
      case Path::Kind::inverse:
        return pairs(path.parts[0], !backward, starts);
      case Path::Kind::sequence:
        return sequence(path, backward, starts);
      case Path::Kind::alternative: {
        Table out = pairs(path.parts[0], backward, starts);
        out.append(pairs(path.parts[1], backward, starts));
        return out;
      }
      case Path::Kind::zero_or_one: {
        Table out = empty();
        for (rdf::TermId const id : starts != nullptr ? *starts : nodes()) out.append({id, id});
        out.settle(out.rows());
        out.append(pairs(path.parts[0], backward, starts));
        return distinct_rows(execution_.call(), execution_.parallelism(), out);
      }
      case Path::Kind::zero_or_more:
      case Path::Kind::one_or_more:
        return closure(path.parts[0], backward, starts, path.kind == Path::Kind::zero_or_more);
    }
    return empty();
  }

  /// nodes(G): every subject and object of the active graph.
  Ids nodes() {
    BoundPattern pattern;
    pattern.variables = {from_column, link_column, to_column, std::nullopt};
    Table const all = execution_.scan(pattern, Execution::all);
    Ids out;
    for (Variable const column : {from_column, to_column}) {
      auto const& ids = all.column(static_cast<std::size_t>(all.find(column)));
      out.insert(out.end(), ids.begin(), ids.end());
    }
    make_unique(out);
    return out;
  }

  /// Those of the active graph's nodes that are among `ids`, which ascend.
  Ids present(Ids const& ids) {
    Ids out;
    for (auto const order : {rdf::Order::spo, rdf::Order::osp}) {
      rdf::QuadPattern pattern;
      rdf::ScanOptions options;
      if (!execution_.prepare(pattern, options, false)) return {};
      auto scan = execution_.snapshot().scan(pattern, order, std::move(options));
      auto const part = rdf::parts_of(order)[0];
      for (rdf::TermId const id : ids) {
        if (!scan.seek({&id, 1})) break;
        if (scan.block().column(part)[0] == id) out.push_back(id);
      }
    }
    make_unique(out);
    return out;
  }

 private:
  Table empty() { return execution_.nothing({from_column, to_column}); }

  /// Statements with this predicate, or any when it is undefined.
  Table edges(rdf::TermId predicate, bool backward, Ids const* starts) {
    BoundPattern pattern;
    pattern.ids.predicate = predicate;
    pattern.variables[0] = backward ? to_column : from_column;
    pattern.variables[2] = backward ? from_column : to_column;
    if (!predicate.defined()) pattern.variables[1] = link_column;
    if (starts == nullptr) return execution_.scan(pattern, Execution::all);
    Table left(execution_.budget(), {from_column});
    left.column(0) = *starts;
    left.settle(starts->size());
    left.sorted_by = {from_column};
    return execution_.scan_join(std::move(left), pattern, Execution::all);
  }

  Table negated(Path const& path, bool backward, Ids const* starts) {
    Table out = empty();
    auto const add = [&](std::vector<rdf::Term> const& forbidden, bool direction) {
      Ids ids;
      for (auto const& iri : forbidden) {
        if (auto const id = execution_.terms().find(iri.view())) ids.push_back(*id);
      }
      Table const all = edges({}, direction, starts);
      auto const& links = all.column(static_cast<std::size_t>(all.find(link_column)));
      std::vector<std::uint32_t> rows;
      for (std::uint32_t row = 0; row < all.rows(); ++row) {
        if (std::ranges::count(ids, links[row]) == 0) rows.push_back(row);
      }
      out.append(all.gather(rows));
    };
    if (!path.forward.empty() || path.backward.empty()) add(path.forward, backward);
    if (!path.backward.empty()) add(path.backward, !backward);
    return out;
  }

  Table sequence(Path const& path, bool backward, Ids const* starts) {
    Table const first = pairs(path.parts[backward ? 1 : 0], backward, starts);
    Ids middles = first.column(1);
    make_unique(middles);
    Table const second = pairs(path.parts[backward ? 0 : 1], backward, &middles);
    std::unordered_multimap<rdf::TermId, rdf::TermId> ends;
    for (std::size_t row = 0; row < second.rows(); ++row) ends.emplace(second.at(row, 0), second.at(row, 1));
    Table out = empty();
    for (std::size_t row = 0; row < first.rows(); ++row) {
      auto const [begin, end] = ends.equal_range(first.at(row, 1));
      for (auto one = begin; one != end; ++one) out.append({first.at(row, 0), one->second});
    }
    out.settle(out.rows());
    return out;
  }

  /// All edges of `step` that can be reached from the starts.
  Table reachable_edges(Path const& step, bool backward, Ids const* starts) {
    if (starts == nullptr) return pairs(step, backward, nullptr);
    Table out = empty();
    Ids seen = *starts;
    Ids frontier = *starts;
    while (!frontier.empty()) {
      Table const found = pairs(step, backward, &frontier);
      Ids ends = found.column(1);
      make_unique(ends);
      frontier.clear();
      std::ranges::set_difference(ends, seen, std::back_inserter(frontier));
      Ids both;
      std::ranges::set_union(seen, frontier, std::back_inserter(both));
      seen = std::move(both);
      out.append(found);
    }
    return out;
  }

  Table closure(Path const& step, bool backward, Ids const* starts, bool zero) {
    Table const edge = reachable_edges(step, backward, starts);
    Ids ids = edge.column(0);
    ids.insert(ids.end(), edge.column(1).begin(), edge.column(1).end());
    Ids const from = starts != nullptr ? *starts : zero ? nodes() : edge.column(0);
    ids.insert(ids.end(), from.begin(), from.end());
    make_unique(ids);
    auto const number = [&](rdf::TermId id) {
      return static_cast<std::uint32_t>(std::ranges::lower_bound(ids, id) - ids.begin());
    };
    // Edges by their beginning, as one array.
    std::vector<std::uint32_t> offsets(ids.size() + 1);
    std::vector<std::uint32_t> begins(edge.rows());
    for (std::size_t row = 0; row < edge.rows(); ++row) ++offsets[(begins[row] = number(edge.at(row, 0))) + 1];
    for (std::size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
    std::vector<std::uint32_t> targets(edge.rows());
    std::vector<std::uint32_t> fill(offsets.begin(), offsets.end() - 1);
    for (std::size_t row = 0; row < edge.rows(); ++row) targets[fill[begins[row]]++] = number(edge.at(row, 1));

    Table out = empty();
    std::vector<std::uint32_t> visited_by(ids.size());
    std::vector<std::uint32_t> queue;
    Ids unique_from = from;
    make_unique(unique_from);
    std::uint32_t search = 0;
    for (rdf::TermId const start : unique_from) {
      ++search;
      execution_.call().proceed();
      queue.assign(1, number(start));
      if (zero) {
        visited_by[queue[0]] = search;
        out.append({start, start});
      }
      for (std::size_t head = 0; head < queue.size(); ++head) {
        for (std::uint32_t i = offsets[queue[head]]; i < offsets[queue[head] + 1]; ++i) {
          if (visited_by[targets[i]] == search) continue;
          visited_by[targets[i]] = search;
          queue.push_back(targets[i]);
          out.append({start, ids[targets[i]]});
        }
      }
    }
    out.settle(out.rows());
    return out;
  }

  Execution& execution_;
};

/// The values that a seed gives a variable in every row, ascending.
std::optional<Ids> seeded(Table const* seed, Node const& node) {
  auto const* const variable = std::get_if<Variable>(&node);
  int const place = seed == nullptr || variable == nullptr ? -1 : seed->find(*variable);
  if (place < 0 || !seed->is_certain(static_cast<std::size_t>(place))) return std::nullopt;
  Ids ids = seed->column(static_cast<std::size_t>(place));
  make_unique(ids);
  return ids;
}

}  // namespace

Table Execution::path(Algebra const& algebra, Table const* seed) {
  auto const outer = std::exchange(graph_variable_, std::nullopt);
  PathSearch search(*this);
  auto const known = [&](Node const& node) -> std::optional<Ids> {
    if (auto const* const term = std::get_if<rdf::Term>(&node)) return Ids{terms_.id(term->view())};
    // What the seed brings may be no node of this graph; what the query names counts all the same (§18.4).
    auto ids = seeded(seed, node);
    if (ids) ids = search.present(*ids);
    return ids;
  };
  auto starts = known(algebra.subject);
  bool backward = false;
  if (!starts || std::holds_alternative<Variable>(algebra.subject)) {
    auto ends = known(algebra.object);
    if (ends && (!starts || std::holds_alternative<rdf::Term>(algebra.object) || ends->size() < starts->size())) {
      starts = std::move(ends);
      backward = true;
    }
  }
  Table const pairs = search.pairs(algebra.path, backward, starts ? &*starts : nullptr);
  graph_variable_ = outer;
  std::size_t const subject = backward ? 1 : 0;
  std::vector<std::uint32_t> rows;
  auto const constant = [&](Node const& node) {
    auto const* const term = std::get_if<rdf::Term>(&node);
    return term == nullptr ? rdf::TermId() : terms_.id(term->view());
  };
  rdf::TermId const subject_id = constant(algebra.subject);
  rdf::TermId const object_id = constant(algebra.object);
  bool const same = algebra.subject == algebra.object && !subject_id.defined();
  for (std::uint32_t row = 0; row < pairs.rows(); ++row) {
    if (subject_id.defined() && pairs.at(row, subject) != subject_id) continue;
    if (object_id.defined() && pairs.at(row, 1 - subject) != object_id) continue;
    if (same && pairs.at(row, 0) != pairs.at(row, 1)) continue;
    rows.push_back(row);
  }
  Table const kept = pairs.gather(rows);
  std::vector<Variable> variables;
  if (auto const* const variable = std::get_if<Variable>(&algebra.subject)) variables.push_back(*variable);
  if (auto const* const variable = std::get_if<Variable>(&algebra.object); variable != nullptr && !same) {
    variables.push_back(*variable);
  }
  Table out(budget_, variables);
  std::size_t place = 0;
  if (!subject_id.defined()) out.column(place++) = kept.column(subject);
  if (!object_id.defined() && !same) out.column(place) = kept.column(1 - subject);
  out.settle(kept.rows());
  return out;
}

}  // namespace lepton::sparql
