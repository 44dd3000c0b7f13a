#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/authority.h"
#include "base/call.h"
#include "base/json.h"
#include "db/database.h"

namespace lepton::access {

class LiveAuthority;

struct AuditEvent {
  std::string action;   ///< "dataset.create", "grant.revoke", "query.run": noun.verb
  std::string subject;  ///< address or id acted on
  bool allowed = true;
  std::vector<Ground> grounds;
  json::Object details;  ///< no row content, no secrets
  /// Whose stewards may read the event; left empty it is the department of the subject's address, if it is one.
  std::string department;
};

/// The append-only audit log. Every mutation appends its event in its own transaction; a refused decision gets one of
/// its own. Each row stores its RFC 9162 leaf hash, so that a Merkle tree can be built over the rows in order of
/// `sequence`. Stateless: any thread may call, inside a transaction that the caller holds.
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
    std::string principal, action, subject;  ///< empty: any; an action "grant." stands for all that begin so
    std::string department;
    std::string request_id;
    std::optional<bool> allowed;
    std::optional<Timestamp> from, to;
    std::int64_t before = INT64_MAX;  ///< sequence: newest first, page by page
    int limit = 100;
  };
  /// Unfiltered: for the platform itself.
  [[nodiscard]] std::vector<Record> list(db::Transaction& tx, Query const& query) const;
  /// What the caller may read: all for the platform's auditor, a department's events for its stewards (the query then
  /// names the department), one's own for everybody else (the query then names oneself). Throws Error{denied}.
  [[nodiscard]] std::vector<Record> list_for(db::Transaction& tx, Call const& call, LiveAuthority const& authority,
                                             Query const& query) const;
};

}  // namespace lepton::access
