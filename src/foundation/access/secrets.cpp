#include "access/secrets.h"

#include <fmt/format.h>
#include <sodium.h>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/file.h"
#include "base/random.h"

namespace lepton::access {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

unsigned char const* bytes_of(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

}  // namespace

Secrets::Secrets(std::filesystem::path const& key_file) {
  static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == 32);
  check(sodium_init() >= 0, "libsodium starts");
  if (!std::filesystem::exists(key_file)) {
    std::filesystem::create_directories(key_file.parent_path());
    write_file_atomically(key_file, random_bytes(key_.size()));
    std::filesystem::permissions(key_file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  auto key = read_file(key_file);
  if (key.size() != key_.size())
    throw unavailable(
        fmt::format("{} is not a key of {} bytes: put the right file there", key_file.string(), key_.size()));
  std::copy(key.begin(), key.end(), key_.begin());
  sodium_memzero(key.data(), key.size());
}

Secrets::~Secrets() {
  sodium_memzero(key_.data(), key_.size());
}

std::string Secrets::seal(std::string_view secret, std::string_view owner) const {
  auto sealed = random_bytes(kNonceBytes);
  sealed.resize(kNonceBytes + secret.size() + kTagBytes);
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kNonceBytes, nullptr, bytes_of(secret), secret.size(),
                                             bytes_of(owner), owner.size(), nullptr, out, key_.data());
  return to_hex(sealed);
}

std::string Secrets::open(std::string_view sealed, std::string_view owner) const {
  auto const refuse = [] {
    return unavailable(
               "a login that is kept here cannot be opened: this server has another keys/secrets.key than the one "
               "that it was kept with. Copy that file here, or give the login again")
        .with_reason("secret_key");
  };
  auto const bytes = from_hex(sealed);
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes) throw refuse();
  std::string secret(bytes->size() - kNonceBytes - kTagBytes, '\0');
  auto const* const in = bytes_of(*bytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(secret.data()), nullptr, nullptr,
                                                 in + kNonceBytes, bytes->size() - kNonceBytes, bytes_of(owner),
                                                 owner.size(), in, key_.data()) != 0)
    throw refuse();
  return secret;
}

}  // namespace lepton::access
