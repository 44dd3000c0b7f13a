#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "rdf/store/id_quad.h"

namespace lepton::rdf {

class ScanSource;

/// Rows of a scan as columns of equal length. A column that was not asked for is empty. The memory is the Scan's and
/// lives until its next call.
struct Block {
  std::size_t rows = 0;
  std::array<std::span<TermId const>, 4> columns;  ///< by Part

  [[nodiscard]] std::span<TermId const> column(Part part) const { return columns[static_cast<std::size_t>(part)]; }
};

struct ScanOptions {
  Layers layers = Layers::both;
  /// Only quads of these graphs, ascending; empty: all. Joins with `pattern.graph`.
  std::vector<TermId> graphs;
  /// A triple that stands in several of the graphs comes once, with one of them as its graph. Not in Order::gspo.
  bool merge_graphs = false;
  /// Which columns the reader wants, by Part.
  std::array<bool, 4> columns{true, true, true, true};
};

/// Walks the quads of one pattern in one order, block by block (at most 4096 rows), each quad once, ascending. It keeps
/// its snapshot alive. One thread at a time; after an exception only destruction is allowed.
class Scan {
 public:
  explicit Scan(std::unique_ptr<ScanSource> source);
  ~Scan();
  Scan(Scan&&) noexcept;
  Scan& operator=(Scan&&) noexcept;

  /// Goes to the next block, at first to the first one. False at the end; then block() is empty. Blocks are never empty
  /// otherwise.
  [[nodiscard]] bool next();
  /// Goes forward to the first row whose leading parts, in the sequence of the scan's order, are at least `prefix` (1
  /// to 4 ids; parts that the pattern binds count too): it becomes the first row of block(). Never goes back: when the
  /// first row of block() is there already, it stays. False at the end.
  [[nodiscard]] bool seek(std::span<TermId const> prefix);
  [[nodiscard]] Block const& block() const;

 private:
  std::unique_ptr<ScanSource> source_;
};

}  // namespace lepton::rdf
