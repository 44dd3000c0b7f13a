// Dividing a long list of vectors into cells: spherical k-means (Dhillon & Modha 2001) on a sample, then each vector
// goes to its nearest centre.
#include <algorithm>
#include <cmath>

#include "retrieval/vector_list.h"

namespace lepton::retrieval {
namespace {

constexpr int rounds = 6;
constexpr std::size_t sampled_per_cell = 32;

class Cells {
 public:
  Cells(Call const& call, std::span<std::int8_t const> values, std::span<float const> scales, std::size_t dimensions)
      : call_(call), values_(values), scales_(scales), dimensions_(dimensions) {
    auto const size = scales.size();
    count_ = static_cast<std::size_t>(std::sqrt(static_cast<double>(size)));
    for (std::size_t cell = 0; cell < count_; ++cell) {
      auto const first = values.subspan(cell * size / count_ * dimensions, dimensions);
      centres_.insert(centres_.end(), first.begin(), first.end());
    }
    products_.resize(count_);
    measure();
  }

  /// Moves each centre to the mean of those that are nearest to it; one that is nearest to none stays.
  void improve() {
    auto const size = scales_.size(), sample = std::min(size, count_ * sampled_per_cell);
    std::vector<float> sums(count_ * dimensions_, 0.0F);
    for (std::size_t i = 0; i < sample; ++i) {
      if (i % 1024 == 0) call_.proceed();
      auto const passage = i * size / sample;
      float* const sum = sums.data() + nearest(passage) * dimensions_;
      for (std::size_t k = 0; k < dimensions_; ++k)
        sum[k] += static_cast<float>(values_[passage * dimensions_ + k]) * scales_[passage];
    }
    for (std::size_t cell = 0; cell < count_; ++cell) {
      auto const mean = quantise(std::span(sums).subspan(cell * dimensions_, dimensions_));
      if (mean.inverse_length > 0)
        std::copy(mean.values.begin(), mean.values.end(),
                  centres_.begin() + static_cast<std::ptrdiff_t>(cell * dimensions_));
    }
    measure();
  }

  /// The passages, cell by cell.
  [[nodiscard]] std::vector<std::uint32_t> write(runtime::ModelFileWriter& writer, std::string const& name) {
    std::vector<std::vector<std::uint32_t>> members(count_);
    for (std::uint32_t passage = 0; passage < scales_.size(); ++passage) {
      if (passage % 1024 == 0) call_.proceed();
      members[nearest(passage)].push_back(passage);
    }
    std::vector<std::uint32_t> ends, cells, places(scales_.size());
    for (auto const& cell : members) {
      for (auto const passage : cell) {
        places[passage] = static_cast<std::uint32_t>(cells.size());
        cells.push_back(passage);
      }
      ends.push_back(static_cast<std::uint32_t>(cells.size()));
    }
    writer.add(name + "-centres", centres_);
    writer.add(name + "-cell-ends", ends);
    writer.add(name + "-cells", cells);
    writer.add(name + "-places", places);
    return cells;
  }

 private:
  void measure() {
    lengths_.clear();
    for (std::size_t cell = 0; cell < count_; ++cell)
      lengths_.push_back(inverse_length_of(std::span(centres_).subspan(cell * dimensions_, dimensions_)));
  }

  [[nodiscard]] std::size_t nearest(std::size_t passage) {
    dots(values_.data() + passage * dimensions_, centres_.data(), dimensions_, count_, products_.data());
    std::size_t best = 0;
    double most = -2e9;
    for (std::size_t cell = 0; cell < count_; ++cell) {
      double const near = lengths_[cell] * products_[cell];
      if (near > most) {
        most = near;
        best = cell;
      }
    }
    return best;
  }

  Call const& call_;
  std::span<std::int8_t const> values_;
  std::span<float const> scales_;
  std::size_t dimensions_, count_ = 0;
  std::vector<std::int8_t> centres_;
  std::vector<double> lengths_;         // 1 / length of each centre
  std::vector<std::int32_t> products_;  // of a vector with each centre
};

}  // namespace

void VectorListBuilder::write(Call const& call, runtime::ModelFileWriter& writer, std::string const& name,
                              std::size_t exact_up_to) const {
  if (scales_.size() <= exact_up_to) {
    writer.add(name + "-vectors", values_);
    writer.add(name + "-scales", scales_);
    for (std::string const part : {"-centres", "-cell-ends", "-cells", "-places"})
      writer.add(name + part, std::string());
    return;
  }
  Cells cells(call, values_, scales_, dimensions_);
  for (int round = 0; round < rounds; ++round) cells.improve();
  std::vector<std::int8_t> values;
  std::vector<float> scales;
  values.reserve(values_.size());
  scales.reserve(scales_.size());
  for (auto const passage : cells.write(writer, name)) {
    auto const from = values_.begin() + static_cast<std::ptrdiff_t>(passage * dimensions_);
    values.insert(values.end(), from, from + static_cast<std::ptrdiff_t>(dimensions_));
    scales.push_back(scales_[passage]);
  }
  writer.add(name + "-vectors", values);
  writer.add(name + "-scales", scales);
}

}  // namespace lepton::retrieval
