#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/guarded.h"
#include "base/time.h"
#include "db/changes.h"
#include "db/database.h"
#include "db/group_commit.h"
#include "db/pool.h"
#include "db/shared_sync.h"

namespace lepton::db {

/// Database over sessions of either kind: what is the same for SQLite and PostgreSQL.
class SessionDatabase final : public Database {
 public:
  struct Options {
    Dialect dialect;
    OpenSession open_reader;
    std::size_t readers;
    OpenSession open_writer;
    std::size_t writers;                   ///< 1: one writer at a time
    std::function<void()> sync = nullptr;  ///< brings commits to the disk; empty where they are durable by themselves
  };
  SessionDatabase(Options options, Clock const& clock);

  void enqueue_write(std::function<void(Transaction&)> work, std::function<void(std::exception_ptr)> done) override;
  void finish_queued() override { group_commit_.finish(); }
  void migrate(std::span<Migration const> migrations) override;
  [[nodiscard]] Dialect dialect() const override { return dialect_; }

 protected:
  void do_read(Call const& call, Body const& body) override;
  void do_write(Call const& call, Body const& body) override;

 private:
  struct Committed {
    std::uint64_t number;  ///< for the sync
    std::vector<std::function<void()>> hooks;
  };

  Pool::Lease begin(Pool& pool, Mode mode, Call const& call);
  void find_counted_tables(Call const& call);
  Committed write_once(Call const& call, Body const& body);
  template <class Function>
  auto until_serialised(Call const& call, Function const& function);
  std::vector<std::exception_ptr> run_batch(std::vector<GroupCommit::Item> const& items);
  Committed batch_once(Call const& call, std::vector<GroupCommit::Item> const& items,
                       std::vector<std::exception_ptr>& outcomes);

  Dialect dialect_;
  Clock const& clock_;
  Pool readers_;
  Pool writers_;
  SharedSync sync_;
  Guarded<std::set<std::string, std::less<>>> migrated_modules_;
  Guarded<std::shared_ptr<TableNames const>> counted_;  ///< shared with the transactions under way
  GroupCommit group_commit_;                            // last: its thread uses all above
};

}  // namespace lepton::db
