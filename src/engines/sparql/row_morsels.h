#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/call.h"
#include "sparql/morsel_pool.h"
#include "sparql/table.h"

namespace lepton::sparql {

struct RowRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The rows of a table cut into morsels: one morsel, and so the caller's thread alone, unless there are many rows and
/// threads. A plain value.
class RowMorsels {
 public:
  /// `work`: how many rows are expected to be read or made, when that is more.
  RowMorsels(Parallelism const& parallelism, std::size_t rows, double work = 0);
  /// All rows at once, for work that must keep its sequence.
  [[nodiscard]] static RowMorsels whole(std::size_t rows) { return {{}, rows}; }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] RowRange range(std::size_t morsel) const {
    return {morsel * size_, std::min(rows_, (morsel + 1) * size_)};
  }
  /// As MorselPool::run.
  void run(std::function<void(MorselQueue&)> const& work) const;

 private:
  MorselPool* pool_ = nullptr;
  std::size_t rows_;
  std::size_t size_;
  std::size_t count_ = 1;
};

/// Calls `act(row)` for every row, in no sequence across morsels. `act` changes nothing but what is of its row alone.
template <typename Act>
void for_each_row(Call const& call, RowMorsels const& morsels, Act const& act) {
  morsels.run([&](MorselQueue& queue) {
    while (auto const morsel = queue.next()) {
      RowRange const range = morsels.range(*morsel);
      for (std::size_t row = range.begin; row < range.end; ++row) {
        if ((row & 1023) == 0) call.proceed();
        act(row);
      }
    }
  });
}

/// The rows that pass, ascending. `make_test(on_caller)` gives each thread a test of its own, called with a row.
template <typename MakeTest>
std::vector<std::uint32_t> select_rows(Call const& call, RowMorsels const& morsels, MakeTest const& make_test) {
  std::vector<std::vector<std::uint32_t>> passed(morsels.count());
  morsels.run([&](MorselQueue& queue) {
    auto test = make_test(queue.on_caller());
    while (auto const morsel = queue.next()) {
      RowRange const range = morsels.range(*morsel);
      for (std::size_t row = range.begin; row < range.end; ++row) {
        if ((row & 1023) == 0) call.proceed();
        if (test(row)) passed[*morsel].push_back(static_cast<std::uint32_t>(row));
      }
    }
  });
  std::vector<std::uint32_t> out = std::move(passed[0]);
  for (std::size_t i = 1; i < passed.size(); ++i) out.insert(out.end(), passed[i].begin(), passed[i].end());
  return out;
}

/// What `make(range, on_caller)` gives for each morsel, one table behind the other.
template <typename Make>
Table join_pieces(Call const& call, Parallelism const& parallelism, RowMorsels const& morsels, Make const& make) {
  std::vector<std::optional<Table>> pieces(morsels.count());
  morsels.run([&](MorselQueue& queue) {
    while (auto const morsel = queue.next()) {
      call.proceed();
      pieces[*morsel] = make(morsels.range(*morsel), queue.on_caller());
    }
  });
  return concatenate(std::move(pieces), parallelism);
}

}  // namespace lepton::sparql
