#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "access/action.h"
#include "access/assets.h"
#include "access/mask.h"
#include "base/call.h"
#include "base/json.h"
#include "db/database.h"

namespace lepton::access {

/// Why a decision came out as it did: what a trace shows and an auditor checks.
struct Ground {
  std::string kind;  ///< "grant", "role", "owner", "policy", "platform_role"
  std::string id;    ///< of the grant or policy
  std::string
      text;  ///< "grant to department risk for purpose default-risk until 2027-02-21, approved by bob (request 4f…)"

  friend bool operator==(Ground const&, Ground const&) = default;
};

/// Under which conditions an allowed action may go on. Look masks up with mask_of(), which knows "*" and compares
/// without case.
struct Obligations {
  std::vector<json::Value> row_filters;  ///< Iceberg expressions (JSON), attributes already bound as literals; AND
  Masks masks;                           ///< most restrictive of all policies and of the grant
  std::int64_t min_group_size = 0;       ///< 0: none

  [[nodiscard]] bool none() const { return row_filters.empty() && masks.empty() && min_group_size == 0; }
  friend bool operator==(Obligations const&, Obligations const&) = default;
};

struct Decision {
  bool allowed = false;
  bool discoverable = false;  ///< when false the caller must not learn that the asset exists
  std::string refusal;        ///< one sentence for the caller when not allowed
  std::vector<Ground> grounds;
  Obligations obligations;  ///< for read, train and serve
};

/// The one decision function (design.md §4). Default deny; discover is not read; the owner's roles, grants and policies
/// are read from a cached snapshot that a commit replaces, so a revocation holds for the next decision. Any thread may
/// call.
class Authority {
 public:
  virtual ~Authority() = default;
  [[nodiscard]] virtual Decision decide(Call const& call, Action action, Asset const& asset) const = 0;
  [[nodiscard]] bool may_discover(Call const& call, Asset const& asset) const;

  /// Looks the asset up and decides. Throws Error{not_found} when it is absent or not discoverable (the same words for
  /// both), {denied} with a request-access address otherwise. `kind` is part of "found". A refusal is audited in a
  /// transaction of its own.
  struct Permit {
    Asset asset;
    Decision decision;
  };
  [[nodiscard]] virtual Permit require(db::Transaction& tx, Call const& call, Action action, Address const& address,
                                       std::string const& kind) const = 0;
  /// For acts on a department itself: creating assets in it ("contributor"), approving ("steward"), administering
  /// ("admin").
  virtual void require_role(Call const& call, std::string const& department, std::string const& role) const = 0;
  /// The same as a question: with the roles of now and within the credential's scopes, neither of which the roles in
  /// Call::principal know about. Department "" asks for a platform role.
  [[nodiscard]] virtual bool has_role(Call const& call, std::string const& department, std::string const& role) const;
};

}  // namespace lepton::access
