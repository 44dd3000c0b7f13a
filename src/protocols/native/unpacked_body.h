#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/call.h"
#include "http/message.h"

namespace lepton::native {

/// Reads `body` to its end and hands its pieces on; a body that begins as gzip (RFC 1952) is unpacked, as several
/// members too. Throws Error{invalid} for a damaged or cut stream and Error{exhausted} when more than `max_bytes` come
/// out of it. One thread.
void read_unpacked(Call const& call, http::BodySource& body, std::uint64_t max_bytes,
                   std::function<void(std::string_view)> const& sink);

}  // namespace lepton::native
