#include "recommend/interactions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace lepton::recommend {

Interactions::Interactions(std::span<Interaction const> list, std::uint32_t users, std::uint32_t items,
                           std::string_view what)
    : begin_(std::size_t{users} + 1), items_(items) {
  if (list.empty()) throw invalid(fmt::format("{}: there are no interactions to learn from", what));
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto const& [user, item, value] = list[i];
    if (user >= users)
      throw invalid(fmt::format("{}: interaction {} names user {}, expected less than {}", what, i, user, users));
    if (item >= items)
      throw invalid(fmt::format("{}: interaction {} names item {}, expected less than {}", what, i, item, items));
    if (!std::isfinite(value))
      throw invalid(fmt::format("{}: interaction {} has the value {}, expected a finite number", what, i, value));
    ++begin_[user + 1];
  }
  for (std::size_t user = 0; user < users; ++user) begin_[user + 1] += begin_[user];
  std::vector<Taken> sorted(list.size());
  auto next = begin_;
  for (auto const& [user, item, value] : list) sorted[next[user]++] = {item, value};
  taken_.reserve(list.size());
  for (std::size_t user = 0; user < users; ++user) {
    auto const from = sorted.begin() + static_cast<std::ptrdiff_t>(begin_[user]),
               to = sorted.begin() + static_cast<std::ptrdiff_t>(begin_[user + 1]);
    std::stable_sort(from, to, [](Taken const& a, Taken const& b) { return a.item < b.item; });
    begin_[user] = taken_.size();
    for (auto at = from; at != to; ++at)
      if (at + 1 == to || (at + 1)->item != at->item) taken_.push_back(*at);
  }
  begin_[users] = taken_.size();
}

Interactions Interactions::transposed() const {
  Interactions out;
  out.items_ = users();
  out.begin_.resize(std::size_t{items_} + 1);
  for (auto const& taken : taken_) ++out.begin_[taken.item + 1];
  for (std::size_t item = 0; item < items_; ++item) out.begin_[item + 1] += out.begin_[item];
  out.taken_.resize(taken_.size());
  auto next = out.begin_;
  for (std::uint32_t user = 0; user < users(); ++user)
    for (auto const& [item, value] : of(user)) out.taken_[next[item]++] = {user, value};
  return out;
}

bool holds(std::span<Taken const> row, std::uint32_t item) {
  auto const found = std::lower_bound(row.begin(), row.end(), item, [](auto const& a, auto b) { return a.item < b; });
  return found != row.end() && found->item == item;
}

float unit_share(std::span<Taken const> history) {
  float sum = 0;
  for (auto const& taken : history) sum += taken.value;
  return sum > 0 ? 1 / sum : 0;
}

void require_known(std::span<Taken const> history, std::uint32_t items) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].item >= items)
      throw invalid(fmt::format("the history names item {}, expected less than {}", history[i].item, items),
                    {{fmt::format("/history/{}/item", i), fmt::format("expected 0 to {}", items - 1)}});
    if (!std::isfinite(history[i].value) || history[i].value < 0)
      throw invalid(fmt::format("the history gives item {} the value {}", history[i].item, history[i].value),
                    {{fmt::format("/history/{}/value", i), "expected a finite number from 0 on"}});
  }
}

void require_counts(Interactions const& interactions) {
  for (std::uint32_t user = 0; user < interactions.users(); ++user)
    for (auto const& [item, value] : interactions.of(user))
      if (value < 0)
        throw invalid(fmt::format("user {} took item {} {} times, expected a number from 0 on", user, item, value));
}

}  // namespace lepton::recommend
