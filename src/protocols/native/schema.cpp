#include "native/schema.h"

#include <array>

namespace lepton::native {

std::span<db::Migration const> migrations() {
  static constexpr std::array<db::Migration, 1> steps{{{"native", 1, R"(
CREATE TABLE native_idempotency (
  principal TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status BIGINT NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (principal, idempotency_key)
);
CREATE INDEX native_idempotency_expiry ON native_idempotency (expires_at);
)"}}};
  return steps;
}

}  // namespace lepton::native
