#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fields.h"

namespace lepton::learn {

/// Precision, recall and F1 of one class or of an average over classes. A share of nothing is 0.
struct ClassScores {
  std::string label;
  double precision = 0, recall = 0, f1 = 0;
  std::int64_t support = 0;  ///< rows of the class

  static constexpr auto fields() {
    using S = ClassScores;
    return std::tuple{required("label", &S::label, "class, or kind of average"),
                      required("precision", &S::precision, "share of right ones among those predicted so"),
                      required("recall", &S::recall, "share of the class that was found"),
                      required("f1", &S::f1, "harmonic mean of both"),
                      required("support", &S::support, "rows of the class")};
  }
};

/// How often a class was predicted rightly, predicted, and true.
struct ClassCount {
  std::int64_t right = 0, predicted = 0, actual = 0;
};

[[nodiscard]] ClassScores scores_of(std::string label, ClassCount const& count);
/// micro (of all counts together), macro (each class alike) and weighted (by support).
[[nodiscard]] std::vector<ClassScores> averages_of(std::vector<ClassScores> const& classes, ClassCount const& total);
/// `part` of `whole`; of nothing, 0.
[[nodiscard]] double ratio(double part, double whole);

}  // namespace lepton::learn
