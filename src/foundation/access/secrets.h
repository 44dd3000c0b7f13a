#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace lepton::access {

/// Keeps what the platform must say to others and nobody may read: passwords and tokens of services outside. A secret
/// is sealed (XChaCha20-Poly1305) with a key in a file that its owner alone reads, made when there is none; what the
/// database holds is worth nothing without that file. Servers that share a database need the same file. Immutable; any
/// thread may call.
class Secrets {
 public:
  /// Throws Error{unavailable} when the file cannot be read or written, or is no key.
  explicit Secrets(std::filesystem::path const& key_file);
  ~Secrets();
  Secrets(Secrets const&) = delete;
  Secrets& operator=(Secrets const&) = delete;

  /// Text that opens again for the same `owner` only, such as the id of the row that it is kept in.
  [[nodiscard]] std::string seal(std::string_view secret, std::string_view owner) const;
  /// Throws Error{unavailable, "secret_key"} for what was sealed with another key, for another owner, or changed.
  [[nodiscard]] std::string open(std::string_view sealed, std::string_view owner) const;

 private:
  std::array<unsigned char, 32> key_{};
};

}  // namespace lepton::access
