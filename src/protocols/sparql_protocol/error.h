#pragma once

#include "base/error.h"
#include "http/message.h"

namespace lepton::sparql_protocol {

/// SPARQL 1.1 Protocol §2.1.4 and §2.2.4: a status and, for people, what is wrong, as an RFC 9457 problem document.
[[nodiscard]] http::Response error_response(Error const& error, std::string const& request_id);

}  // namespace lepton::sparql_protocol
