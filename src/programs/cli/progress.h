#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace lepton::cli {

/// One line on standard error that shows how far something is: only on a terminal, only after a second, cleared at the
/// end. One thread.
class Progress {
 public:
  /// `total` 0: unknown.
  explicit Progress(std::string what, std::uint64_t total = 0, bool quiet = false);
  ~Progress();
  Progress(Progress const&) = delete;
  Progress& operator=(Progress const&) = delete;

  /// Bytes so far.
  void bytes(std::uint64_t done);
  /// A share from 0 to 1 and a remark.
  void share(double done, std::string const& remark);

 private:
  [[nodiscard]] bool due();
  void draw(double share, std::string const& remark);

  std::string what_;
  std::uint64_t total_;
  bool shown_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_{};
};

/// "12.3 MB".
[[nodiscard]] std::string human_bytes(double bytes);

}  // namespace lepton::cli
