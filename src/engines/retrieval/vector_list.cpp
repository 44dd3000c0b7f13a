#include "retrieval/vector_list.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace lepton::retrieval {
namespace {

bool nearer(Neighbour const& a, Neighbour const& b) {
  return a.cosine != b.cosine ? a.cosine > b.cosine : a.passage < b.passage;
}

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
  for (std::size_t i = 0; i < size; ++i) sum += static_cast<std::int16_t>(a[i]) * static_cast<std::int16_t>(b[i]);
  return sum;
}

VectorList::VectorList(runtime::ModelFile const& file, std::string const& name, std::size_t size,
                       std::size_t dimensions)
    : dimensions_(dimensions),
      values_(file.array<std::int8_t>(name + "-vectors")),
      scales_(file.array<float>(name + "-scales")),
      centres_(file.array<std::int8_t>(name + "-centres")),
      cell_ends_(file.array<std::uint32_t>(name + "-cell-ends")),
      cells_(file.array<std::uint32_t>(name + "-cells")) {
  bool good = scales_.size() == (dimensions == 0 ? 0 : size) && values_.size() == scales_.size() * dimensions &&
              centres_.size() == cell_ends_.size() * dimensions;
  good = good && std::is_sorted(cell_ends_.begin(), cell_ends_.end()) &&
         cells_.size() == (cell_ends_.empty() ? 0 : size) && (cell_ends_.empty() || cell_ends_.back() == size);
  for (auto const scale : scales_) good = good && scale >= 0 && scale <= 1;
  for (auto const passage : cells_) good = good && passage < size;
  if (!good) throw invalid(fmt::format("the index is damaged: the vectors of segment {} do not fit together", name));
  for (std::size_t cell = 0; cell < cell_ends_.size(); ++cell)
    centre_scales_.push_back(inverse_length_of(centres_.subspan(cell * dimensions, dimensions)));
}

double VectorList::cosine(QuantisedVector const& query, std::uint32_t passage) const {
  return dot(query.values.data(), values_.data() + passage * dimensions_, dimensions_) * query.inverse_length *
         static_cast<double>(scales_[passage]);
}

std::vector<Neighbour> VectorList::nearest(QuantisedVector const& query, std::size_t most,
                                           std::span<std::uint8_t const> gone, double effort) const {
  std::vector<Neighbour> found;
  auto const look = [&](std::uint32_t passage) {
    if (gone[passage] != 0) return;
    if (double const near = cosine(query, passage); near > 0) found.push_back({passage, near});
  };
  if (exact()) {
    for (std::uint32_t passage = 0; passage < scales_.size(); ++passage) look(passage);
  } else {
    std::vector<std::pair<double, std::uint32_t>> order;  // less for nearer
    for (std::uint32_t cell = 0; cell < cell_ends_.size(); ++cell)
      order.emplace_back(
          -centre_scales_[cell] * dot(query.values.data(), centres_.data() + cell * dimensions_, dimensions_), cell);
    auto const cells = static_cast<std::size_t>(std::ceil(effort * static_cast<double>(order.size())));
    std::sort(order.begin(), order.end());
    order.resize(std::clamp<std::size_t>(cells, 1, order.size()));
    for (auto const& [distance, cell] : order)
      for (auto i = cell == 0 ? 0 : cell_ends_[cell - 1]; i < cell_ends_[cell]; ++i) look(cells_[i]);
  }
  auto const kept = std::min(most, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(), nearer);
  found.resize(kept);
  return found;
}

void VectorListBuilder::add(std::span<float const> vector) {
  auto const small = quantise(vector);
  values_.insert(values_.end(), small.values.begin(), small.values.end());
  scales_.push_back(static_cast<float>(small.inverse_length));
}

}  // namespace lepton::retrieval
