#pragma once

#include <string>
#include <string_view>

namespace lepton::access {

/// What one argon2id hash costs. The default takes about 50 ms and 64 MiB; tests take the least.
struct PasswordCost {
  unsigned long long operations = 2;
  std::size_t memory_bytes = 64u << 20;
  [[nodiscard]] static PasswordCost least() { return {1, 8192}; }
};

/// argon2id (RFC 9106) through libsodium, in its own text form with salt and cost. At most four run at a time in the
/// process; others wait. Any thread may call.
[[nodiscard]] std::string hash_password(std::string_view password, PasswordCost const& cost = {});
[[nodiscard]] bool verify_password(std::string_view password, std::string const& hash);

/// Empty when it will do, else a sentence: 10 to 1,024 bytes of UTF-8.
[[nodiscard]] std::string problem_with_password(std::string_view password);

}  // namespace lepton::access
