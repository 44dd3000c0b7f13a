#include "embed/spherical_means.h"

#include <algorithm>

#include "base/check.h"
#include "embed/dense_product.h"
#include "embed/low_rank.h"

namespace lepton::embed {
namespace {

constexpr std::size_t block = 256;  // vectors that are compared with all centres at once

class SphericalMeans {
 public:
  SphericalMeans(std::span<float const> vectors, std::size_t dimensions, std::size_t classes)
      : vectors_(vectors),
        dimensions_(dimensions),
        classes_(classes),
        stride_(padded(classes)),
        centres_(classes, dimensions),
        class_of_(vectors.size() / dimensions) {
    std::copy_n(vectors.begin(), centres_.values.size(), centres_.values.begin());
  }

  /// Gives each vector its nearest centre; whether any has another than before.
  bool assign(Call const& call) {
    std::vector<float> turned(dimensions_ * stride_, 0.0F);
    for (std::size_t c = 0; c < classes_; ++c)
      for (std::size_t k = 0; k < dimensions_; ++k) turned[k * stride_ + c] = centres_.row(c)[k];
    std::vector<float> cosines(block * stride_);
    bool changed = false;
    for (std::size_t begin = 0; begin < class_of_.size(); begin += block) {
      call.proceed();
      auto const rows = std::min(block, class_of_.size() - begin);
      std::fill(cosines.begin(), cosines.end(), 0.0F);
      add_product(rows, stride_, dimensions_, {vectors_.data() + begin * dimensions_, dimensions_, 1},
                  {turned.data(), stride_}, {cosines.data(), stride_});
      for (std::size_t i = 0; i < rows; ++i) {
        auto const* const row = cosines.data() + i * stride_;
        auto const nearest = static_cast<std::uint32_t>(std::max_element(row, row + classes_) - row);
        changed |= class_of_[begin + i] != nearest;
        class_of_[begin + i] = nearest;
      }
    }
    return changed;
  }

  void move_centres() {
    DenseRows sums(classes_, dimensions_);
    std::vector<bool> used(classes_);
    for (std::size_t i = 0; i < class_of_.size(); ++i) {
      auto* const sum = sums.row(class_of_[i]);
      used[class_of_[i]] = true;
      for (std::size_t k = 0; k < dimensions_; ++k) sum[k] += vectors_[i * dimensions_ + k];
    }
    for (std::size_t c = 0; c < classes_; ++c) {
      if (!used[c]) continue;
      make_unit({sums.row(c), dimensions_});
      std::copy_n(sums.row(c), dimensions_, centres_.row(c));
    }
  }
  [[nodiscard]] std::vector<std::uint32_t> classes() && { return std::move(class_of_); }

 private:
  std::span<float const> vectors_;
  std::size_t dimensions_, classes_, stride_;
  DenseRows centres_;
  std::vector<std::uint32_t> class_of_;
};

}  // namespace

std::vector<std::uint32_t> spherical_means(Call const& call, std::span<float const> vectors, std::size_t dimensions,
                                           std::size_t classes, int rounds) {
  check(dimensions > 0 && vectors.size() % dimensions == 0, "vectors are whole");
  classes = std::min(classes, vectors.size() / dimensions);
  if (classes == 0) return {};
  SphericalMeans means(vectors, dimensions, classes);
  bool changed = means.assign(call);
  for (int round = 1; round < rounds && changed; ++round) {
    means.move_centres();
    changed = means.assign(call);
  }
  return std::move(means).classes();
}

}  // namespace lepton::embed
