#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/call.h"
#include "runtime/model_file.h"

namespace lepton::retrieval {

/// A vector in eight bits a component: (value / scale) is a whole number. Sums over such are exact, so that a machine
/// with other instructions gives the same order.
struct QuantisedVector {
  std::vector<std::int8_t> values;
  double length = 0;          ///< of the vector that it stands for
  double inverse_length = 0;  ///< of `values`; 0 when all are 0
};
[[nodiscard]] QuantisedVector quantise(std::span<float const> vector);
/// 1 / length, or 0.
[[nodiscard]] double inverse_length_of(std::span<std::int8_t const> values);
[[nodiscard]] std::int32_t dot(std::int8_t const* a, std::int8_t const* b, std::size_t size);
/// Of one vector with each of `count` that stand one after the other.
void dots(std::int8_t const* a, std::int8_t const* rows, std::size_t size, std::size_t count, std::int32_t* out);

/// A passage and the cosine of its vector and the one asked for.
struct Neighbour {
  std::uint32_t passage = 0;
  double cosine = 0;
};

/// The vectors of a segment, in the sections "<name>-vectors", "-scales", "-centres", "-cell-ends", "-cells" and
/// "-places" of a file that outlives it. Small lists are searched exactly; large ones are divided into cells around
/// centres (inverted file, Sivic & Zisserman 2003), stored cell by cell, of which those near the vector asked for are
/// searched. Any thread may read.
class VectorList {
 public:
  VectorList() = default;
  /// A list of no vectors is one in which nothing is found. Throws Error{invalid} when the sections do not fit
  /// together.
  VectorList(runtime::ModelFile const& file, std::string const& name, std::size_t size, std::size_t dimensions);

  [[nodiscard]] bool empty() const { return scales_.empty(); }
  [[nodiscard]] bool exact() const { return cell_ends_.empty(); }
  [[nodiscard]] double cosine(QuantisedVector const& query, std::uint32_t passage) const;
  /// Loads what `cosine` needs before it is asked for.
  void prefetch(std::uint32_t passage) const { __builtin_prefetch(values_.data() + place_of(passage) * dimensions_); }
  /// At most `most` passages that are not `gone`, by falling cosine above 0, then by number. `effort` is the share of
  /// cells that is searched, 1: all.
  [[nodiscard]] std::vector<Neighbour> nearest(QuantisedVector const& query, std::size_t most,
                                               std::span<std::uint8_t const> gone, double effort = 0.1) const;

 private:
  [[nodiscard]] std::uint32_t place_of(std::uint32_t passage) const { return exact() ? passage : places_[passage]; }
  [[nodiscard]] std::uint32_t passage_at(std::uint32_t place) const { return exact() ? place : cells_[place]; }
  /// The cells that are nearest to the query, in the order of the list.
  [[nodiscard]] std::vector<std::uint32_t> near_cells(QuantisedVector const& query, double effort) const;

  std::size_t dimensions_ = 0;
  std::span<std::int8_t const> values_;
  std::span<float const> scales_;  // 1 / length of the values of each
  std::span<std::int8_t const> centres_;
  std::vector<double> centre_scales_;
  std::span<std::uint32_t const> cell_ends_;
  std::span<std::uint32_t const> cells_;   // passages, cell by cell
  std::span<std::uint32_t const> places_;  // of passages in cells_
};

/// Collects vectors in the order of passages, then writes them once. One thread.
class VectorListBuilder {
 public:
  explicit VectorListBuilder(std::size_t dimensions) : dimensions_(dimensions) {}

  void add(std::span<float const> vector);
  /// Divides into cells when there are more than `exact_up_to`. Heeds the call.
  void write(Call const& call, runtime::ModelFileWriter& writer, std::string const& name,
             std::size_t exact_up_to) const;

 private:
  std::size_t dimensions_;
  std::vector<std::int8_t> values_;
  std::vector<float> scales_;
};

}  // namespace lepton::retrieval
