#pragma once

#include <cstdint>
#include <vector>

#include "runtime/linear_text.h"

namespace lepton::learn {

/// What a classifier said of texts it was not taught, and what is right.
struct HeldOut {
  std::vector<std::vector<float>> margins;  ///< of each text, one a class
  std::vector<float> scopes;                ///< of each text
  std::vector<std::vector<std::uint32_t>> classes;

  void add(runtime::LinearText const& model, std::string_view text, std::vector<std::uint32_t> const& of);
};

/// Of each text whether its class has the highest margin.
[[nodiscard]] std::vector<bool> right_of(HeldOut const& held);
/// Micro F1 at the one margin that is best for all classes, of texts that may have several.
[[nodiscard]] double best_f1(HeldOut const& held);

/// Slope and shift of the probabilities; `several`: also the margin from which on each class holds; the scope below
/// which a text is out of scope, such that a share `reject` of these texts would be.
void calibrate(HeldOut const& held, double reject, runtime::LinearTextSettings& settings);

}  // namespace lepton::learn
