#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "rdf/store/scan.h"
#include "rdf/store/version.h"

namespace lepton::rdf {

/// Merges the runs of a version for one scan: rows that lie in a stretch of one run alone are handed through without
/// copying. Owned by its Scan.
class ScanSource {
 public:
  ScanSource(std::shared_ptr<Version const> version, QuadPattern const& pattern, Order order, ScanOptions options);

  bool next();
  bool seek(Prefix const& prefix);
  [[nodiscard]] Block const& block() const { return block_; }

 private:
  /// One run's cursor, at row `position` of its block; rows from `end` on are outside the pattern's range.
  struct Input {
    std::unique_ptr<RunCursor> cursor;
    std::array<TermId const*, 4> columns{};
    std::uint8_t const* changes = nullptr;
    std::size_t position = 0;
    std::size_t end = 0;
    bool last = false;  ///< no block after this one is in range

    [[nodiscard]] bool done() const { return position == end; }
    /// Decodes the column when it is first needed.
    void need(std::size_t place) {
      if (columns[place] == nullptr) columns[place] = cursor->column(place);
    }
  };
  /// Rows that passed, by place in the order's sequence: borrowed from an input, or in kept_.
  struct Rows {
    std::array<TermId const*, 4> columns{};
    std::size_t count = 0;
  };

  void drop_idle_conditions(TermId wanted);
  void enter(Input& input);
  void advance(Input& input, std::size_t rows);
  bool fill();
  void take(Input& input, std::size_t rows);
  void take_equal(std::vector<Input*> const& equal);
  [[nodiscard]] bool passes(Input const& input, std::size_t row);
  [[nodiscard]] std::size_t passing(Input const& input, std::size_t rows);
  void keep(Input& input, std::size_t row);
  [[nodiscard]] int compare(Input const& a, std::size_t row_a, Input const& b, std::size_t row_b) const;
  [[nodiscard]] std::size_t rows_below(Input const& input, Input const& bound) const;
  void publish(Rows const& rows);

  std::shared_ptr<Version const> version_;  // keeps the runs alive
  std::array<Part, 4> parts_;
  Prefix prefix_;
  std::vector<std::pair<std::size_t, TermId>> filters_;  // place and value of bound parts behind the prefix
  ScanOptions options_;
  std::size_t graph_place_ = 3;
  bool graph_is_given_ = false;  ///< every row stands in the graph that the pattern binds
  std::vector<Input> inputs_;    // oldest run first
  std::vector<Input*> lowest_;
  std::array<bool, 4> needed_{};  ///< columns by place that every block is asked for
  bool filters_rows_ = false;     ///< by more than their layers
  Input* lent_ = nullptr;         ///< where rows_ are borrowed from
  bool started_ = false;
  std::array<std::vector<TermId>, 4> kept_;
  std::array<TermId, 3> last_triple_{};
  Rows rows_;
  Block block_;
};

}  // namespace lepton::rdf
