#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/fields.h"
#include "learn/class_scores.h"
#include "runtime/tag_scheme.h"

namespace lepton::learn {

/// How well spans are found: token by token in the shape of a classification report, and as whole entities.
struct TaggingReport {
  std::int64_t tokens = 0;
  double accuracy = 0;  ///< share of tokens with the right label = micro F1 over all labels
  double entity_precision = 0, entity_recall = 0, entity_f1 = 0;  ///< span and type both right
  double token_f1 = 0;                                            ///< micro F1 over the labels other than O
  std::vector<ClassScores> labels;                                ///< "B-LOC", "I-LOC", …, "O"
  std::vector<ClassScores> averages;                              ///< micro, macro, weighted over all labels
  std::vector<ClassScores> entities;                              ///< by type

  static constexpr auto fields() {
    using R = TaggingReport;
    return std::tuple{required("tokens", &R::tokens, "tokens evaluated"),
                      required("accuracy", &R::accuracy, "share of tokens with the right label"),
                      required("entity_precision", &R::entity_precision, "share of found entities that are right"),
                      required("entity_recall", &R::entity_recall, "share of entities that were found"),
                      required("entity_f1", &R::entity_f1, "harmonic mean of both"),
                      required("token_f1", &R::token_f1, "micro F1 over the labels other than O"),
                      required("labels", &R::labels, "scores per label"),
                      required("averages", &R::averages, "micro, macro and weighted"),
                      required("entities", &R::entities, "scores per type")};
  }
};

/// Sums up what was found in text after text. One thread.
class TaggingEvaluation {
 public:
  explicit TaggingEvaluation(runtime::TagScheme const& scheme) : scheme_(scheme) {}
  void add(std::size_t tokens, std::vector<runtime::TagSpan> const& actual, std::vector<runtime::TagSpan> const& found);
  [[nodiscard]] TaggingReport report() const;

 private:
  runtime::TagScheme const& scheme_;
  std::map<std::string, ClassCount> labels_;
  std::map<std::uint32_t, ClassCount> entities_;
  std::int64_t tokens_ = 0;
};

}  // namespace lepton::learn
