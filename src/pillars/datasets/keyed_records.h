#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "datasets/datasets.h"
#include "datasets/record_index.h"

namespace lepton::datasets {

/// Records by key for those who ask again and again, as deployments do: what Datasets::records() answers, from memory.
/// Every lookup is decided anew in a transaction, so a revocation or a withdrawal refuses the next one; an index holds
/// what one set of row filters and masks lets through and serves nobody for whom they are others. The first lookups of
/// a version are answered by SQL while a thread builds its index. Any thread may call; owned by the composition root.
class KeyedRecords {
 public:
  struct Options {
    /// All indexes together; the one longest unused goes first. Twice that while one is built. What does not fit alone
    /// stays with SQL.
    std::uint64_t most_bytes = 128ULL << 20;
    std::chrono::seconds retry{30};  ///< after an index could not be built
  };
  /// Both outlive it.
  KeyedRecords(Datasets const& datasets, Log const& log, Options options);
  KeyedRecords(Datasets const& datasets, Log const& log) : KeyedRecords(datasets, log, Options()) {}
  ~KeyedRecords();
  KeyedRecords(KeyedRecords const&) = delete;
  KeyedRecords& operator=(KeyedRecords const&) = delete;

  /// `key` names the column, and is not empty. Leaves no audit record of its own for a record found in memory: the
  /// decision that uses it names key, columns and grounds. The reading that builds an index is recorded like any other.
  [[nodiscard]] Records find(Call const& call, access::Address const& address, std::string const& key,
                             std::vector<std::string> const& columns, std::vector<std::string> const& keys);

  struct Usage {
    std::size_t indexes = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] Usage usage() const;
  /// Returns when nothing is being built; for tests and measurements.
  void settle();

 private:
  /// What an index is of: asset, version, key column, row filters and masks.
  using Name = std::string;
  struct Slot {
    std::shared_ptr<RecordIndex const> index;  ///< null: being built, or not to be had
    std::set<std::string> columns;             ///< wanted so far, as the version spells them
    std::set<std::string> readers;             ///< ids of the principals that it is kept for
    std::string version;
    bool queued = false;
    std::chrono::steady_clock::time_point not_before{};
    std::uint64_t used = 0;  ///< ticks; the least is the longest unused
  };
  struct Work {
    Name name;
    Call call;
    access::Address address;
    std::string key;
  };

  [[nodiscard]] std::shared_ptr<RecordIndex const> index_for(Call const& call, access::Address const& address,
                                                             Visible const& visible, std::string const& key,
                                                             std::vector<std::string> const& columns);
  void forget(std::string const& version, std::string const& reader, Name const& but);
  void build(Work work, std::stop_token const& stop);
  void keep(Name const& name, std::shared_ptr<RecordIndex const> index);
  void run(std::stop_token const& stop);

  Datasets const& datasets_;
  Log const& log_;
  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<Name, Slot> slots_;
  std::deque<Work> work_;
  bool building_ = false;
  std::uint64_t tick_ = 0;
  std::jthread builder_;  ///< last: uses all of the above
};

}  // namespace lepton::datasets
