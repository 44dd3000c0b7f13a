#pragma once

#include "base/error.h"
#include "http/message.h"

namespace lepton::inference {

/// {"error": sentence} with its status, and Retry-After where waiting helps.
[[nodiscard]] http::Response error_response(Error const& error);

}  // namespace lepton::inference
