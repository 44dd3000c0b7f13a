#include "access/password.h"

#include <sodium.h>

#include <array>
#include <semaphore>

#include "base/check.h"
#include "base/encoding.h"

namespace lepton::access {
namespace {

constexpr std::size_t kMinBytes = 10;
constexpr std::size_t kMaxBytes = 1024;

/// Each hash holds its memory while it runs, so a flood of logins must not start more than a few.
std::counting_semaphore<4>& turns() {
  static std::counting_semaphore<4> semaphore{4};
  return semaphore;
}

class Turn {
 public:
  Turn() {
    check(sodium_init() >= 0, "libsodium starts");
    turns().acquire();
  }
  ~Turn() { turns().release(); }
  Turn(Turn const&) = delete;
  Turn& operator=(Turn const&) = delete;
};

}  // namespace

std::string hash_password(std::string_view password, PasswordCost const& cost) {
  Turn const turn;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  int const failed = crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.operations,
                                           cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  check(failed == 0, "there is memory for a password hash");
  return hash.data();
}

bool verify_password(std::string_view password, std::string const& hash) {
  Turn const turn;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string problem_with_password(std::string_view password) {
  if (password.size() < kMinBytes) return "the password must have at least 10 characters";
  if (password.size() > kMaxBytes || !is_utf8(password)) return "the password must be at most 1,024 bytes of UTF-8";
  return "";
}

}  // namespace lepton::access
