#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/linear_text.h"
#include "runtime/model.h"
#include "runtime/sequence_tagger.h"

namespace lepton::runtime {

/// What a text classifier reads and writes: one text in; `label`, `probability` and `probabilities` out, and `in_scope`
/// where it was taught to reject. With several classes a text: `labels`, a JSON array, and `probabilities`.
[[nodiscard]] Signature signature_of(LinearTextSettings const& settings, std::string const& text_column,
                                     std::string const& target);
/// What a tagger reads and writes: one text in; `entities` out, a JSON array of {"begin", "end", "text", "type",
/// "confidence"} in the order of the text, whose places count characters (Unicode code points) from 0.
[[nodiscard]] Signature signature_of(TaggerSettings const& settings, std::string const& text_column,
                                     std::string const& target);

/// Each throws Error{invalid} for a damaged artifact and for a signature that is not the one above.
[[nodiscard]] std::unique_ptr<Model> load_linear_text(std::string_view artifact, Signature signature);
[[nodiscard]] std::unique_ptr<Model> load_sequence_tagger(std::string_view artifact, Signature signature);

}  // namespace lepton::runtime
