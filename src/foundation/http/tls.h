#pragma once

#include <filesystem>

#include "http/asio.h"
#include "http/server.h"

namespace lepton::http {

/// TLS 1.2 and newer, HTTP/1.1 by ALPN. Throws Error{invalid} for files that are no matching certificate and key.
[[nodiscard]] asio::ssl::context make_server_tls(TlsFiles const& files);
/// Verifies the peer against `ca_file`, or the system's authorities when it is empty.
[[nodiscard]] asio::ssl::context make_client_tls(std::filesystem::path const& ca_file);

}  // namespace lepton::http
