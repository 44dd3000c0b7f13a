#include "rdf/store/selected_run.h"

#include <bit>
#include <map>

namespace lepton::rdf {
namespace {

constexpr std::array<Order, order_count> all_orders{Order::spo, Order::pso, Order::pos, Order::osp, Order::gspo};
constexpr std::size_t word_bits = 64;

bool is_seen(TermId id, IriSet const& seen) {
  if (id.is_literal() || id == TermId::default_graph()) return true;
  return id.kind() == IdKind::iri && id.payload() < seen.size() && seen[id.payload()];
}

}  // namespace

/// Gathers selected rows into blocks.
class SelectedRun::Cursor : public RunCursor {
 public:
  static constexpr std::size_t block_rows = 1024;

  Cursor(SelectedRun const& run, Order order) : run_(run), order_(order) { gather(0); }

  void seek(Prefix const& prefix) override { gather(run_.base_->lower_bound(order_, prefix)); }
  void next() override { gather(end_); }
  [[nodiscard]] std::size_t rows() const override { return places_.size(); }
  [[nodiscard]] TermId const* column(std::size_t place) override {
    auto& column = columns_[place];
    if (column.empty()) {
      TermId const* const from = run_.base_->column(order_, place);
      for (auto const row : places_) column.push_back(from[row]);
    }
    return column.data();
  }
  [[nodiscard]] std::uint8_t const* changes() override {
    if (changes_.empty())
      for (auto const row : places_) changes_.push_back(run_.base_->changes(order_)[row]);
    return changes_.data();
  }

 private:
  void gather(std::size_t from) {
    places_.clear();
    for (auto& column : columns_) column.clear();
    changes_.clear();
    end_ = from;
    for (auto row = run_.next(order_, from); row < run_.base_->rows() && places_.size() < block_rows;
         row = run_.next(order_, end_)) {
      places_.push_back(row);
      end_ = row + 1;
    }
  }

  SelectedRun const& run_;
  Order order_;
  std::size_t end_ = 0;  ///< the row of the base behind the block
  std::vector<std::size_t> places_;
  std::array<std::vector<TermId>, 4> columns_;
  std::vector<std::uint8_t> changes_;
};

SelectedRun::SelectedRun(std::shared_ptr<MemoryRun const> base, IriSet const& seen) : base_(std::move(base)) {
  select(seen);
  summarize();
}

void SelectedRun::select(IriSet const& seen) {
  for (Order const order : all_orders) {
    auto& words = selected_[static_cast<std::size_t>(order)];
    words.assign((base_->rows() + word_bits - 1) / word_bits, 0);
    std::array<TermId const*, 4> columns{};
    for (std::size_t place = 0; place < 4; ++place) columns[place] = base_->column(order, place);
    // Rows that follow each other share their leading parts.
    std::array<TermId, 4> last{};
    std::array<bool, 4> last_seen{};
    for (std::size_t row = 0; row < base_->rows(); ++row) {
      bool all = true;
      for (std::size_t place = 0; place < 4; ++place) {
        if (columns[place][row] != last[place]) {
          last[place] = columns[place][row];
          last_seen[place] = is_seen(last[place], seen);
        }
        all = all && last_seen[place];
      }
      if (all) words[row / word_bits] |= std::uint64_t{1} << (row % word_bits);
    }
  }
  for (auto const word : selected_[0]) rows_ += static_cast<std::size_t>(std::popcount(word));
}

std::size_t SelectedRun::next(Order order, std::size_t row) const {
  auto const& words = selected_[static_cast<std::size_t>(order)];
  for (std::size_t word = row / word_bits; word < words.size(); ++word) {
    auto bits = words[word];
    if (word == row / word_bits) bits &= ~std::uint64_t{0} << (row % word_bits);
    if (bits != 0) return word * word_bits + static_cast<std::size_t>(std::countr_zero(bits));
  }
  return base_->rows();
}

void SelectedRun::summarize() {
  std::map<TermId, GraphTally> graphs;
  for (Order const order : {Order::pso, Order::pos}) {
    TermId const* const predicate = base_->column(order, 0);
    TermId const* const second = base_->column(order, 1);
    auto tally = predicates_.begin();
    std::size_t before = base_->rows();  // none
    for (auto row = next(order, 0); row < base_->rows(); before = row, row = next(order, row + 1)) {
      bool const first = before == base_->rows() || predicate[row] != predicate[before];
      bool const distinct = first || second[row] != second[before];
      if (order == Order::pos) {
        if (first && before != base_->rows()) ++tally;
        if (distinct) ++tally->objects;
        continue;
      }
      if (first) predicates_.push_back({predicate[row], {}, 0, 0});
      if (distinct) ++predicates_.back().subjects;
      Change const change = Change::unpack(base_->changes(order)[row]);
      predicates_.back().quads.add(change);
      graphs[base_->column(order, 3)[row]].quads.add(change);
    }
  }
  for (auto& [graph, tally] : graphs) graphs_.push_back({graph, tally.quads});
}

std::size_t SelectedRun::memory_bytes() const {
  std::size_t sum = predicates_.size() * sizeof(PredicateTally) + graphs_.size() * sizeof(GraphTally);
  for (auto const& words : selected_) sum += words.size() * sizeof(std::uint64_t);
  return sum;
}

std::unique_ptr<RunCursor> SelectedRun::open(Order order) const {
  return std::make_unique<Cursor>(*this, order);
}

Tally SelectedRun::tally(Order order, Prefix const& prefix) const {
  Tally sum;
  std::size_t const end = base_->lower_bound(order, prefix, true);
  for (auto row = next(order, base_->lower_bound(order, prefix)); row < end; row = next(order, row + 1))
    sum.add(Change::unpack(base_->changes(order)[row]));
  return sum;
}

}  // namespace lepton::rdf
