#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace lepton::cli {

using namespace std::chrono_literals;

Progress::Progress(std::string what, std::uint64_t total, bool quiet) : what_(std::move(what)), total_(total) {
  if (!quiet && isatty(STDERR_FILENO) != 0)
    painter_ = std::jthread([this](std::stop_token const& stop) { keep_drawing(stop); });
}

Progress::~Progress() {
  if (!painter_.joinable()) return;
  painter_.request_stop();
  painter_.join();
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

void Progress::bytes(std::uint64_t done) {
  double const rate = static_cast<double>(done) / std::max(seconds(), 0.001);
  auto const sent = human_bytes(static_cast<double>(done));
  if (total_ == 0) return share(-1, fmt::format("{}  {}/s", sent, human_bytes(rate)));
  if (done >= total_) return share(-1, "sent; the server reads and stores it");
  double const left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  share(static_cast<double>(done) / static_cast<double>(total_),
        fmt::format("{} of {}  {}/s  {:.0f} s left", sent, human_bytes(static_cast<double>(total_)), human_bytes(rate),
                    left));
}

void Progress::share(double done, std::string const& remark) {
  *state_.lock() = {done, remark};
}

void Progress::keep_drawing(std::stop_token const& stop) {
  bool drawn = false;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  for (auto pause = 1000ms; !wake.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); }); pause = 200ms) {
    auto const state = *state_.lock();
    auto remark = state.remark;
    if (state.share < 0) remark += fmt::format("{}{:.0f} s", remark.empty() ? "" : "  ", seconds());
    fmt::print(stderr, "\r\033[K{}", progress_line(what_, state.share, remark));
    std::fflush(stderr);
    drawn = true;
  }
  if (drawn) fmt::print(stderr, "\r\033[K");
}

std::string progress_line(std::string const& what, double share, std::string const& remark) {
  if (share < 0) return fmt::format("{}  {}", what, remark);
  int constexpr kCells = 24;
  int const full = std::clamp(static_cast<int>(share * kCells), 0, kCells);
  std::string bar;
  for (int i = 0; i < kCells; ++i) bar += i < full ? "█" : "░";
  return fmt::format("{}  {} {:3.0f} %  {}", what, bar, std::clamp(share, 0.0, 1.0) * 100, remark);
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
