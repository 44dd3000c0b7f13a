#pragma once

#include <tl/expected.hpp>

#include "base/error.h"

namespace lepton {

/// A value or the reason why there is none, for callers that branch on it (std::expected is C++23).
template <class T>
using Expected = tl::expected<T, Error>;
using Unexpected = tl::unexpected<Error>;

}  // namespace lepton
