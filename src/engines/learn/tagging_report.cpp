#include "learn/tagging_report.h"

namespace lepton::learn {
namespace {

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

}  // namespace

ClassScores TaggingEvaluation::scores(std::string label, Count const& count) {
  auto const right = static_cast<double>(count.right);
  double const precision = ratio(right, static_cast<double>(count.found));
  double const recall = ratio(right, static_cast<double>(count.actual));
  return {std::move(label), precision, recall, ratio(2 * precision * recall, precision + recall), count.actual};
}

void TaggingEvaluation::add(std::size_t tokens, std::vector<runtime::TagSpan> const& actual,
                            std::vector<runtime::TagSpan> const& found) {
  auto const actual_labels = scheme_.write_bio(tokens, actual), found_labels = scheme_.write_bio(tokens, found);
  tokens_ += static_cast<std::int64_t>(tokens);
  for (std::size_t i = 0; i < tokens; ++i) {
    ++labels_[actual_labels[i]].actual;
    ++labels_[found_labels[i]].found;
    if (actual_labels[i] == found_labels[i]) ++labels_[actual_labels[i]].right;
  }
  for (auto const& span : actual) ++entities_[span.type].actual;
  for (auto const& span : found) {
    ++entities_[span.type].found;
    if (std::find(actual.begin(), actual.end(), span) != actual.end()) ++entities_[span.type].right;
  }
}

TaggingReport TaggingEvaluation::report() const {
  TaggingReport report;
  report.tokens = tokens_;
  Count all, named, whole;
  auto const add = [](Count& sum, Count const& count) {
    sum.right += count.right;
    sum.found += count.found;
    sum.actual += count.actual;
  };
  ClassScores macro{"macro", 0, 0, 0, tokens_}, weighted{"weighted", 0, 0, 0, tokens_};
  for (auto const& [label, count] : labels_) {
    auto const one = scores(label, count);
    report.labels.push_back(one);
    add(all, count);
    if (label != "O") add(named, count);
    auto const classes = static_cast<double>(labels_.size());
    double const share = ratio(static_cast<double>(count.actual), static_cast<double>(tokens_));
    for (auto const& [average, factor] : {std::pair{&macro, 1 / classes}, std::pair{&weighted, share}}) {
      average->precision += factor * one.precision;
      average->recall += factor * one.recall;
      average->f1 += factor * one.f1;
    }
  }
  report.averages = {scores("micro", all), macro, weighted};
  report.accuracy = ratio(static_cast<double>(all.right), static_cast<double>(tokens_));
  report.token_f1 = scores("", named).f1;
  for (auto const& [type, count] : entities_) {
    report.entities.push_back(scores(scheme_.types().at(type), count));
    add(whole, count);
  }
  auto const total = scores("", whole);
  report.entity_precision = total.precision;
  report.entity_recall = total.recall;
  report.entity_f1 = total.f1;
  return report;
}

}  // namespace lepton::learn
