#include "rdf/store/run_merge.h"

#include <algorithm>

namespace lepton::rdf {

namespace {

constexpr std::size_t block_rows = 1024;

}  // namespace

RunMerge::RunMerge(std::vector<std::shared_ptr<Run const>> const& runs, Order order) : inputs_(runs.size()) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    inputs_[i].cursor = runs[i]->open(order);
    enter(inputs_[i]);
  }
}

void RunMerge::enter(Input& input) {
  input.position = 0;
  input.end = input.cursor->rows();
  if (input.end == 0) return;
  for (std::size_t place = 0; place < 4; ++place) input.columns[place] = input.cursor->column(place);
  input.changes = input.cursor->changes();
}

void RunMerge::advance(Input& input, std::size_t rows) {
  input.position += rows;
  if (input.position < input.end) return;
  input.cursor->next();
  enter(input);
}

void RunMerge::seek(Prefix const& prefix) {
  lent_ = nullptr;
  for (Input& input : inputs_) {
    if (input.position == input.end) continue;
    auto const below = [&](std::size_t row) {
      for (std::size_t place = 0; place < prefix.length; ++place)
        if (input.columns[place][row] != prefix.parts[place]) return input.columns[place][row] < prefix.parts[place];
      return false;
    };
    if (below(input.end - 1)) {
      input.cursor->seek(prefix);
      enter(input);
      continue;
    }
    while (below(input.position)) ++input.position;
  }
}

int RunMerge::compare(Input const& a, std::size_t row, Input const& b) {
  for (std::size_t place = 0; place < 4; ++place) {
    TermId const x = a.columns[place][row];
    TermId const y = b.columns[place][b.position];
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

std::size_t RunMerge::rows_below(Input const& input, Input const& bound) {
  if (compare(input, input.end - 1, bound) < 0) return input.end - input.position;
  std::size_t low = input.position;
  std::size_t step = 1;
  while (low + step < input.end && compare(input, low + step, bound) < 0) {
    low += step;
    step *= 2;
  }
  std::size_t high = std::min(low + step, input.end);
  while (low < high) {
    std::size_t const middle = low + (high - low) / 2;
    if (compare(input, middle, bound) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - input.position;
}

void RunMerge::keep(Input const& input, std::size_t rows) {
  for (std::size_t place = 0; place < 4; ++place) {
    TermId const* const from = input.columns[place] + input.position;
    kept_[place].insert(kept_[place].end(), from, from + rows);
  }
  kept_changes_.insert(kept_changes_.end(), input.changes + input.position, input.changes + input.position + rows);
}

/// The oldest run knows how it was before all of them, the newest how it is after.
void RunMerge::merge_equal() {
  Input const& oldest = *lowest_.front();
  Input const& newest = *lowest_.back();
  Change const change{Change::unpack(oldest.changes[oldest.position]).before,
                      Change::unpack(newest.changes[newest.position]).after};
  if (change.before != change.after) {
    keep(newest, 1);
    kept_changes_.back() = change.packed();
  }
  for (Input* const input : lowest_) advance(*input, 1);
}

bool RunMerge::next() {
  if (lent_ != nullptr) advance(*lent_, rows_);
  lent_ = nullptr;
  for (auto& column : kept_) column.clear();
  kept_changes_.clear();
  while (kept_changes_.size() < block_rows) {
    Input* bound = nullptr;
    lowest_.clear();
    for (Input& input : inputs_) {
      if (input.position == input.end) continue;
      int const order = lowest_.empty() ? 0 : compare(input, input.position, *lowest_[0]);
      if (order < 0) {
        bound = lowest_[0];
        lowest_.clear();
      } else if (order > 0) {
        if (bound == nullptr || compare(input, input.position, *bound) < 0) bound = &input;
        continue;
      }
      lowest_.push_back(&input);
    }
    if (lowest_.empty()) break;
    if (lowest_.size() > 1) {
      merge_equal();
      continue;
    }
    Input& only = *lowest_[0];
    std::size_t const rows = bound == nullptr ? only.end - only.position : rows_below(only, *bound);
    if (kept_changes_.empty() && rows == only.end - only.position) {
      lent_ = &only;
      rows_ = rows;
      for (std::size_t place = 0; place < 4; ++place) columns_[place] = only.columns[place] + only.position;
      changes_ = only.changes + only.position;
      return true;
    }
    keep(only, rows);
    advance(only, rows);
  }
  rows_ = kept_changes_.size();
  for (std::size_t place = 0; place < 4; ++place) columns_[place] = kept_[place].data();
  changes_ = kept_changes_.data();
  return rows_ > 0;
}

}  // namespace lepton::rdf
