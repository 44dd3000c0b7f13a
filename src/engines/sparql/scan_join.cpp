// Joins a table with a triple pattern by seeking in the store: the table's rows are visited in the order of the scan,
// so that small tables look a few places up and large ones are merged in one pass.
#include <algorithm>
#include <functional>

#include "sparql/execution.h"
#include "sparql/parallel_sort.h"
#include "sparql/row_values.h"

namespace lepton::sparql {

namespace {

constexpr int no_column = -1;

/// The order whose leading parts are all known, constants first, and how many those are.
struct Choice {
  rdf::Order order = rdf::Order::spo;
  std::size_t prefix = 0;
};

Choice choose(rdf::QuadPattern const& ids, std::array<int, 4> const& columns) {
  Choice best;
  std::size_t best_constants = 0;
  for (auto const order : {rdf::Order::spo, rdf::Order::pso, rdf::Order::pos, rdf::Order::osp}) {
    std::size_t prefix = 0;
    std::size_t constants = 0;
    for (rdf::Part const part : rdf::parts_of(order)) {
      bool const constant = ids.part(part).defined();
      if (!constant && columns[static_cast<std::size_t>(part)] == no_column) break;
      if (part == rdf::Part::graph) break;
      if (constant && constants == prefix) ++constants;
      ++prefix;
    }
    if (prefix > best.prefix || (prefix == best.prefix && constants > best_constants)) {
      best = {order, prefix};
      best_constants = constants;
    }
  }
  return best;
}

/// A scan that only goes forward, seen row by row.
class Walk {
 public:
  explicit Walk(rdf::Scan scan, rdf::Order order) : scan_(std::move(scan)), parts_(rdf::parts_of(order)) {}

  /// Goes to the first row that is at least `key`; false at the end.
  bool seek(std::span<rdf::TermId const> key) {
    if (ended_) return false;
    if (begun_ && compare(scan_.block().rows - 1, key) >= 0) {
      // Within the block: gallop, then halve.
      std::size_t step = 1;
      std::size_t low = row_;
      if (compare(low, key) >= 0) return true;
      while (low + step < scan_.block().rows && compare(low + step, key) < 0) {
        low += step;
        step *= 2;
      }
      std::size_t high = std::min(low + step, scan_.block().rows - 1);
      while (low + 1 < high) {
        std::size_t const middle = low + (high - low) / 2;
        (compare(middle, key) < 0 ? low : high) = middle;
      }
      row_ = high;
      return true;
    }
    begun_ = true;
    row_ = 0;
    ended_ = !scan_.seek(key);
    return !ended_;
  }
  bool next() {
    if (++row_ < scan_.block().rows) return true;
    row_ = 0;
    ended_ = !scan_.next();
    return !ended_;
  }
  [[nodiscard]] bool matches(std::span<rdf::TermId const> key) const { return !ended_ && compare(row_, key) == 0; }
  [[nodiscard]] rdf::TermId at(std::size_t part) const { return scan_.block().columns[part][row_]; }

 private:
  [[nodiscard]] int compare(std::size_t row, std::span<rdf::TermId const> key) const {
    for (std::size_t i = 0; i < key.size(); ++i) {
      rdf::TermId const have = scan_.block().column(parts_[i])[row];
      if (have != key[i]) return have < key[i] ? -1 : 1;
    }
    return 0;
  }

  rdf::Scan scan_;
  std::array<rdf::Part, 4> parts_;
  std::size_t row_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

/// Row numbers so that the columns ascend.
std::vector<std::uint32_t> sorted_rows(Parallelism const& parallelism, Table const& table,
                                       std::vector<std::size_t> const& columns) {
  std::vector<std::uint32_t> rows = all_rows(table.rows());
  bool sorted = table.sorted_by.size() >= columns.size();
  for (std::size_t i = 0; sorted && i < columns.size(); ++i) {
    sorted = table.sorted_by[i] == table.variables()[columns[i]];
  }
  if (sorted) return rows;
  if (columns.size() == 1) {
    std::vector<std::pair<rdf::TermId, std::uint32_t>> keyed(rows.size());
    for (std::uint32_t const row : rows) keyed[row] = {table.at(row, columns[0]), row};
    parallel_sort(parallelism, keyed, std::less<>());
    std::ranges::transform(keyed, rows.begin(), [](auto const& one) { return one.second; });
    return rows;
  }
  parallel_sort(parallelism, rows, [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t const column : columns) {
      rdf::TermId const left = table.at(a, column);
      rdf::TermId const right = table.at(b, column);
      if (left != right) return left < right;
    }
    return a < b;
  });
  return rows;
}

/// What a row of the result is made of; read by all threads of a join.
struct JoinShape {
  JoinShape(Table const& left, BoundPattern const& pattern, Differing const& differing) : variables(left.variables()) {
    columns.fill(no_column);
    for (std::size_t i = 0; i < 4; ++i) {
      if (!pattern.variables[i]) continue;
      columns[i] = left.find(*pattern.variables[i]);
      if (columns[i] != no_column) continue;
      auto const fresh = std::ranges::find(variables, *pattern.variables[i]) - variables.begin();
      if (fresh == std::ssize(variables)) {
        added.push_back(i);
        variables.push_back(*pattern.variables[i]);
      } else {
        twice.emplace_back(added[static_cast<std::size_t>(fresh) - left.width()], i);
      }
    }
    for (auto const& [first, second] : differing) {
      auto const part = std::ranges::find(pattern.variables, std::optional(second)) - pattern.variables.begin();
      different.emplace_back(static_cast<std::size_t>(left.find(first)), static_cast<std::size_t>(part));
    }
  }

  std::vector<Variable> variables;  ///< the left table's, then the new ones
  std::array<int, 4> columns{};     ///< by part: the left table's column
  std::vector<std::size_t> added;   ///< parts that bring new variables
  std::vector<std::pair<std::size_t, std::size_t>> twice;
  std::vector<std::pair<std::size_t, std::size_t>> different;  ///< columns, and parts that must have other terms
};

/// The scan that a join seeks in; read by all threads, each of which opens it for itself.
struct JoinScan {
  JoinScan(Execution const& execution, Table const& left, BoundPattern const& pattern, JoinShape const& shape)
      : ids(pattern.ids) {
    impossible = pattern.impossible || !execution.prepare(ids, options, pattern.variables[3].has_value());
    if (impossible) return;
    auto const [chosen, prefix] = choose(pattern.ids, shape.columns);
    order = chosen;
    auto const parts = rdf::parts_of(order);
    for (std::size_t i = 0; i < 4; ++i) options.columns[i] = pattern.variables[i].has_value();
    key.resize(prefix);
    for (std::size_t i = 0; i < 4; ++i) {
      int const column = shape.columns[static_cast<std::size_t>(parts[i])];
      if (i < prefix) {
        options.columns[static_cast<std::size_t>(parts[i])] = true;
        key[i] = pattern.ids.part(parts[i]);
        if (!key[i].defined()) places.emplace_back(i, static_cast<std::size_t>(column));
      } else if (column != no_column) {
        tested.emplace_back(static_cast<std::size_t>(column), static_cast<std::size_t>(parts[i]));
      }
    }
    for (auto const& [place, column] : places) columns.push_back(column);
    rows = sorted_rows(execution.parallelism(), left, columns);
  }
  [[nodiscard]] Walk open(Execution const& execution) const {
    return Walk(execution.snapshot().scan(ids, order, options), order);
  }

  bool impossible = false;
  rdf::QuadPattern ids;
  rdf::ScanOptions options;
  rdf::Order order = rdf::Order::spo;
  std::vector<rdf::TermId> key;                             ///< leading parts, where they are constant
  std::vector<std::pair<std::size_t, std::size_t>> places;  ///< in the key, of what a column of the left table says
  std::vector<std::size_t> columns;                         ///< those columns
  std::vector<std::pair<std::size_t, std::size_t>> tested;  ///< columns that the key leaves out, and their parts
  std::vector<std::uint32_t> rows;                          ///< of the left table, ascending by its columns
};

/// Joins some of the rows, on one thread.
class RowJoin {
 public:
  RowJoin(Execution const& execution, Table const& left, JoinShape const& shape, JoinScan const& scan)
      : execution_(execution),
        left_(left),
        shape_(shape),
        scan_(scan),
        key_(scan.key),
        out_(left.budget(), shape.variables),
        charge_(left.budget()) {}

  Table rows(RowRange range, std::uint64_t limit) {
    visit(range, limit);
    for (std::size_t i = 0; i < left_.width(); ++i) {
      out_.column(i).reserve(rows_.size());
      for (std::uint32_t const row : rows_) out_.column(i).push_back(left_.at(row, i));
    }
    charge_.set(0);
    out_.settle(rows_.size());
    for (std::size_t const column : scan_.columns) out_.sorted_by.push_back(left_.variables()[column]);
    return std::move(out_);
  }

  std::uint64_t count(RowRange range) {
    counts_ = true;
    visit(range, Execution::all);
    return counted_;
  }

 private:
  void visit(RowRange range, std::uint64_t limit) {
    Walk walk = scan_.open(execution_);
    std::span const rows(scan_.rows);
    std::size_t done = range.begin;
    while (done < range.end && rows_.size() < limit) {
      if ((++steps_ & 1023) == 0) pause();
      std::size_t group = done + 1;
      while (group < range.end && same(rows[done], rows[group])) ++group;
      for (auto const& [place, column] : scan_.places) key_[place] = left_.at(rows[done], column);
      if (!(key_.empty() ? first(walk) : walk.seek(key_))) break;
      for (; walk.matches(key_);) {
        if ((++steps_ & 1023) == 0) pause();
        emit(walk, rows.subspan(done, group - done));
        if (!walk.next()) break;
      }
      done = group;
    }
  }

  /// Without a key every row of the scan goes with every row of the table.
  static bool first(Walk& walk) {
    rdf::TermId const least;
    return walk.seek({&least, 1});
  }
  [[nodiscard]] bool same(std::uint32_t a, std::uint32_t b) const {
    return std::ranges::all_of(scan_.columns,
                               [&](std::size_t column) { return left_.at(a, column) == left_.at(b, column); });
  }

  void emit(Walk const& walk, std::span<std::uint32_t const> rows) {
    for (auto const& [a, b] : shape_.twice) {
      if (walk.at(a) != walk.at(b)) return;
    }
    if (counts_ && scan_.tested.empty() && shape_.different.size() <= 1) {
      counted_ += rows.size() - count_alike(walk, rows);
      return;
    }
    for (std::uint32_t const row : rows) {
      bool const fits =
          std::ranges::all_of(scan_.tested,
                              [&](auto const& pair) { return left_.at(row, pair.first) == walk.at(pair.second); }) &&
          std::ranges::none_of(shape_.different,
                               [&](auto const& pair) { return left_.at(row, pair.first) == walk.at(pair.second); });
      if (!fits) continue;
      if (counts_) {
        ++counted_;
        continue;
      }
      rows_.push_back(row);
      for (std::size_t i = 0; i < shape_.added.size(); ++i)
        out_.column(left_.width() + i).push_back(walk.at(shape_.added[i]));
      if ((rows_.size() & 4095) == 0) pause();
    }
  }

  /// How many of the rows have the term that they must not have.
  [[nodiscard]] std::uint64_t count_alike(Walk const& walk, std::span<std::uint32_t const> rows) const {
    if (shape_.different.empty()) return 0;
    auto const& [column, part] = shape_.different.front();
    auto const& terms = left_.column(column);
    return static_cast<std::uint64_t>(
        std::ranges::count_if(rows, [&, term = walk.at(part)](std::uint32_t row) { return terms[row] == term; }));
  }

  void pause() {
    execution_.call().proceed();
    charge_.set(rows_.size() * (sizeof(rdf::TermId) * out_.width() + sizeof(std::uint32_t)));
  }

  Execution const& execution_;
  Table const& left_;
  JoinShape const& shape_;
  JoinScan const& scan_;
  std::vector<rdf::TermId> key_;
  Table out_;
  std::vector<std::uint32_t> rows_;  ///< of the left table, one per row of the result
  std::size_t steps_ = 0;
  Charge charge_;        ///< for what is not yet in the table
  bool counts_ = false;  ///< rows instead of making them
  std::uint64_t counted_ = 0;
};

}  // namespace

Table Execution::scan_join(Table left, BoundPattern const& pattern, std::uint64_t limit, double expected,
                           Differing const& differing) {
  JoinShape const shape(left, pattern, differing);
  JoinScan const scan(*this, left, pattern, shape);
  if (scan.impossible) return nothing(shape.variables);
  // The first rows are found soonest one after another.
  RowMorsels const parts = limit == all ? morsels(left.rows(), expected) : RowMorsels::whole(left.rows());
  return join_pieces(call_, parallelism(), parts, [&](RowRange range, bool /*on_caller*/) {
    return RowJoin(*this, left, shape, scan).rows(range, limit);
  });
}

std::uint64_t Execution::count_scan_join(Table const& left, BoundPattern const& pattern, double expected,
                                         Differing const& differing) {
  JoinShape const shape(left, pattern, differing);
  JoinScan const scan(*this, left, pattern, shape);
  if (scan.impossible) return 0;
  RowMorsels const parts = morsels(left.rows(), expected);
  std::atomic<std::uint64_t> sum = 0;
  parts.run([&](MorselQueue& queue) {
    while (auto const morsel = queue.next()) {
      call_.proceed();
      sum += RowJoin(*this, left, shape, scan).count(parts.range(*morsel));
    }
  });
  return sum;
}

}  // namespace lepton::sparql
