// Joins a table with a triple pattern by seeking in the store: the table's rows are visited in the order of the scan,
// so that small tables look a few places up and large ones are merged in one pass.
#include <algorithm>
#include <numeric>

#include "sparql/execution.h"

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
std::vector<std::uint32_t> sorted_rows(Table const& table, std::vector<std::size_t> const& columns) {
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  bool sorted = table.sorted_by.size() >= columns.size();
  for (std::size_t i = 0; sorted && i < columns.size(); ++i) {
    sorted = table.sorted_by[i] == table.variables()[columns[i]];
  }
  if (sorted) return rows;
  if (columns.size() == 1) {
    std::vector<std::pair<rdf::TermId, std::uint32_t>> keyed(rows.size());
    for (std::uint32_t const row : rows) keyed[row] = {table.at(row, columns[0]), row};
    std::ranges::sort(keyed);
    std::ranges::transform(keyed, rows.begin(), [](auto const& one) { return one.second; });
    return rows;
  }
  std::ranges::sort(rows, [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t const column : columns) {
      rdf::TermId const left = table.at(a, column);
      rdf::TermId const right = table.at(b, column);
      if (left != right) return left < right;
    }
    return a < b;
  });
  return rows;
}

/// One join on its way.
class ScanJoin {
 public:
  ScanJoin(Execution& execution, Table const& left, BoundPattern const& pattern)
      : execution_(execution), left_(left), pattern_(pattern), out_(left.budget(), left.variables()) {
    columns_.fill(no_column);
    for (std::size_t i = 0; i < 4; ++i) {
      if (!pattern.variables[i]) continue;
      columns_[i] = left.find(*pattern.variables[i]);
      if (columns_[i] != no_column) continue;
      int const fresh = out_.find(*pattern.variables[i]);
      if (fresh == no_column) {
        added_.push_back(i);
        out_.add_variable(*pattern.variables[i]);
      } else {
        twice_.emplace_back(added_[static_cast<std::size_t>(fresh) - left.width()], i);
      }
    }
  }

  Table run(std::uint64_t limit) {
    visit(limit);
    return finish();
  }

  std::uint64_t count() {
    counts_ = true;
    visit(Execution::all);
    return counted_;
  }

 private:
  void visit(std::uint64_t limit) {
    rdf::QuadPattern ids = pattern_.ids;
    rdf::ScanOptions options;
    if (pattern_.impossible || !execution_.prepare(ids, options, pattern_.variables[3].has_value())) return;
    Choice const choice = choose(pattern_.ids, columns_);
    auto const parts = rdf::parts_of(choice.order);
    for (std::size_t i = 0; i < 4; ++i) options.columns[i] = pattern_.variables[i].has_value();
    std::vector<std::size_t> keys;
    std::vector<rdf::TermId> key(choice.prefix);
    for (std::size_t i = 0; i < choice.prefix; ++i) {
      options.columns[static_cast<std::size_t>(parts[i])] = true;
      key[i] = pattern_.ids.part(parts[i]);
      if (!key[i].defined()) keys.push_back(column_of(parts[i]));
    }
    auto const rows = sorted_rows(left_, keys);
    for (std::size_t i = choice.prefix; i < 4; ++i) {
      auto const part = static_cast<std::size_t>(parts[i]);
      if (columns_[part] != no_column) tested_.emplace_back(static_cast<std::size_t>(columns_[part]), part);
    }
    Walk walk(execution_.snapshot().scan(ids, choice.order, std::move(options)), choice.order);
    std::size_t done = 0;
    while (done < rows.size() && rows_.size() < limit) {
      if ((++steps_ & 1023) == 0) pause();
      std::size_t group = done + 1;
      while (group < rows.size() && same(rows[done], rows[group], keys)) ++group;
      for (std::size_t i = 0; i < choice.prefix; ++i) {
        if (!pattern_.ids.part(parts[i]).defined()) key[i] = left_.at(rows[done], column_of(parts[i]));
      }
      if (!(key.empty() ? first(walk) : walk.seek(key))) break;
      for (; walk.matches(key);) {
        emit(walk, std::span(rows).subspan(done, group - done));
        if (!walk.next()) break;
      }
      done = group;
    }
    for (std::size_t const column : keys) out_.sorted_by.push_back(left_.variables()[column]);
  }

  /// Without a key every row of the scan goes with every row of the table.
  static bool first(Walk& walk) {
    rdf::TermId const least;
    return walk.seek({&least, 1});
  }
  [[nodiscard]] std::size_t column_of(rdf::Part part) const {
    return static_cast<std::size_t>(columns_[static_cast<std::size_t>(part)]);
  }
  [[nodiscard]] bool same(std::uint32_t a, std::uint32_t b, std::vector<std::size_t> const& keys) const {
    return std::ranges::all_of(keys, [&](std::size_t column) { return left_.at(a, column) == left_.at(b, column); });
  }

  void emit(Walk const& walk, std::span<std::uint32_t const> rows) {
    for (auto const& [a, b] : twice_) {
      if (walk.at(a) != walk.at(b)) return;
    }
    if (counts_ && tested_.empty()) {
      counted_ += rows.size();
      return;
    }
    for (std::uint32_t const row : rows) {
      bool const fits = std::ranges::all_of(
          tested_, [&](auto const& pair) { return left_.at(row, pair.first) == walk.at(pair.second); });
      if (!fits) continue;
      if (counts_) {
        ++counted_;
        continue;
      }
      rows_.push_back(row);
      for (std::size_t i = 0; i < added_.size(); ++i) out_.column(left_.width() + i).push_back(walk.at(added_[i]));
      if ((rows_.size() & 4095) == 0) pause();
    }
  }

  void pause() {
    execution_.call().proceed();
    std::size_t const bytes = rows_.size() * (sizeof(rdf::TermId) * out_.width() + sizeof(std::uint32_t));
    if (bytes > charged_) {
      std::size_t const more = bytes - std::exchange(charged_, bytes);
      out_.budget().add(more);
    }
  }

  Table finish() {
    out_.budget().release(std::exchange(charged_, 0));
    for (std::size_t i = 0; i < left_.width(); ++i) {
      out_.column(i).reserve(rows_.size());
      for (std::uint32_t const row : rows_) out_.column(i).push_back(left_.at(row, i));
    }
    out_.settle(rows_.size());
    return std::move(out_);
  }

  Execution& execution_;
  Table const& left_;
  BoundPattern const& pattern_;
  Table out_;
  std::array<int, 4> columns_{};    ///< by part: the left table's column
  std::vector<std::size_t> added_;  ///< parts that bring new variables
  std::vector<std::pair<std::size_t, std::size_t>> twice_;
  std::vector<std::pair<std::size_t, std::size_t>>
      tested_;                       ///< columns that the scan's key leaves out, and their parts
  std::vector<std::uint32_t> rows_;  ///< of the left table, one per row of the result
  std::size_t steps_ = 0;
  std::size_t charged_ = 0;
  bool counts_ = false;  ///< rows instead of making them
  std::uint64_t counted_ = 0;
};

}  // namespace

Table Execution::scan_join(Table left, BoundPattern const& pattern, std::uint64_t limit) {
  return ScanJoin(*this, left, pattern).run(limit);
}

std::uint64_t Execution::count_scan_join(Table const& left, BoundPattern const& pattern) {
  return ScanJoin(*this, left, pattern).count();
}

}  // namespace lepton::sparql
