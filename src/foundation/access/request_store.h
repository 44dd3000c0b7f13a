#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/request.h"
#include "db/database.h"

namespace lepton::access {

// Requests as rows. What time alone changes is not written but found when read: a pending request older than seven days
// is lapsed, an approved one is expired or revoked with its grant.

void insert_request(db::Transaction& tx, AccessRequest const& request);
/// State, times and the grant; throws Error{conflict} when it was changed since it was read.
void update_request(db::Transaction& tx, AccessRequest& request);
void insert_approval(db::Transaction& tx, AccessRequestId const& id, Approval const& approval);
[[nodiscard]] std::optional<AccessRequest> find_request(db::Transaction& tx, AccessRequestId const& id, Timestamp now);
/// Newest first; an empty text is any.
[[nodiscard]] std::vector<AccessRequest> find_requests(db::Transaction& tx, std::string const& department,
                                                       std::string const& path, std::string const& requester,
                                                       Timestamp now);

}  // namespace lepton::access
