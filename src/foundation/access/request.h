#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/grant.h"
#include "base/fields.h"

namespace lepton::access {

/// draft → pending → approved | rejected | cancelled | lapsed; approved → expired | revoked. Pending lapses after seven
/// days; expired and revoked are those of the grant.
enum class RequestState { draft, pending, approved, rejected, cancelled, lapsed, expired, revoked };

/// What an approver lets through; left out: as asked. Only less than asked.
struct Trim {
  std::optional<std::set<Action>> actions;
  Masks masks;
  std::optional<Duration> valid_for;

  static constexpr auto fields() {
    return std::tuple{optional("actions", &Trim::actions, "fewer actions than asked for"),
                      optional("masks", &Trim::masks, "column (or *) → mask, in addition to those offered"),
                      optional("valid_for", &Trim::valid_for, "a shorter time than asked for")};
  }
};

struct Approval {
  std::string by;
  Timestamp at;
  std::string comment;
  Trim trim;
};

/// Somebody asks the owner of an asset for access.
struct AccessRequest {
  AccessRequestId id;
  RequestState state = RequestState::draft;
  std::string requester;
  Subject subject;  ///< who gets the access
  std::string path;
  AssetId asset;
  std::string department;  ///< that owns the asset and decides
  std::set<Action> actions;
  std::string purpose;
  std::string reason;
  Masks masks;         ///< what the requester offers to do without
  Duration valid_for;  ///< from the last approval on
  Timestamp created_at;
  std::optional<Timestamp> submitted_at;
  std::optional<Timestamp> closed_at;
  std::string closed_by;
  std::string close_reason;
  std::vector<Approval> approvals;
  std::int64_t approvals_needed = 1;
  GrantId grant;  ///< once approved
  std::int64_t revision = 1;
};

}  // namespace lepton::access

template <>
struct lepton::EnumNames<lepton::access::RequestState> {
  using S = lepton::access::RequestState;
  static constexpr std::array<std::pair<S, std::string_view>, 8> values{{{S::draft, "draft"},
                                                                         {S::pending, "pending"},
                                                                         {S::approved, "approved"},
                                                                         {S::rejected, "rejected"},
                                                                         {S::cancelled, "cancelled"},
                                                                         {S::lapsed, "lapsed"},
                                                                         {S::expired, "expired"},
                                                                         {S::revoked, "revoked"}}};
};
