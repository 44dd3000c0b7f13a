#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/authority.h"
#include "base/call.h"
#include "base/json.h"
#include "db/database.h"

namespace lepton::access {

struct AuditEvent {
  std::string action;   ///< "dataset.create", "grant.revoke", "query.run": noun.verb
  std::string subject;  ///< address or id acted on
  bool allowed = true;
  std::vector<Ground> grounds;
  json::Object details;  ///< no row content, no secrets
};

/// The append-only audit log. Every mutation appends its event in its own transaction; a refused decision gets one of
/// its own. Each row stores its RFC 9162 leaf hash, so that a Merkle tree can be built over the rows in order of
/// `sequence`.
class Audit {
 public:
  /// Returns the event's sequence number.
  std::int64_t append(db::Transaction& tx, Call const& call, AuditEvent const& event);

  struct Record {
    std::int64_t sequence;
    Timestamp at;
    std::string principal;
    std::string purpose;
    std::string request_id;
    std::string protocol;
    AuditEvent event;
    std::string leaf_hash;  ///< hex
  };
  struct Query {
    std::string principal, action, subject;  ///< empty: any
    std::optional<Timestamp> from, to;
    std::int64_t before = INT64_MAX;  ///< sequence: newest first, page by page
    int limit = 100;
  };
  [[nodiscard]] std::vector<Record> list(db::Transaction& tx, Query const& query) const;
};

}  // namespace lepton::access
