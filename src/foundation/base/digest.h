#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lepton {

/// SHA-256 of content: how objects and versions are named. Compares in constant time.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  [[nodiscard]] std::string hex() const;
  [[nodiscard]] std::string_view view() const { return {reinterpret_cast<char const*>(bytes.data()), bytes.size()}; }
  friend bool operator==(Digest const& a, Digest const& b);
};

/// Reads what hex() wrote.
[[nodiscard]] std::optional<Digest> find_digest(std::string_view hex);

[[nodiscard]] Digest sha256(std::string_view bytes);
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view bytes);
/// Compares secrets without telling by time where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

/// SHA-256 of a stream. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  /// Call once, at the end.
  [[nodiscard]] Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace lepton
