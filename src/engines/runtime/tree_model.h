#pragma once

#include "runtime/model.h"

namespace lepton::runtime {

/// Boosted trees: a score, and for classification the class that the threshold makes of it; with several classes the
/// likeliest one and the probability of each. Throws Error{invalid} when artifact and signature do not agree.
[[nodiscard]] std::unique_ptr<Model> load_trees(std::string_view artifact, Signature signature);

}  // namespace lepton::runtime
