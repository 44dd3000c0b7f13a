#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "http/testing_test.h"

namespace lepton::http {
namespace {

using ::testing::HasSubstr;

/// A self-signed certificate for `name`, made anew.
TlsFiles make_certificate(std::filesystem::path const& directory, std::string const& name) {
  TlsFiles files{directory / (name + ".crt"), directory / (name + ".key")};
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  std::unique_ptr<X509, decltype(&X509_free)> const certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  auto* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), subject);
  auto const alternative = (name == "127.0.0.1" ? "IP:" : "DNS:") + name;
  auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
  X509_add_ext(certificate.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::unique_ptr<FILE, decltype(&fclose)> const crt(fopen(files.certificate.c_str(), "w"), fclose);
  PEM_write_X509(crt.get(), certificate.get());
  std::unique_ptr<FILE, decltype(&fclose)> const pem(fopen(files.key.c_str(), "w"), fclose);
  PEM_write_PrivateKey(pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return files;
}

Router router() {
  Router routes;
  routes.add(
      "POST", "/",
      [](Request& request) { return text((request.tls ? "tls " : "plain ") + std::to_string(request.body.size())); },
      {.max_body_bytes = 4 << 20});
  routes.add("GET", "/long", [](Request&) {
    Response response;
    response.stream = [](BodySink& sink) { sink.write(std::string(1'000'000, 'x')); };
    return response;
  });
  return routes;
}

TEST(TlsTest, CarriesRequestsWhenTheAuthorityIsTrusted) {
  TemporaryDirectory const directory;
  auto const files = make_certificate(directory.path(), "127.0.0.1");
  TestServer server(router(), {.tls = files});
  EXPECT_THAT(server.server().url(), ::testing::StartsWith("https://"));
  Client client({.base_url = server.server().url(), .ca_file = files.certificate});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.send({.method = "POST", .body = std::string(2'000'000, 'x')}).body, "tls 2000000");
    EXPECT_EQ(client.send({.target = "/long"}).body.size(), 1'000'000U);
  }
  EXPECT_THAT(server.metrics.render(), HasSubstr("lepton_http_connections 1"));
}

TEST(TlsTest, AnUnknownAuthorityIsNotTrusted) {
  TemporaryDirectory const directory;
  TestServer server(router(), {.tls = make_certificate(directory.path(), "127.0.0.1")});
  Client client({.base_url = server.server().url()});
  try {
    (void)client.send({.method = "POST"});
    FAIL() << "trusted a certificate that nobody vouches for";
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "untrusted");
  }
}

TEST(TlsTest, ACertificateForAnotherNameIsNotTrusted) {
  TemporaryDirectory const directory;
  auto const files = make_certificate(directory.path(), "other.example");
  TestServer server(router(), {.tls = files});
  Client client({.base_url = server.server().url(), .ca_file = files.certificate});
  EXPECT_THROW((void)client.send({.method = "POST"}), Error);
}

TEST(TlsTest, FilesThatAreNoCertificateAreNamed) {
  TemporaryDirectory const directory;
  auto const first = make_certificate(directory.path(), "a.example");
  auto const second = make_certificate(directory.path(), "b.example");
  EXPECT_THROW(TestServer(router(), {.tls = TlsFiles{first.certificate, second.key}}), Error);
  EXPECT_THROW(TestServer(router(), {.tls = TlsFiles{directory.path() / "none", second.key}}), Error);
}

TEST(TlsTest, APlainClientIsTurnedAway) {
  TemporaryDirectory const directory;
  TestServer server(router(), {.tls = make_certificate(directory.path(), "127.0.0.1")});
  RawClient raw(server.server().port());
  raw.send("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(raw.read_all(), ::testing::Not(HasSubstr("200 OK")));
}

}  // namespace
}  // namespace lepton::http
