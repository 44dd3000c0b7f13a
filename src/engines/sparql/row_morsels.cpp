#include "sparql/row_morsels.h"

namespace lepton::sparql {

namespace {

/// Where a row is much work, morsels are fewer rows, down to this part of all.
constexpr std::size_t smallest_part = 256;

}  // namespace

RowMorsels::RowMorsels(Parallelism const& parallelism, std::size_t rows, double work) : rows_(rows), size_(rows) {
  double const all = std::max(work, static_cast<double>(rows));
  if (parallelism.pool == nullptr || rows < 2 || all < static_cast<double>(parallelism.least_rows)) return;
  pool_ = parallelism.pool;
  double const share = static_cast<double>(rows) / all;
  auto const fair = static_cast<std::size_t>(static_cast<double>(parallelism.morsel_rows) * share);
  size_ = std::max<std::size_t>(1, std::min(parallelism.morsel_rows, std::max(fair, rows / smallest_part)));
  count_ = (rows + size_ - 1) / size_;
}

void RowMorsels::run(std::function<void(MorselQueue&)> const& work) const {
  if (pool_ != nullptr) {
    pool_->run(count_, work);
    return;
  }
  MorselQueue::Shared alone;
  alone.count = 1;
  MorselQueue queue(alone, true);
  work(queue);
}

}  // namespace lepton::sparql
