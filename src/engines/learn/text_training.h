#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/labelled_texts.h"
#include "learn/term_context.h"
#include "runtime/linear_text.h"

namespace lepton::learn {

struct TextOptions {
  runtime::TermOptions terms;
  bool choose_words = false;      ///< runs of a word more where texts are mostly Chinese, if held-out texts like that
  std::optional<double> cost;     ///< of an error, against small weights; not given: 1 or 3 is chosen
  bool several = false;           ///< a text may have any number of classes
  std::uint32_t least_count = 1;  ///< texts that a term must stand in; pieces and pairs: two at least
  TermContext const* context = nullptr;  ///< of words; how much it counts is chosen
  double reject = 0;                     ///< share of texts in scope that may be called out of scope
  int threads = 1;                       ///< the result does not depend on it
  std::uint64_t seed = 1;
};

/// What is chosen by held-out texts where it is not given.
struct TextChoice {
  double cost = 1;
  double context = 0.5;  ///< what vectors of words are multiplied by; 0: they have no say
  double rarity = 1;     ///< power of the inverse frequency
  double bayes = 0;      ///< share of naive Bayes beside the machines
  bool ratios = false;   ///< whether a machine over log-count ratios has a say
  int words = 2;         ///< longest run
};

struct TrainedText {
  std::string artifact;
  TextChoice choice;
};

/// `done` of 1.
using TextSink = std::function<void(double done, std::string const& message)>;

/// Learns a runtime::LinearText: tf-idf of terms that came often enough, and one support vector machine a class against
/// the rest. What is not given is chosen by held-out fifths of `train`, one choice after the other: one of them, or all
/// five where texts are few. Something else than the start is chosen where it is better by more than the standard error
/// of the difference, and by .001. The start is TextChoice, but with ratios where there are two classes, with naive
/// Bayes where there are four or more, and without vectors of words where texts are Chinese: that is what helped most
/// data so far. A cost that is given leaves all other choices as they are in TextChoice. Then thresholds, rejection and
/// calibration are taken from `validation`, and at last both parts are learnt from, with what was chosen (no
/// validation: margins are taken as they are). Equal input gives an equal artifact. Throws Error{invalid} for no text,
/// and for fewer than two classes that occur. Heeds the call.
[[nodiscard]] TrainedText train_text(Call const& call, LabelledTexts const& train, LabelledTexts const& validation,
                                     std::vector<std::string> const& classes, TextOptions const& options,
                                     TextSink const& sink = {});

}  // namespace lepton::learn
