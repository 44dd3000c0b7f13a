#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "runtime/linear_text.h"

namespace lepton::learn {

/// Texts and the classes of each, by number. Views of text that outlives it.
struct LabelledTexts {
  std::vector<std::string_view> texts;
  std::vector<std::vector<std::uint32_t>> classes;

  void add(std::string_view text, std::vector<std::uint32_t> of) {
    texts.push_back(text);
    classes.push_back(std::move(of));
  }
};

struct TextOptions {
  runtime::TermOptions terms;
  bool several = false;           ///< a text may have any number of classes
  std::uint32_t least_count = 2;  ///< texts that a term must stand in
  double cost = 1;                ///< of an error, against small weights
  double reject = 0;              ///< share of texts in scope that may be called out of scope
  int threads = 1;                ///< the result does not depend on it
  std::uint64_t seed = 1;
};

using TextSink = std::function<void(std::size_t finished_classes, std::size_t classes)>;

/// Learns a runtime::LinearText: tf-idf of terms that came often enough, one support vector machine a class against
/// the rest, then calibration, thresholds and rejection on `validation`, which is never learnt from (empty: margins are
/// taken as they are). Equal input gives an equal artifact. Throws Error{invalid} for no text, and for fewer than two
/// classes that occur. Heeds the call.
[[nodiscard]] std::string train_text(Call const& call, LabelledTexts const& train, LabelledTexts const& validation,
                                     std::vector<std::string> const& classes, TextOptions const& options,
                                     TextSink const& sink = {});

}  // namespace lepton::learn
