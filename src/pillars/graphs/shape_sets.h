#pragma once

#include "graphs/texts.h"

namespace lepton::graphs {

/// Shapes (SHACL) in Turtle. What is saved has been read, is well formed, and has a shape with a target.
[[nodiscard]] TextKind shape_set_kind();

}  // namespace lepton::graphs
