#include "lineage/schema.h"

namespace lepton::lineage {
namespace {

constexpr db::Migration kMigrations[] = {{"lineage", 1, R"(
CREATE TABLE lineage_edge (
  from_kind TEXT NOT NULL,
  from_key TEXT NOT NULL,
  to_kind TEXT NOT NULL,
  to_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  grounds TEXT NOT NULL,
  PRIMARY KEY (from_kind, from_key, to_kind, to_key, kind)
);
CREATE INDEX lineage_edge_upstream ON lineage_edge (to_kind, to_key);
)"}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::lineage
