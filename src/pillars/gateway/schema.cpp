#include "gateway/schema.h"

#include <array>

namespace lepton::gateway {
namespace {

// A key is named by its owner and name, so that its limit and its count survive a rotation.
constexpr std::array<db::Migration, 1> kMigrations{{{"gateway", 1, R"sql(
CREATE TABLE gateway_limits (
  principal_id TEXT NOT NULL, credential TEXT NOT NULL, document TEXT NOT NULL, revision BIGINT NOT NULL,
  changed_by TEXT NOT NULL, changed_at BIGINT NOT NULL, PRIMARY KEY (principal_id, credential));

CREATE TABLE gateway_charges (
  principal_id TEXT NOT NULL, credential TEXT NOT NULL, period TEXT NOT NULL, period_start BIGINT NOT NULL,
  used BIGINT NOT NULL, PRIMARY KEY (principal_id, credential, period, period_start));

CREATE TABLE gateway_usage (
  hour BIGINT NOT NULL, principal_id TEXT NOT NULL, credential TEXT NOT NULL, deployment TEXT NOT NULL,
  principal TEXT NOT NULL, department TEXT NOT NULL, requests BIGINT NOT NULL, rows_count BIGINT NOT NULL,
  latency BIGINT NOT NULL, PRIMARY KEY (hour, principal_id, credential, deployment));
)sql"}}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::gateway
