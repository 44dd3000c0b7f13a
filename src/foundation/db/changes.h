#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "db/database.h"

namespace lepton::db {

using TableNames = std::set<std::string, std::less<>>;

/// Which tables one transaction changed, of those that are counted, and the counting itself. Owned by the transaction,
/// on its thread.
class ChangedTables {
 public:
  /// `counted` may be null: nothing is.
  explicit ChangedTables(std::shared_ptr<TableNames const> counted) : counted_(std::move(counted)) {}

  void note(std::string_view sql);
  /// As the last statements before the commit. Nothing when no counted table was changed.
  void count(Transaction& tx) const;

 private:
  std::shared_ptr<TableNames const> counted_;  // shared with the database
  TableNames changed_;
};

/// Where the counts are. A table is counted from the migration on that says, after these,
/// INSERT INTO db_changes (table_name, shard, commits) VALUES ('job', 0, 0).
[[nodiscard]] std::span<Migration const> change_migrations();

/// By counted table, how many commits of any server changed it. Whoever keeps something made of rows learns here, in
/// the transaction in which it would read them, whether it is still true. Counts only grow; of two transactions, the
/// one that sees the larger ones sees all that the other does.
[[nodiscard]] std::map<std::string, std::int64_t> changes(Transaction& tx);

/// The table that a statement of the common SQL changes; empty for one that reads.
[[nodiscard]] std::string_view changed_table(std::string_view sql);

}  // namespace lepton::db
