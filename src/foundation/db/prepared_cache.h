#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace lepton::db {

/// Prepared statements of one connection by their text; the least recently used is dropped when there are too many.
template <class Prepared>
class PreparedCache {
 public:
  /// Stays valid until the next add().
  [[nodiscard]] Prepared* find(std::string_view text) {
    auto const found = by_text_.find(text);
    if (found == by_text_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  /// `dropped` is called with what had to make room.
  Prepared& add(std::string text, Prepared prepared, std::function<void(Prepared&)> const& dropped = nullptr) {
    if (entries_.size() >= kLimit) {
      if (dropped) dropped(entries_.back().second);
      by_text_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(std::move(text), std::move(prepared));
    by_text_.emplace(entries_.front().first, entries_.begin());
    return entries_.front().second;
  }

 private:
  static constexpr std::size_t kLimit = 256;

  using Entries = std::list<std::pair<std::string, Prepared>>;
  Entries entries_;
  std::unordered_map<std::string_view, typename Entries::iterator> by_text_;
};

}  // namespace lepton::db
