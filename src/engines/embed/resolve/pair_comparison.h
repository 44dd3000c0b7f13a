#pragma once

#include <string>
#include <vector>

#include "embed/resolve/candidate_pairs.h"
#include "embed/resolve/comparable_records.h"

namespace lepton::embed {

/// One way in which two records are compared.
struct Comparison {
  std::string name;   ///< "title: words"
  std::string field;  ///< empty: the whole record
};

/// Compares pairs of records in every way that suits their fields. Immutable, `records` outlive it; any thread.
class PairComparison {
 public:
  explicit PairComparison(ComparableRecords const& records);

  [[nodiscard]] std::vector<Comparison> const& comparisons() const { return comparisons_; }
  /// One number from 0 (differ) to 1 (agree) a comparison, or `absent` where one of the two has no value.
  void compare(CandidatePair pair, float* out) const;

  static constexpr float absent = -1;

 private:
  [[nodiscard]] float words(CandidatePair pair, std::size_t field, bool alike) const;
  [[nodiscard]] float pieces(CandidatePair pair, std::size_t field) const;
  [[nodiscard]] float numbers(CandidatePair pair, std::size_t field) const;
  /// Of the key field of `from`, how much the whole of `to` has.
  [[nodiscard]] float contained(std::size_t from, std::size_t to) const;
  /// Of the codes in the key field of `from`, how much the whole of `to` has.
  [[nodiscard]] float codes(std::size_t from, std::size_t to) const;
  [[nodiscard]] float versions(CandidatePair pair) const;

  ComparableRecords const& records_;
  std::vector<Comparison> comparisons_;
  std::vector<bool> code_, digits_;  // of each word
};

}  // namespace lepton::embed
