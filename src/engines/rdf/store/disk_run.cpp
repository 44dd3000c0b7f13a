#include "rdf/store/disk_run.h"

#include <algorithm>
#include <cstring>

#include "rdf/store/column_codec.h"

namespace lepton::rdf {

namespace {

/// -1, 0 or 1: how the leading parts of a row compare with the prefix.
int compare(std::array<TermId, 4> const& row, Prefix const& prefix) {
  for (std::size_t place = 0; place < prefix.length; ++place)
    if (row[place] != prefix.parts[place]) return row[place] < prefix.parts[place] ? -1 : 1;
  return 0;
}

template <class Record>
std::vector<Record> read_records(CheckedFile const& file, std::uint64_t offset, std::uint64_t count) {
  if (count > file.size() / sizeof(Record)) file.damaged(offset);
  std::vector<Record> records(count);
  if (count > 0) std::memcpy(records.data(), file.view(offset, count * sizeof(Record)), count * sizeof(Record));
  return records;
}

}  // namespace

/// Decodes a column when it is first asked for.
class DiskRunCursor : public RunCursor {
 public:
  DiskRunCursor(DiskRun const& run, Order order) : run_(run), order_(order) { enter(0); }

  void seek(Prefix const& prefix) override {
    enter(run_.find_block(order_, prefix, false));
    skip_to(lower_bound(prefix, false));
  }
  void next() override { enter(block_ + 1); }
  [[nodiscard]] std::size_t rows() const override { return rows_ - skipped_; }

  [[nodiscard]] TermId const* column(std::size_t place) override {
    auto& values = columns_[place];
    if (!decoded_[place]) {
      std::size_t const begin = place == 0 ? sizeof header_ : header_.ends[place - 1];
      values.resize(column_rows);
      if (header_.ends[place] < begin || !decode_column(at_ + begin, header_.ends[place] - begin, rows_, values.data()))
        run_.file_.damaged(offset_);
      decoded_[place] = true;
    }
    return values.data() + skipped_;
  }

  [[nodiscard]] std::uint8_t const* changes() override {
    if (header_.ends[4] != header_.ends[3])
      return reinterpret_cast<std::uint8_t const*>(at_ + header_.ends[3]) + skipped_;
    if (uniform_.empty() || uniform_[0] != header_.uniform) uniform_.assign(column_rows, header_.uniform);
    return uniform_.data();
  }

  void enter(std::size_t block) {
    block_ = block;
    skipped_ = rows_ = 0;
    decoded_.fill(false);
    if (block >= run_.blocks(order_)) return;
    offset_ = run_.entry(order_, block).offset;
    std::memcpy(&header_, run_.file_.view(offset_, sizeof header_), sizeof header_);
    bool const uniform = header_.ends[4] == header_.ends[3];
    if (header_.rows == 0 || header_.rows > column_rows || !std::is_sorted(header_.ends.begin(), header_.ends.end()) ||
        (!uniform && header_.ends[4] - header_.ends[3] != header_.rows))
      run_.file_.damaged(offset_);
    at_ = run_.file_.view(offset_, header_.ends[4]);
    rows_ = header_.rows;
  }

  /// In the current block.
  [[nodiscard]] std::size_t lower_bound(Prefix const& prefix, bool after) {
    std::size_t low = 0;
    std::size_t high = rows_;
    for (std::size_t place = 0; place < prefix.length; ++place) {
      TermId const* const values = column(place) - skipped_;
      auto const range = std::equal_range(values + low, values + high, prefix.parts[place]);
      low = static_cast<std::size_t>(range.first - values);
      if (range.first == range.second) return low;
      high = static_cast<std::size_t>(range.second - values);
    }
    return after ? high : low;
  }

  [[nodiscard]] std::size_t block() const { return block_; }

 private:
  void skip_to(std::size_t row) {
    skipped_ = row;
    if (row == rows_ && rows_ > 0) next();
  }

  DiskRun const& run_;
  Order order_;
  std::size_t block_ = 0;
  std::uint64_t offset_ = 0;
  char const* at_ = nullptr;
  BlockHeader header_;
  std::size_t rows_ = 0;     // of the block
  std::size_t skipped_ = 0;  // of those, by seek
  std::array<bool, 4> decoded_{};
  std::array<std::vector<TermId>, 4> columns_;
  std::vector<std::uint8_t> uniform_;
};

/// Order::gspo of a run with one graph: Order::spo with the graph in front.
class SingleGraphCursor : public RunCursor {
 public:
  SingleGraphCursor(DiskRun const& run, TermId graph) : graph_(graph), spo_(run, Order::spo) {}

  void seek(Prefix const& prefix) override {
    Prefix rest{{}, prefix.length == 0 || prefix.parts[0] < graph_ ? 0 : prefix.length - 1};
    std::copy(prefix.parts.begin() + 1, prefix.parts.end(), rest.parts.begin());
    ended_ = prefix.length > 0 && graph_ < prefix.parts[0];
    if (!ended_) spo_.seek(rest);
  }
  void next() override { spo_.next(); }
  [[nodiscard]] std::size_t rows() const override { return ended_ ? 0 : spo_.rows(); }
  [[nodiscard]] TermId const* column(std::size_t place) override { return spo_.column(place == 0 ? 3 : place - 1); }
  [[nodiscard]] std::uint8_t const* changes() override { return spo_.changes(); }

 private:
  TermId graph_;
  DiskRunCursor spo_;
  bool ended_ = false;
};

DiskRun::DiskRun(std::filesystem::path path) : file_(std::move(path)) {
  if (file_.size() < sizeof footer_) file_.damaged(0);
  std::uint64_t const at = file_.size() - sizeof footer_;
  std::memcpy(&footer_, file_.view(at, sizeof footer_), sizeof footer_);
  if (footer_.magic != RunFooter{}.magic) file_.damaged(at);
  predicates_ = read_records<PredicateTally>(file_, footer_.predicates, footer_.predicate_count);
  graphs_ = read_records<GraphTally>(file_, footer_.graphs, footer_.graph_count);
  for (GraphTally const& graph : graphs_) total_ += graph.quads;
  if (footer_.rows > 0 && graphs_.empty()) file_.damaged(footer_.graphs);
}

std::size_t DiskRun::memory_bytes() const {
  return predicates_.size() * sizeof(PredicateTally) + graphs_.size() * sizeof(GraphTally);
}

BlockEntry DiskRun::entry(Order order, std::size_t block) const {
  BlockEntry entry;
  std::uint64_t const at = footer_.index[static_cast<std::size_t>(order)] + block * sizeof entry;
  std::memcpy(&entry, file_.view(at, sizeof entry), sizeof entry);
  return entry;
}

std::size_t DiskRun::find_block(Order order, Prefix const& prefix, bool after) const {
  std::size_t low = 0;
  std::size_t high = blocks(order);
  while (low < high) {
    std::size_t const middle = low + (high - low) / 2;
    int const place = compare(entry(order, middle).first, prefix);
    if (place < 0 || (after && place == 0)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? 0 : low - 1;
}

std::unique_ptr<RunCursor> DiskRun::open(Order order) const {
  if (order == Order::gspo && blocks(order) == 0 && rows() > 0)
    return std::make_unique<SingleGraphCursor>(*this, graphs_.at(0).graph);
  return std::make_unique<DiskRunCursor>(*this, order);
}

Tally DiskRun::tally_below(Order order, Prefix const& prefix, bool after) const {
  std::size_t const block = find_block(order, prefix, after);
  Tally sum = entry(order, block).before;
  DiskRunCursor cursor(*this, order);
  cursor.enter(block);
  std::size_t const rows = cursor.lower_bound(prefix, after);
  for (std::size_t i = 0; i < rows; ++i) sum.add(Change::unpack(cursor.changes()[i]));
  return sum;
}

Tally DiskRun::tally(Order order, Prefix const& prefix) const {
  if (rows() == 0) return {};
  if (prefix.length == 0) return total_;
  if (order == Order::gspo && blocks(order) == 0) {
    if (prefix.parts[0] != graphs_.at(0).graph) return {};
    Prefix rest{{}, prefix.length - 1};
    std::copy(prefix.parts.begin() + 1, prefix.parts.end(), rest.parts.begin());
    return tally(Order::spo, rest);
  }
  Tally const below = tally_below(order, prefix, false);
  Tally sum = tally_below(order, prefix, true);
  sum.stated -= below.stated;
  sum.inferred -= below.inferred;
  sum.both -= below.both;
  return sum;
}

}  // namespace lepton::rdf
