#pragma once

#include <string_view>

#include "http/message.h"

namespace lepton::server {

/// What the HTTP server itself refuses (no such path, too large, too slow), in the words of the protocol whose path it
/// is.
[[nodiscard]] http::Response error_page(int status, std::string_view message, std::string_view path);

}  // namespace lepton::server
