#pragma once

#include "runtime/model.h"
#include "runtime/scorecard.h"

namespace lepton::runtime {

/// A scorecard behind the interface of models: `score`, the probability of the event, `class` and `points`. Explained
/// by its reason codes: the features that cost most points against the card's reference, whose sum is the base.
/// Throws Error{invalid} when artifact and signature do not agree.
[[nodiscard]] std::unique_ptr<Model> load_scorecard(std::string_view artifact, Signature signature);

/// What a scorecard reads and writes.
[[nodiscard]] Signature signature_of(ScorecardContent const& card, std::string const& target);

}  // namespace lepton::runtime
