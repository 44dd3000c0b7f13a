#include "learn/class_scores.h"

namespace lepton::learn {

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

ClassScores scores_of(std::string label, ClassCount const& count) {
  auto const right = static_cast<double>(count.right);
  double const precision = ratio(right, static_cast<double>(count.predicted));
  double const recall = ratio(right, static_cast<double>(count.actual));
  return {std::move(label), precision, recall, ratio(2 * precision * recall, precision + recall), count.actual};
}

std::vector<ClassScores> averages_of(std::vector<ClassScores> const& classes, ClassCount const& total) {
  ClassScores macro{"macro", 0, 0, 0, total.actual}, weighted{"weighted", 0, 0, 0, total.actual};
  for (auto const& one : classes) {
    double const share = ratio(static_cast<double>(one.support), static_cast<double>(total.actual));
    for (auto const& [average, factor] :
         {std::pair{&macro, 1 / static_cast<double>(classes.size())}, std::pair{&weighted, share}}) {
      average->precision += factor * one.precision;
      average->recall += factor * one.recall;
      average->f1 += factor * one.f1;
    }
  }
  return {scores_of("micro", total), macro, weighted};
}

}  // namespace lepton::learn
