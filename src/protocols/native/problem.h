#pragma once

#include <exception>
#include <string>

#include "base/error.h"
#include "http/message.h"

namespace lepton::native {

/// The HTTP status of an error; its reason decides where the code is too coarse ("etag_mismatch" → 412).
[[nodiscard]] int status_of(Error const& error);

/// RFC 9457 problem document: type, title, status, detail, instance, and our code, request_id, errors[{pointer,
/// detail}] and, on 403, request_access with the address to ask for.
[[nodiscard]] http::Response problem(Error const& error, std::string const& request_id, std::string const& instance);

/// The Error inside any exception; what is not ours becomes Error{internal} that tells the caller nothing of the
/// inside.
[[nodiscard]] Error error_of(std::exception_ptr const& exception);

}  // namespace lepton::native
