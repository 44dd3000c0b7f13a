#pragma once

#include <cstdint>
#include <vector>

#include "runtime/tag_features.h"

namespace lepton::learn {

/// A document and the label (runtime::TagScheme) of each of its tokens. Views of text that outlives it.
struct LabelledDocument {
  runtime::TagDocument document;
  std::vector<std::uint8_t> labels;
};

}  // namespace lepton::learn
