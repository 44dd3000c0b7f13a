#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace lepton::recommend {

/// A user took an item, or rated it: `value` is how often or how strongly, or the rating.
struct Interaction {
  std::uint32_t user = 0, item = 0;
  float value = 1;
};

/// One item of somebody's history.
struct Taken {
  std::uint32_t item = 0;
  float value = 1;
};

/// Who took what, as a sparse matrix: a row for each user with its items rising, none twice. A plain value.
class Interactions {
 public:
  /// Of interactions between one user and one item the last counts. Throws Error{invalid} that names the first
  /// interaction (from 0) whose user or item has no number below the given ones or whose value is no finite number,
  /// and when there are none; `what` names the list.
  Interactions(std::span<Interaction const> list, std::uint32_t users, std::uint32_t items, std::string_view what);

  [[nodiscard]] std::uint32_t users() const { return static_cast<std::uint32_t>(begin_.size() - 1); }
  [[nodiscard]] std::uint32_t items() const { return items_; }
  [[nodiscard]] std::size_t size() const { return taken_.size(); }
  [[nodiscard]] std::span<Taken const> of(std::uint32_t user) const {
    return {taken_.data() + begin_[user], begin_[user + 1] - begin_[user]};
  }

  /// A row for each item with its users rising (as Taken::item).
  [[nodiscard]] Interactions transposed() const;

 private:
  Interactions() = default;

  std::vector<std::uint64_t> begin_;
  std::uint32_t items_ = 0;
  std::vector<Taken> taken_;
};

/// Whether a row of interactions has the item.
[[nodiscard]] bool holds(std::span<Taken const> row, std::uint32_t item);

/// What one time counts, so that the values of a history sum up to 1; 0 for none.
[[nodiscard]] float unit_share(std::span<Taken const> history);

/// Throws Error{invalid} that names the first place of the history with an item not below `items` or a value that is
/// no finite number from 0 on.
void require_known(std::span<Taken const> history, std::uint32_t items);

/// Throws Error{invalid} that names the first user and item with a value below 0: what counts how often is never less.
void require_counts(Interactions const& interactions);

}  // namespace lepton::recommend
