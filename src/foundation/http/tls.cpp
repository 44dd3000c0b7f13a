#include "http/tls.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::http {

namespace {

// RFC 7301: the one protocol spoken here; a client that offers others only is told so.
int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* length, unsigned char const* offered,
                    unsigned int offered_length, void*) {
  static constexpr unsigned char spoken[] = "\x08http/1.1";
  unsigned char* out = nullptr;
  if (SSL_select_next_proto(&out, length, spoken, sizeof spoken - 1, offered, offered_length) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = out;
  return SSL_TLSEXT_ERR_OK;
}

void require_modern(asio::ssl::context& context) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

}  // namespace

asio::ssl::context make_server_tls(TlsFiles const& files) {
  asio::ssl::context context(asio::ssl::context::tls_server);
  require_modern(context);
  SystemError error;
  context.use_certificate_chain_file(files.certificate.string(), error);
  if (error) throw invalid(fmt::format("{} is not a PEM certificate: {}", files.certificate.string(), error.message()));
  context.use_private_key_file(files.key.string(), asio::ssl::context::pem, error);
  if (error) {
    throw invalid(
        fmt::format("{} is not the key of {}: {}", files.key.string(), files.certificate.string(), error.message()));
  }
  SSL_CTX_set_alpn_select_cb(context.native_handle(), choose_protocol, nullptr);
  return context;
}

asio::ssl::context make_client_tls(std::filesystem::path const& ca_file) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  require_modern(context);
  SystemError error;
  if (ca_file.empty())
    context.set_default_verify_paths(error);
  else
    context.load_verify_file(ca_file.string(), error);
  if (error) throw invalid(fmt::format("{} holds no PEM certificates: {}", ca_file.string(), error.message()));
  context.set_verify_mode(asio::ssl::verify_peer);
  return context;
}

}  // namespace lepton::http
