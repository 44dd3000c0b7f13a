#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/binning.h"
#include "learn/examples.h"
#include "learn/training_report.h"
#include "runtime/scorecard.h"

namespace lepton::learn {

struct ScorecardOptions {
  int most_ranges = 6;
  double least_share = 0.03;                 ///< of the rows, in each range
  double least_information = 0.02;           ///< of a feature on the card
  std::map<std::string, Monotone> monotone;  ///< by feature: of the event's rate
  double base_points = 600, base_odds = 50, double_odds = 20;
  runtime::ReasonReference reasons = runtime::ReasonReference::best;
};

struct TrainedScorecard {
  runtime::ScorecardContent card;
  std::vector<Importance> importance;  ///< of every feature: its information and its ranges, by falling information
  std::vector<std::string> left_out;   ///< in words: features that are not on the card, and why
};

/// Learns a runtime::Scorecard: each feature's ranges (choose_ranges), their weights of evidence, a logistic regression
/// over these, whole points. A feature that tells too little is left out, and so is one to which the others would give
/// a weight against its own evidence: points always follow the rates that people see beside them. None may be left.
/// Equal input gives an equal card. Heeds the call.
[[nodiscard]] TrainedScorecard train_scorecard(Call const& call, Examples const& train,
                                               ScorecardOptions const& options);

}  // namespace lepton::learn
