#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/labelled_texts.h"
#include "learn/term_matrix.h"
#include "runtime/linear_text.h"

namespace lepton::learn {

struct AgainstRestOptions {
  runtime::TermOptions terms;
  double cost = 1;
  bool ratios = false;  ///< also a machine over terms that count by their log-count ratio; the mean of both is taken
  double bayes = 0;     ///< naive Bayes is added with this share of the spread that the machines' margins have
  bool several = false;
  int threads = 1;  ///< the result does not depend on it
  std::uint64_t seed = 1;
};

/// What a LinearText is written from; thresholds 0, not calibrated.
struct LearntText {
  runtime::LinearTextSettings settings;
  runtime::LinearTextArrays arrays;
};

/// One support vector machine a class against all others, over `matrix`, which count_terms made of the texts with the
/// same options of terms; what it learns of a context becomes part of the weights of terms. With `ratios` a second
/// machine sees each term times log(share of it in the class / share in the rest) (Wang & Manning 2012). With
/// `bayes` the log likelihoods of multinomial naive Bayes over the same rows are added, less their mean over classes. A
/// class that no text has is never the best. `finished` hears how many classes are learnt, from one thread at a time.
/// Equal input gives equal weights. Heeds the call.
[[nodiscard]] LearntText learn_against_rest(Call const& call, LabelledTexts const& texts, TermMatrix const& matrix,
                                            std::vector<std::string> const& classes, AgainstRestOptions const& options,
                                            std::function<void(std::size_t classes)> const& finished);

}  // namespace lepton::learn
