#include "retrieval/vector_list.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

namespace lepton::retrieval {
namespace {

bool nearer(Neighbour const& a, Neighbour const& b) {
  return a.cosine != b.cosine ? a.cosine > b.cosine : a.passage < b.passage;
}

/// Keeps the `most` nearest of what comes, in any order.
class Nearest {
 public:
  explicit Nearest(std::size_t most) : most_(most) {}

  /// What is less than that need not come.
  [[nodiscard]] double least() const { return least_; }
  void add(Neighbour const& neighbour) {
    kept_.push_back(neighbour);
    if (kept_.size() >= 4 * most_ + 64) drop();
  }
  [[nodiscard]] std::vector<Neighbour> take() {
    drop();
    std::sort(kept_.begin(), kept_.end(), nearer);
    return std::move(kept_);
  }

 private:
  void drop() {
    if (kept_.size() <= most_) return;
    auto const end = kept_.begin() + static_cast<std::ptrdiff_t>(most_);
    std::nth_element(kept_.begin(), end, kept_.end(), nearer);
    least_ = end->cosine;
    kept_.erase(end, kept_.end());
  }

  std::size_t most_;
  double least_ = 0;
  std::vector<Neighbour> kept_;
};

}  // namespace

QuantisedVector quantise(std::span<float const> vector) {
  QuantisedVector out;
  float most = 0;
  double sum = 0;
  for (float const value : vector) {
    most = std::max(most, std::fabs(value));
    sum += static_cast<double>(value) * value;
  }
  out.length = std::sqrt(sum);
  for (float const value : vector) {
    auto const small = most > 0 ? static_cast<std::int8_t>(std::lround(value / most * 127)) : std::int8_t{0};
    out.values.push_back(small);
  }
  out.inverse_length = inverse_length_of(out.values);
  return out;
}

double inverse_length_of(std::span<std::int8_t const> values) {
  auto const squares = dot(values.data(), values.data(), values.size());
  return squares > 0 ? 1 / std::sqrt(squares) : 0;
}

std::int32_t dot(std::int8_t const* a, std::int8_t const* b, std::size_t size) {
  std::int32_t sum = 0;
  dots(a, b, size, 1, &sum);
  return sum;
}

VectorList::VectorList(runtime::ModelFile const& file, std::string const& name, std::size_t size,
                       std::size_t dimensions)
    : dimensions_(dimensions),
      values_(file.array<std::int8_t>(name + "-vectors")),
      scales_(file.array<float>(name + "-scales")),
      centres_(file.array<std::int8_t>(name + "-centres")),
      cell_ends_(file.array<std::uint32_t>(name + "-cell-ends")),
      cells_(file.array<std::uint32_t>(name + "-cells")),
      places_(file.array<std::uint32_t>(name + "-places")) {
  bool good = scales_.size() == (dimensions == 0 ? 0 : size) && values_.size() == scales_.size() * dimensions &&
              centres_.size() == cell_ends_.size() * dimensions;
  good = good && std::is_sorted(cell_ends_.begin(), cell_ends_.end()) &&
         cells_.size() == (cell_ends_.empty() ? 0 : size) && (cell_ends_.empty() || cell_ends_.back() == size) &&
         places_.size() == cells_.size();
  for (auto const scale : scales_) good = good && scale >= 0 && scale <= 1;
  for (auto const passage : cells_) good = good && passage < size;
  for (auto const place : places_) good = good && place < size;
  if (!good) throw invalid(fmt::format("the index is damaged: the vectors of segment {} do not fit together", name));
  for (std::size_t cell = 0; cell < cell_ends_.size(); ++cell)
    centre_scales_.push_back(inverse_length_of(centres_.subspan(cell * dimensions, dimensions)));
}

double VectorList::cosine(QuantisedVector const& query, std::uint32_t passage) const {
  auto const place = place_of(passage);
  return dot(query.values.data(), values_.data() + place * dimensions_, dimensions_) * query.inverse_length *
         static_cast<double>(scales_[place]);
}

std::vector<std::uint32_t> VectorList::near_cells(QuantisedVector const& query, double effort) const {
  std::vector<std::int32_t> products(cell_ends_.size());
  dots(query.values.data(), centres_.data(), dimensions_, products.size(), products.data());
  std::vector<std::pair<double, std::uint32_t>> order;  // less for nearer
  for (std::uint32_t cell = 0; cell < products.size(); ++cell)
    order.emplace_back(-centre_scales_[cell] * products[cell], cell);
  auto const wanted = static_cast<std::size_t>(std::ceil(effort * static_cast<double>(order.size())));
  auto const count = std::clamp<std::size_t>(wanted, 1, order.size());
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count - 1), order.end());
  std::vector<std::uint32_t> cells;
  for (std::size_t i = 0; i < count; ++i) cells.push_back(order[i].second);
  std::sort(cells.begin(), cells.end());
  return cells;
}

std::vector<Neighbour> VectorList::nearest(QuantisedVector const& query, std::size_t most,
                                           std::span<std::uint8_t const> gone, double effort) const {
  Nearest found(most);
  std::array<std::int32_t, 256> products;
  auto const look = [&](std::size_t begin, std::size_t end) {
    for (; begin < end; begin += products.size()) {
      auto const count = std::min(end - begin, products.size());
      dots(query.values.data(), values_.data() + begin * dimensions_, dimensions_, count, products.data());
      for (std::size_t i = 0; i < count; ++i) {
        double const cosine = products[i] * query.inverse_length * static_cast<double>(scales_[begin + i]);
        if (cosine <= 0 || cosine < found.least()) continue;
        auto const passage = passage_at(static_cast<std::uint32_t>(begin + i));
        if (gone[passage] == 0) found.add({passage, cosine});
      }
    }
  };
  if (exact())
    look(0, scales_.size());
  else
    for (auto const cell : near_cells(query, effort)) look(cell == 0 ? 0 : cell_ends_[cell - 1], cell_ends_[cell]);
  return found.take();
}

void VectorListBuilder::add(std::span<float const> vector) {
  auto const small = quantise(vector);
  values_.insert(values_.end(), small.values.begin(), small.values.end());
  scales_.push_back(static_cast<float>(small.inverse_length));
}

}  // namespace lepton::retrieval
