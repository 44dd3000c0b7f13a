#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rdf/store/id_quad.h"

namespace lepton::rdf {

/// Parts of a quad in the sequence of some order, of which the first `length` count.
struct Prefix {
  std::array<TermId, 4> parts{};
  std::size_t length = 0;
};

/// What a run says about one quad: in which layers it stood below the run, and in which it stands with it. Because
/// every run knows what it changes, counts add up over runs without merging them.
struct Change {
  std::uint8_t before = 0;  ///< bits of Layers
  std::uint8_t after = 0;

  [[nodiscard]] constexpr std::uint8_t packed() const { return static_cast<std::uint8_t>(before << 4 | after); }
  static constexpr Change unpack(std::uint8_t byte) {
    return {static_cast<std::uint8_t>(byte >> 4), static_cast<std::uint8_t>(byte & 15)};
  }
};

/// A net number of quads per choice of layers; negative where a run removes more than it adds.
struct Tally {
  std::int64_t stated = 0;
  std::int64_t inferred = 0;
  std::int64_t both = 0;  ///< in either layer

  [[nodiscard]] std::int64_t of(Layers layers) const {
    return layers == Layers::stated ? stated : layers == Layers::inferred ? inferred : both;
  }
  void add(Change change) {
    stated += (change.after & 1) - (change.before & 1);
    inferred += ((change.after >> 1) & 1) - ((change.before >> 1) & 1);
    both += (change.after != 0 ? 1 : 0) - (change.before != 0 ? 1 : 0);
  }
  Tally& operator+=(Tally const& other) {
    stated += other.stated;
    inferred += other.inferred;
    both += other.both;
    return *this;
  }
  friend bool operator==(Tally const&, Tally const&) = default;
};

/// What a run changes about one predicate: quads, and how many distinct subjects and objects its rows name.
struct PredicateTally {
  TermId predicate;
  Tally quads;
  std::uint64_t subjects = 0;
  std::uint64_t objects = 0;
};

struct GraphTally {
  TermId graph;
  Tally quads;
};

/// Walks one order of a run block by block. It does not keep its run alive. One thread at a time.
class RunCursor {
 public:
  virtual ~RunCursor() = default;
  /// To the block that holds the first row whose leading parts are at least the prefix; that row becomes row 0.
  virtual void seek(Prefix const& prefix) = 0;
  virtual void next() = 0;
  /// Rows of the current block; 0 at the end.
  [[nodiscard]] virtual std::size_t rows() const = 0;
  /// The part at `place` of the order's sequence, for all rows. Valid until the next seek or next.
  [[nodiscard]] virtual TermId const* column(std::size_t place) = 0;
  /// Packed changes, for all rows.
  [[nodiscard]] virtual std::uint8_t const* changes() = 0;
};

/// An immutable sorted set of quads with what happened to each, in all orders. Shared by versions; any thread may read.
class Run {
 public:
  virtual ~Run() = default;
  [[nodiscard]] virtual std::size_t rows() const = 0;
  [[nodiscard]] virtual std::size_t memory_bytes() const = 0;
  [[nodiscard]] virtual std::uint64_t disk_bytes() const = 0;
  /// At its first row.
  [[nodiscard]] virtual std::unique_ptr<RunCursor> open(Order order) const = 0;
  /// Sum over the rows that begin with the prefix.
  [[nodiscard]] virtual Tally tally(Order order, Prefix const& prefix) const = 0;
  [[nodiscard]] virtual std::vector<PredicateTally> const& predicates() const = 0;  ///< ascending
  [[nodiscard]] virtual std::vector<GraphTally> const& graphs() const = 0;          ///< ascending
};

}  // namespace lepton::rdf
