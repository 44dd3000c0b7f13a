#include "learn/tagging_report.h"

#include <algorithm>

namespace lepton::learn {

void TaggingEvaluation::add(std::size_t tokens, std::vector<runtime::TagSpan> const& actual,
                            std::vector<runtime::TagSpan> const& found) {
  auto const actual_labels = scheme_.write_bio(tokens, actual), found_labels = scheme_.write_bio(tokens, found);
  tokens_ += static_cast<std::int64_t>(tokens);
  for (std::size_t i = 0; i < tokens; ++i) {
    ++labels_[actual_labels[i]].actual;
    ++labels_[found_labels[i]].predicted;
    if (actual_labels[i] == found_labels[i]) ++labels_[actual_labels[i]].right;
  }
  for (auto const& span : actual) ++entities_[span.type].actual;
  for (auto const& span : found) {
    ++entities_[span.type].predicted;
    if (std::find(actual.begin(), actual.end(), span) != actual.end()) ++entities_[span.type].right;
  }
}

TaggingReport TaggingEvaluation::report() const {
  TaggingReport report;
  report.tokens = tokens_;
  ClassCount all, named, whole;
  auto const add = [](ClassCount& sum, ClassCount const& count) {
    sum.right += count.right;
    sum.predicted += count.predicted;
    sum.actual += count.actual;
  };
  for (auto const& [label, count] : labels_) {
    report.labels.push_back(scores_of(label, count));
    add(all, count);
    if (label != "O") add(named, count);
  }
  report.averages = averages_of(report.labels, all);
  report.accuracy = ratio(static_cast<double>(all.right), static_cast<double>(tokens_));
  report.token_f1 = scores_of("", named).f1;
  for (auto const& [type, count] : entities_) {
    report.entities.push_back(scores_of(scheme_.types().at(type), count));
    add(whole, count);
  }
  auto const total = scores_of("", whole);
  report.entity_precision = total.precision;
  report.entity_recall = total.recall;
  report.entity_f1 = total.f1;
  return report;
}

}  // namespace lepton::learn
