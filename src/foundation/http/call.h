#pragma once

#include <string>

#include "base/call.h"
#include "base/time.h"
#include "http/message.h"

namespace lepton::http {

/// The caller's own X-Request-Id where it can stand in a log line (at most 64 of letters, digits, '-', '_', '.'), so
/// that its log and ours meet; else a new one.
[[nodiscard]] RequestId request_id_of(Request const& request);

/// W3C Trace Context §3.2: a valid traceparent is continued, anything else starts a new trace.
[[nodiscard]] Trace trace_of(Request const& request);

/// The call that a request is, but for who calls: id, trace, purpose (Lepton-Purpose), peer, stop, and the deadline
/// that Lepton-Timeout asks for, else `timeout` from now; zero is none. Throws Error{invalid} for a timeout that is no
/// duration, or longer than the request may ask for.
[[nodiscard]] Call call_of(Request const& request, std::string protocol, Clock const& clock, Duration timeout);

}  // namespace lepton::http
