#pragma once

#include <barrier>
#include <cstddef>
#include <functional>

namespace lepton::embed {

/// A share of 0 … size − 1, the same for the same thread every time; shares begin at multiples of `unit`.
struct Share {
  std::size_t begin, end;
};
[[nodiscard]] constexpr Share share_of(std::size_t size, std::size_t thread, std::size_t threads,
                                       std::size_t unit = 1) {
  std::size_t const units = (size + unit - 1) / unit;
  auto const at = [&](std::size_t t) { return std::min(size, units * t / threads * unit); };
  return {at(thread), at(thread + 1)};
}

/// Threads that do one piece of work together, in steps: each calls `step()` at the end of one, and goes on when all
/// have. The caller is thread 0.
class Team {
 public:
  explicit Team(std::size_t threads) : threads_(threads), barrier_(static_cast<std::ptrdiff_t>(threads)) {}

  [[nodiscard]] std::size_t threads() const { return threads_; }
  void step() { barrier_.arrive_and_wait(); }
  /// Runs `work(thread)` on every thread and waits for all. `work` must not throw; every thread takes equally many
  /// steps.
  void run(std::function<void(std::size_t thread)> const& work);

 private:
  std::size_t threads_;
  std::barrier<> barrier_;
};

}  // namespace lepton::embed
