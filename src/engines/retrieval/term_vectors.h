#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "embed/low_rank.h"
#include "runtime/model_file.h"
#include "text/hashed_table.h"

namespace lepton::retrieval {

using embed::make_unit;
using embed::SparseVector;

/// What terms mean: a vector for each as part of a passage, and one as part of a question, learnt from the texts of an
/// index (vector_learning.h). The vector of a text is the weighted sum of those of its terms. A view of arrays that
/// outlive it; any thread may read.
class TermVectors {
 public:
  using Numbers = text::HashedTable<std::uint32_t>;

  TermVectors() = default;
  /// `passages` and `questions` hold a row of `dimensions` for each number; no `questions`: the same as for passages.
  TermVectors(std::size_t dimensions, Numbers numbers, std::span<float const> idf, std::span<float const> passages,
              std::span<float const> questions);
  /// From the sections that `write` added. Throws Error{invalid} when they do not fit together.
  TermVectors(runtime::ModelFile const& file, std::size_t dimensions);
  void write(runtime::ModelFileWriter& writer) const;

  [[nodiscard]] bool empty() const { return idf_.empty(); }
  /// 0 when empty.
  [[nodiscard]] std::size_t dimensions() const { return empty() ? 0 : dimensions_; }
  [[nodiscard]] std::span<float const> idf() const { return idf_; }
  [[nodiscard]] bool asks_apart() const { return !questions_.empty(); }

  /// By number of the term: how often each word and pair stands in the texts, weighted (1 + ln times) · idf, scaled to
  /// length 1.
  [[nodiscard]] SparseVector terms(std::span<std::string const> texts) const;
  /// Of length 1, or all 0 for a text of which no term is known.
  [[nodiscard]] std::vector<float> of_passage(std::span<std::string const> texts) const;
  /// Where question vectors were learnt from pairs, its length says how sure they are; else 1.
  [[nodiscard]] std::vector<float> of_question(std::string_view text) const;

 private:
  [[nodiscard]] std::vector<float> sum(SparseVector const& terms, std::span<float const> rows) const;

  std::size_t dimensions_ = 0;
  Numbers numbers_;
  std::span<float const> idf_, passages_, questions_;
};

}  // namespace lepton::retrieval
