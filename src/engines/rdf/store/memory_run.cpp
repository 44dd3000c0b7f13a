#include "rdf/store/memory_run.h"

#include <algorithm>
#include <map>
#include <set>

namespace lepton::rdf {

namespace {

constexpr std::array<Order, order_count> all_orders{Order::spo, Order::pso, Order::pos, Order::osp, Order::gspo};

class MemoryRunCursor : public RunCursor {
 public:
  static constexpr std::size_t block_rows = 1024;

  MemoryRunCursor(MemoryRun const& run, Order order) : run_(run), order_(order) { set(0); }

  void seek(Prefix const& prefix) override { set(run_.lower_bound(order_, prefix)); }
  void next() override { set(start_ + rows_); }
  [[nodiscard]] std::size_t rows() const override { return rows_; }
  [[nodiscard]] TermId const* column(std::size_t place) override { return run_.column(order_, place) + start_; }
  [[nodiscard]] std::uint8_t const* changes() override { return run_.changes(order_) + start_; }

 private:
  void set(std::size_t start) {
    start_ = start;
    rows_ = std::min(block_rows, run_.rows() - start);
  }

  MemoryRun const& run_;
  Order order_;
  std::size_t start_ = 0;
  std::size_t rows_ = 0;
};

}  // namespace

void MemoryRun::allocate(std::size_t rows) {
  rows_ = rows;
  columns_.resize(rows * 4 * order_count);
  changes_.resize(rows * order_count);
}

MemoryRun::MemoryRun(std::vector<QuadChange> const& changes) {
  allocate(changes.size());
  std::vector<std::pair<std::array<TermId, 4>, std::uint8_t>> sorted(rows_);
  for (Order const order : all_orders) {
    auto const parts = parts_of(order);
    for (std::size_t i = 0; i < rows_; ++i) {
      for (std::size_t place = 0; place < 4; ++place) sorted[i].first[place] = changes[i].quad.part(parts[place]);
      sorted[i].second = changes[i].change.packed();
    }
    std::sort(sorted.begin(), sorted.end());
    auto const number = static_cast<std::size_t>(order);
    for (std::size_t i = 0; i < rows_; ++i) {
      for (std::size_t place = 0; place < 4; ++place)
        columns_[(number * 4 + place) * rows_ + i] = sorted[i].first[place];
      changes_[number * rows_ + i] = sorted[i].second;
    }
  }
  summarize();
}

MemoryRun::MemoryRun(MemoryRun const& older, MemoryRun const& newer) {
  std::vector<QuadChange> merged;
  merged.reserve(older.rows() + newer.rows());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < older.rows() || j < newer.rows()) {
    if (j == newer.rows()) {
      merged.push_back(older.row(i++));
    } else if (i == older.rows()) {
      merged.push_back(newer.row(j++));
    } else {
      QuadChange const a = older.row(i);
      QuadChange const b = newer.row(j);
      if (a.quad == b.quad) {
        if (a.change.before != b.change.after) merged.push_back({a.quad, {a.change.before, b.change.after}});
        ++i, ++j;
      } else {
        merged.push_back(a.quad < b.quad ? older.row(i++) : newer.row(j++));
      }
    }
  }
  *this = MemoryRun(merged);
}

void MemoryRun::summarize() {
  std::map<TermId, GraphTally> graphs;
  for (Order const order : {Order::pso, Order::pos}) {
    TermId const* const predicate = column(order, 0);
    TermId const* const second = column(order, 1);
    std::size_t tally = 0;
    for (std::size_t i = 0; i < rows_; ++i) {
      bool const first = i == 0 || predicate[i] != predicate[i - 1];
      if (order == Order::pos) {
        if (first && i > 0) ++tally;
        if (first || second[i] != second[i - 1]) ++predicates_[tally].objects;
        continue;
      }
      if (first) predicates_.push_back({predicate[i], {}, 0, 0});
      if (first || second[i] != second[i - 1]) ++predicates_.back().subjects;
      Change const change = Change::unpack(changes(order)[i]);
      predicates_.back().quads.add(change);
      graphs[column(order, 3)[i]].quads.add(change);
    }
  }
  for (auto& [graph, tally] : graphs) graphs_.push_back({graph, tally.quads});
}

std::size_t MemoryRun::memory_bytes() const {
  return columns_.size() * sizeof(TermId) + changes_.size() + predicates_.size() * sizeof(PredicateTally) +
         graphs_.size() * sizeof(GraphTally);
}

std::unique_ptr<RunCursor> MemoryRun::open(Order order) const {
  return std::make_unique<MemoryRunCursor>(*this, order);
}

Tally MemoryRun::tally(Order order, Prefix const& prefix) const {
  Tally sum;
  std::size_t const end = lower_bound(order, prefix, true);
  for (std::size_t i = lower_bound(order, prefix); i < end; ++i) sum.add(Change::unpack(changes(order)[i]));
  return sum;
}

TermId const* MemoryRun::column(Order order, std::size_t place) const {
  return columns_.data() + (static_cast<std::size_t>(order) * 4 + place) * rows_;
}

std::uint8_t const* MemoryRun::changes(Order order) const {
  return changes_.data() + static_cast<std::size_t>(order) * rows_;
}

std::size_t MemoryRun::lower_bound(Order order, Prefix const& prefix, bool after) const {
  std::size_t low = 0;
  std::size_t high = rows_;
  // Part by part: the rows that agree so far are one range.
  for (std::size_t place = 0; place < prefix.length; ++place) {
    TermId const* const values = column(order, place);
    auto const range = std::equal_range(values + low, values + high, prefix.parts[place]);
    if (range.first == range.second) return static_cast<std::size_t>(range.first - values);
    low = static_cast<std::size_t>(range.first - values);
    high = static_cast<std::size_t>(range.second - values);
  }
  return after ? high : low;
}

QuadChange MemoryRun::row(std::size_t index) const {
  return {{column(Order::spo, 0)[index], column(Order::spo, 1)[index], column(Order::spo, 2)[index],
           column(Order::spo, 3)[index]},
          Change::unpack(changes(Order::spo)[index])};
}

}  // namespace lepton::rdf
