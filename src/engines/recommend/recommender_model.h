#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "recommend/recommender.h"
#include "runtime/model.h"

namespace lepton::recommend {

/// What a recommender reads and writes: `history`, a text that read_history_request() reads; `items` out, a JSON array
/// of names, the best first; `scores`, a JSON array beside it; and `known`, how many items of the history the model
/// knows: 0 is answered by popularity. `target` is the training column of items.
[[nodiscard]] runtime::Signature recommender_signature(std::string const& target);

/// A kind of model for runtime::load: a Recommender behind the interface of predictors. It explains each item that it
/// recommends, by items of the history and by the features shared with them.
[[nodiscard]] runtime::ModelKind recommender_kind();

}  // namespace lepton::recommend
