#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace lepton::cli {

using namespace std::chrono_literals;

Progress::Progress(std::string what, std::uint64_t total, bool quiet)
    : what_(std::move(what)), total_(total), shown_(!quiet && isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

bool Progress::due() {
  auto const now = std::chrono::steady_clock::now();
  if (!shown_ || now - begun_ < 1s || now - last_ < 100ms) return false;
  last_ = now;
  return true;
}

void Progress::bytes(std::uint64_t done) {
  if (!due()) return;
  double const seconds = std::chrono::duration<double>(last_ - begun_).count();
  double const rate = static_cast<double>(done) / seconds;
  if (total_ == 0) return draw(-1, fmt::format("{}  {}/s", human_bytes(static_cast<double>(done)), human_bytes(rate)));
  double const left = rate > 0 ? static_cast<double>(total_ - std::min(done, total_)) / rate : 0;
  draw(static_cast<double>(done) / static_cast<double>(total_),
       fmt::format("{} of {}  {}/s  {:.0f} s left", human_bytes(static_cast<double>(done)),
                   human_bytes(static_cast<double>(total_)), human_bytes(rate), left));
}

void Progress::share(double done, std::string const& remark) {
  if (due()) draw(done, remark);
}

void Progress::draw(double share, std::string const& remark) {
  drawn_ = true;
  if (share < 0) {
    fmt::print(stderr, "\r\033[K{}  {}", what_, remark);
  } else {
    int constexpr kCells = 24;
    int const full = std::clamp(static_cast<int>(share * kCells), 0, kCells);
    std::string bar;
    for (int i = 0; i < kCells; ++i) bar += i < full ? "█" : "░";
    fmt::print(stderr, "\r\033[K{}  {} {:3.0f} %  {}", what_, bar, std::clamp(share, 0.0, 1.0) * 100, remark);
  }
  std::fflush(stderr);
}

std::string human_bytes(double bytes) {
  static constexpr std::array<char const*, 5> units{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

}  // namespace lepton::cli
