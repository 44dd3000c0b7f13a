#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

#include "base/guarded.h"

namespace lepton::cli {

/// One line on standard error that shows how far something is, or how long it takes where nobody can tell: only on a
/// terminal, only after a second, cleared at the end. Draws on a thread of its own; one thread may call.
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
  struct State {
    double share = -1;  ///< below 0: unknown
    std::string remark;
  };
  void keep_drawing(std::stop_token const& stop);
  [[nodiscard]] double seconds() const;

  std::string what_;
  std::uint64_t total_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Guarded<State> state_;
  std::jthread painter_;  ///< none where nothing is shown
};

/// "import x.csv  ████░░  42 %  remark", or without the bar when the share is not known.
[[nodiscard]] std::string progress_line(std::string const& what, double share, std::string const& remark);

/// "12.3 MB".
[[nodiscard]] std::string human_bytes(double bytes);

}  // namespace lepton::cli
