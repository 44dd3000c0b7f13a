#include "db/changes.h"

#include <array>

#include "base/random.h"

namespace lepton::db {
namespace {

constexpr std::array<Migration, 1> kMigrations{{{"db", 1, R"sql(
CREATE TABLE db_changes (
  table_name TEXT NOT NULL, shard BIGINT NOT NULL, commits BIGINT NOT NULL, PRIMARY KEY (table_name, shard));
)sql"}}};

/// PostgreSQL has several writers: with one row a table they would run into each other at every commit.
constexpr unsigned kShards = 16;

std::string_view next_word(std::string_view& text) {
  constexpr std::string_view space = " \n\t\r";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  auto const word = text.substr(0, text.find_first_of(" \n\t\r(;"));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

void ChangedTables::note(std::string_view sql) {
  if (counted_ == nullptr) return;
  auto const table = counted_->find(changed_table(sql));
  if (table != counted_->end()) changed_.insert(*table);
}

void ChangedTables::count(Transaction& tx) const {
  if (changed_.empty()) return;
  int const shard =
      tx.dialect() == Dialect::sqlite ? 0 : static_cast<unsigned char>(random_bytes(1)[0]) % static_cast<int>(kShards);
  for (auto const& table : changed_) {
    tx.execute(
        "INSERT INTO db_changes (table_name, shard, commits) VALUES ($1, $2, 1) "
        "ON CONFLICT (table_name, shard) DO UPDATE SET commits = db_changes.commits + 1",
        {table, shard});
  }
}

std::span<Migration const> change_migrations() {
  return kMigrations;
}

std::map<std::string, std::int64_t> changes(Transaction& tx) {
  std::map<std::string, std::int64_t> counts;
  for (auto const& row :
       tx.query("SELECT table_name, CAST(SUM(commits) AS BIGINT) FROM db_changes GROUP BY table_name"))
    counts.emplace(row.text(0), row.integer(1));
  return counts;
}

std::string_view changed_table(std::string_view sql) {
  auto const verb = next_word(sql);
  if (verb == "UPDATE") return next_word(sql);
  if (verb != "INSERT" && verb != "DELETE") return {};
  (void)next_word(sql);  // INTO, FROM
  return next_word(sql);
}

}  // namespace lepton::db
