#include "rdf/store/memory_run.h"

#include <algorithm>
#include <map>

#include "rdf/store/quad_sort.h"
#include "rdf/store/run_merge.h"

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

MemoryRun::MemoryRun(std::vector<QuadChange> changes) : rows_(changes.size()) {
  std::vector<QuadChange> scratch;
  in_each_order(changes, scratch, [&](Order order) {
    Sorted& sorted = orders_[static_cast<std::size_t>(order)];
    auto const parts = parts_of(order);
    for (std::size_t place = 0; place < 4; ++place) {
      sorted.columns[place].reserve(rows_);
      for (auto const& row : changes) sorted.columns[place].push_back(row.quad.part(parts[place]));
    }
    sorted.changes.reserve(rows_);
    for (auto const& row : changes) sorted.changes.push_back(row.change.packed());
  });
  summarize();
}

MemoryRun::MemoryRun(std::vector<std::shared_ptr<Run const>> const& runs) {
  for (Order const order : all_orders) {
    Sorted& sorted = orders_[static_cast<std::size_t>(order)];
    for (RunMerge merge(runs, order); merge.next();) {
      for (std::size_t place = 0; place < 4; ++place) {
        TermId const* const from = merge.columns()[place];
        sorted.columns[place].insert(sorted.columns[place].end(), from, from + merge.rows());
      }
      sorted.changes.insert(sorted.changes.end(), merge.changes(), merge.changes() + merge.rows());
    }
    rows_ = sorted.changes.size();
  }
  summarize();
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
  std::size_t sum = predicates_.size() * sizeof(PredicateTally) + graphs_.size() * sizeof(GraphTally);
  for (Sorted const& sorted : orders_) {
    sum += sorted.changes.capacity();
    for (auto const& column : sorted.columns) sum += column.capacity() * sizeof(TermId);
  }
  return sum;
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

}  // namespace lepton::rdf
