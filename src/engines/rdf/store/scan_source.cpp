#include "rdf/store/scan_source.h"

#include <algorithm>

#include "base/check.h"

namespace lepton::rdf {

namespace {

constexpr std::size_t block_rows = 1024;
constexpr std::size_t worth_borrowing = 128;  ///< fewer rows are cheaper to copy than to hand out as a block

/// Whether the row's leading parts are below the prefix; with `or_equal`, at most the prefix.
bool below(std::array<TermId const*, 4> const& columns, std::size_t row, Prefix const& prefix, bool or_equal) {
  for (std::size_t place = 0; place < prefix.length; ++place) {
    TermId const value = columns[place][row];
    if (value != prefix.parts[place]) return value < prefix.parts[place];
  }
  return or_equal;
}

/// Every row of every run stands in this graph.
bool stands_alone(TermId graph, std::vector<std::shared_ptr<Run const>> const& runs) {
  return std::all_of(runs.begin(), runs.end(), [&](auto const& run) {
    return run->graphs().empty() || (run->graphs().size() == 1 && run->graphs()[0].graph == graph);
  });
}

std::size_t partition(std::size_t low, std::size_t high, auto const& is_low) {
  while (low < high) {
    std::size_t const middle = low + (high - low) / 2;
    if (is_low(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

ScanSource::ScanSource(std::shared_ptr<Version const> version, QuadPattern const& pattern, Order order,
                       ScanOptions options)
    : version_(std::move(version)), parts_(parts_of(order)), options_(std::move(options)) {
  prefix_ = bound_prefix(pattern, order);
  graph_place_ = order == Order::gspo ? 0 : 3;
  check(!options_.merge_graphs || order != Order::gspo, "graphs are merged in an order that ends with the graph");
  drop_idle_conditions(pattern.graph);
  for (std::size_t place = prefix_.length; place < 4; ++place) {
    TermId const bound = pattern.part(parts_[place]);
    if (bound.defined() && !(place == graph_place_ && graph_is_given_)) filters_.emplace_back(place, bound);
  }
  for (auto const& run : version_->runs()) {
    Input input;
    input.cursor = run->open(order);
    inputs_.push_back(std::move(input));
  }
  filters_rows_ = !filters_.empty() || !options_.graphs.empty() || options_.merge_graphs;
  for (std::size_t place = 0; place < 4; ++place)
    needed_[place] = filters_rows_ || inputs_.size() > 1 || place < prefix_.length ||
                     options_.columns[static_cast<std::size_t>(parts_[place])];
}

/// Where there is one graph only, asking each row for its graph, or for its like in another, is idle.
void ScanSource::drop_idle_conditions(TermId wanted) {
  auto const& runs = version_->runs();
  auto const named = std::find_if(runs.begin(), runs.end(), [](auto const& run) { return !run->graphs().empty(); });
  if (named == runs.end()) return;
  TermId const only = (*named)->graphs()[0].graph;
  if (!stands_alone(only, runs)) return;
  options_.merge_graphs = false;
  graph_is_given_ = wanted == only;
  if (std::binary_search(options_.graphs.begin(), options_.graphs.end(), only)) options_.graphs.clear();
}

/// Takes over the cursor's block and cuts it where the pattern's range ends.
void ScanSource::enter(Input& input) {
  input.position = 0;
  input.end = input.cursor->rows();
  input.last = input.end == 0;
  if (input.last) return;
  input.columns.fill(nullptr);
  for (std::size_t place = 0; place < 4; ++place)
    if (needed_[place]) input.need(place);
  input.changes = input.cursor->changes();
  if (below(input.columns, input.end - 1, prefix_, true)) return;
  input.last = true;
  input.end = partition(0, input.end, [&](std::size_t row) { return below(input.columns, row, prefix_, true); });
}

void ScanSource::advance(Input& input, std::size_t rows) {
  input.position += rows;
  if (!input.done() || input.last) return;
  input.cursor->next();
  enter(input);
}

int ScanSource::compare(Input const& a, std::size_t row_a, Input const& b, std::size_t row_b) const {
  for (std::size_t place = prefix_.length; place < 4; ++place) {
    TermId const x = a.columns[place][row_a];
    TermId const y = b.columns[place][row_b];
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

std::size_t ScanSource::rows_below(Input const& input, Input const& bound) const {
  auto const is_below = [&](std::size_t row) { return compare(input, row, bound, bound.position) < 0; };
  if (is_below(input.end - 1)) return input.end - input.position;
  // Gallop: stretches are often short.
  std::size_t step = 1;
  std::size_t low = input.position;
  while (low + step < input.end && is_below(low + step)) {
    low += step;
    step *= 2;
  }
  return partition(low, std::min(low + step, input.end), is_below) - input.position;
}

bool ScanSource::passes(Input const& input, std::size_t row) {
  if ((input.changes[row] & 15 & static_cast<std::uint8_t>(options_.layers)) == 0) return false;
  for (auto const& [place, value] : filters_)
    if (input.columns[place][row] != value) return false;
  if (!options_.graphs.empty() &&
      !std::binary_search(options_.graphs.begin(), options_.graphs.end(), input.columns[graph_place_][row]))
    return false;
  if (!options_.merge_graphs) return true;
  std::array const triple{input.columns[0][row], input.columns[1][row], input.columns[2][row]};
  return std::exchange(last_triple_, triple) != triple;
}

/// How many rows from the input's position on pass before the first that does not, or all.
std::size_t ScanSource::passing(Input const& input, std::size_t rows) {
  std::size_t count = 0;
  if (filters_rows_) {
    while (count < rows && passes(input, input.position + count)) ++count;
    return count;
  }
  auto const layers = static_cast<std::uint8_t>(options_.layers);
  std::uint8_t const* const changes = input.changes + input.position;
  while (count < rows && (changes[count] & layers) != 0) ++count;
  return count;
}

void ScanSource::keep(Input& input, std::size_t row) {
  for (std::size_t place = 0; place < 4; ++place) {
    input.need(place);
    kept_[place].push_back(input.columns[place][row]);
  }
}

/// Takes rows that no other run has a say in. They are borrowed where all of them pass.
void ScanSource::take(Input& input, std::size_t rows) {
  std::size_t const begin = input.position;
  std::size_t passed = 0;
  if (kept_[0].empty() && rows >= worth_borrowing) {
    passed = passing(input, rows);
    if (passed >= worth_borrowing || passed == rows) {
      for (std::size_t place = 0; place < 4; ++place)
        rows_.columns[place] = input.columns[place] == nullptr ? nullptr : input.columns[place] + begin;
      rows_.count = passed;
      lent_ = &input;
      input.position += passed;  // the block stays until these rows have been read
      return;
    }
    for (std::size_t i = 0; i < passed; ++i) keep(input, begin + i);
    ++passed;  // that row was asked and did not pass
  }
  rows = std::min(rows, passed + block_rows - kept_[0].size());
  for (; passed < rows; ++passed)
    if (passes(input, begin + passed)) keep(input, begin + passed);
  advance(input, passed);
}

/// Several runs speak about one quad: the newest is right.
void ScanSource::take_equal(std::vector<Input*> const& equal) {
  Input& newest = *equal.back();
  if (passes(newest, newest.position)) keep(newest, newest.position);
  for (Input* const input : equal) advance(*input, 1);
}

bool ScanSource::fill() {
  rows_ = {};
  lent_ = nullptr;
  for (auto& column : kept_) column.clear();
  while (rows_.count == 0 && kept_[0].size() < block_rows) {
    Input* bound = nullptr;  // the lowest row that is not the lowest of all
    lowest_.clear();
    for (Input& input : inputs_) {
      if (input.done()) {
        advance(input, 0);
        if (input.done()) continue;
      }
      int const order = lowest_.empty() ? 0 : compare(input, input.position, *lowest_[0], lowest_[0]->position);
      if (order < 0) {
        bound = lowest_[0];
        lowest_.clear();
      } else if (order > 0) {
        if (bound == nullptr || compare(input, input.position, *bound, bound->position) < 0) bound = &input;
        continue;
      }
      lowest_.push_back(&input);
    }
    if (lowest_.empty()) break;
    if (lowest_.size() > 1) {
      take_equal(lowest_);
    } else {
      Input& only = *lowest_[0];
      take(only, bound == nullptr ? only.end - only.position : rows_below(only, *bound));
    }
  }
  if (rows_.count == 0) {
    rows_.count = kept_[0].size();
    for (std::size_t place = 0; place < 4; ++place) rows_.columns[place] = kept_[place].data();
  }
  publish(rows_);
  return rows_.count > 0;
}

void ScanSource::publish(Rows const& rows) {
  block_.rows = rows.count;
  for (std::size_t place = 0; place < 4; ++place) {
    auto const part = static_cast<std::size_t>(parts_[place]);
    block_.columns[part] = options_.columns[part] ? std::span(rows.columns[place], rows.count) : std::span<TermId>();
  }
}

bool ScanSource::next() {
  if (!started_) return seek(prefix_);
  return fill();
}

bool ScanSource::seek(Prefix const& prefix) {
  for (std::size_t place = 0; place < prefix.length; ++place) {
    needed_[place] = true;
    if (!started_) continue;
    for (Input& input : inputs_)
      if (input.end > 0) input.need(place);
    if (lent_ != nullptr) {
      // What was skipped of the lent rows is behind their present beginning.
      std::size_t const begin = lent_->position - rows_.count;
      rows_.columns[place] = lent_->columns[place] + begin;
    }
  }
  if (!started_) {
    started_ = true;
    // The rows before the pattern's range are not rows of the scan.
    Prefix const from = std::lexicographical_compare(prefix.parts.begin(), prefix.parts.begin() + prefix.length,
                                                     prefix_.parts.begin(), prefix_.parts.begin() + prefix_.length)
                            ? prefix_
                            : prefix;
    for (Input& input : inputs_) {
      input.cursor->seek(from);
      enter(input);
    }
    return fill();
  }
  std::size_t const skip =
      partition(0, rows_.count, [&](std::size_t row) { return below(rows_.columns, row, prefix, false); });
  if (skip < rows_.count) {
    for (auto& column : rows_.columns)
      if (column != nullptr) column += skip;
    rows_.count -= skip;
    publish(rows_);
    return true;
  }
  for (Input& input : inputs_) {
    if (input.last && input.done()) continue;
    std::size_t const row =
        partition(input.position, input.end, [&](std::size_t i) { return below(input.columns, i, prefix, false); });
    input.position = row;
    if (!input.done() || input.last) continue;
    input.cursor->seek(prefix);
    enter(input);
  }
  return fill();
}

Scan::Scan(std::unique_ptr<ScanSource> source) : source_(std::move(source)) {}
Scan::~Scan() = default;
Scan::Scan(Scan&&) noexcept = default;
Scan& Scan::operator=(Scan&&) noexcept = default;

bool Scan::next() {
  return source_->next();
}

bool Scan::seek(std::span<TermId const> prefix) {
  check(!prefix.empty() && prefix.size() <= 4, "a prefix has one to four parts");
  Prefix parts{{}, prefix.size()};
  std::copy(prefix.begin(), prefix.end(), parts.parts.begin());
  return source_->seek(parts);
}

Block const& Scan::block() const {
  return source_->block();
}

}  // namespace lepton::rdf
