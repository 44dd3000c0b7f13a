#include "rdf/store/run_writer.h"

#include <algorithm>

#include "rdf/store/column_codec.h"
#include "rdf/store/quad_sort.h"
#include "rdf/store/run_merge.h"

namespace lepton::rdf {

namespace {

template <class Record>
std::string_view bytes_of(std::vector<Record> const& records) {
  return {reinterpret_cast<char const*>(records.data()), records.size() * sizeof(Record)};
}

}  // namespace

RunWriter::RunWriter(std::filesystem::path path) : file_(std::move(path)) {}

void RunWriter::begin(Order order) {
  order_ = order;
  index_.clear();
  tally_ = {};
  last_ = {};
  predicate_ = 0;
}

void RunWriter::add(std::array<TermId const*, 4> const& columns, std::uint8_t const* changes, std::size_t rows) {
  if (order_ == Order::pso || order_ == Order::pos) summarize(columns, changes, rows);
  for (std::size_t done = 0; done < rows;) {
    std::size_t const count = std::min(rows - done, column_rows - changes_.size());
    for (std::size_t place = 0; place < 4; ++place)
      columns_[place].insert(columns_[place].end(), columns[place] + done, columns[place] + done + count);
    changes_.insert(changes_.end(), changes + done, changes + done + count);
    done += count;
    if (changes_.size() == column_rows) write_block();
  }
}

void RunWriter::summarize(std::array<TermId const*, 4> const& columns, std::uint8_t const* changes, std::size_t rows) {
  bool const by_subject = order_ == Order::pso;
  for (std::size_t i = 0; i < rows; ++i) {
    TermId const predicate = columns[0][i];
    bool const first = predicate != last_[0];
    if (first && by_subject) predicates_.push_back({predicate, {}, 0, 0});
    if (first && !by_subject && last_[0].defined()) ++predicate_;
    if (first || columns[1][i] != last_[1])
      ++(by_subject ? predicates_.back().subjects : predicates_.at(predicate_).objects);
    last_ = {predicate, columns[1][i]};
    if (!by_subject) continue;
    Change const change = Change::unpack(changes[i]);
    predicates_.back().quads.add(change);
    graphs_[columns[3][i]].add(change);
  }
}

void RunWriter::write_block() {
  if (changes_.empty()) return;
  BlockHeader header;
  header.rows = static_cast<std::uint16_t>(changes_.size());
  block_.assign(sizeof header, '\0');
  for (std::size_t place = 0; place < 4; ++place) {
    encode_column(columns_[place], block_);
    header.ends[place] = static_cast<std::uint32_t>(block_.size());
  }
  if (std::all_of(changes_.begin(), changes_.end(), [&](std::uint8_t change) { return change == changes_[0]; })) {
    header.uniform = changes_[0];
  } else {
    block_.append(reinterpret_cast<char const*>(changes_.data()), changes_.size());
  }
  header.ends[4] = static_cast<std::uint32_t>(block_.size());
  block_.replace(0, sizeof header, reinterpret_cast<char const*>(&header), sizeof header);
  index_.push_back({{columns_[0][0], columns_[1][0], columns_[2][0], columns_[3][0]}, file_.size(), tally_});
  file_.append(block_);
  for (std::uint8_t const change : changes_) tally_.add(Change::unpack(change));
  if (order_ == Order::spo) footer_.rows += changes_.size();
  for (auto& column : columns_) column.clear();
  changes_.clear();
}

void RunWriter::end() {
  write_block();
  file_.align(sizeof(std::uint64_t));
  footer_.index[static_cast<std::size_t>(order_)] = file_.size();
  footer_.blocks[static_cast<std::size_t>(order_)] = index_.size();
  file_.append(bytes_of(index_));
}

void RunWriter::finish() {
  footer_.predicates = file_.size();
  footer_.predicate_count = predicates_.size();
  file_.append(bytes_of(predicates_));
  footer_.graphs = file_.size();
  footer_.graph_count = graphs_.size();
  std::vector<GraphTally> graphs;
  for (auto const& [graph, tally] : graphs_) graphs.push_back({graph, tally});
  file_.append(bytes_of(graphs));
  file_.append({reinterpret_cast<char const*>(&footer_), sizeof footer_});
  file_.finish();
}

std::shared_ptr<DiskRun const> merge_runs(Call const& call, std::vector<std::shared_ptr<Run const>> const& runs,
                                          std::filesystem::path const& path) {
  RunWriter writer(path);
  std::size_t rows = 0;
  for (Order const order : {Order::pso, Order::pos, Order::spo, Order::osp, Order::gspo}) {
    if (order == Order::gspo && !writer.has_several_graphs()) break;
    writer.begin(order);
    for (RunMerge merge(runs, order); merge.next();) {
      call.proceed();
      writer.add(merge.columns(), merge.changes(), merge.rows());
      rows += merge.rows();
    }
    writer.end();
    if (rows == 0) return {};
  }
  writer.finish();
  return std::make_shared<DiskRun const>(path);
}

namespace {

void write_order(Call const& call, RunWriter& writer, std::vector<QuadChange> const& rows, Order order) {
  writer.begin(order);
  auto const parts = parts_of(order);
  std::array<std::array<TermId, column_rows>, 4> columns;
  std::array<std::uint8_t, column_rows> changes;
  for (std::size_t begin = 0; begin < rows.size(); begin += column_rows) {
    call.proceed();
    std::size_t const count = std::min(column_rows, rows.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      QuadChange const& row = rows[begin + i];
      for (std::size_t place = 0; place < 4; ++place) columns[place][i] = row.quad.part(parts[place]);
      changes[i] = row.change.packed();
    }
    writer.add({columns[0].data(), columns[1].data(), columns[2].data(), columns[3].data()}, changes.data(), count);
  }
  writer.end();
}

}  // namespace

std::shared_ptr<DiskRun const> write_run(Call const& call, std::vector<QuadChange>& rows,
                                         std::vector<QuadChange>& scratch, std::filesystem::path const& path) {
  RunWriter writer(path);
  bool const several_graphs = std::any_of(rows.begin(), rows.end(),
                                          [&](QuadChange const& row) { return row.quad.graph != rows[0].quad.graph; });
  in_each_order(rows, scratch, [&](Order order) {
    if (order != Order::gspo || several_graphs) write_order(call, writer, rows, order);
  });
  writer.finish();
  return std::make_shared<DiskRun const>(path);
}

}  // namespace lepton::rdf
