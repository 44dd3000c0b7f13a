#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace lepton {

using PrincipalId = Id<struct PrincipalKind>;
using DepartmentId = Id<struct DepartmentKind>;
using CredentialId = Id<struct CredentialKind>;
using RequestId = Id<struct RequestKind>;

enum class PrincipalType { user, service_account, group, anonymous, system };

/// Who calls, as authentication found out: a snapshot of the moment the request began. `access` fills it; nobody else
/// invents one.
struct Principal {
  PrincipalId id;
  std::string name;  ///< "ana" or "risk/loan-scorer": unique in the company
  PrincipalType type = PrincipalType::anonymous;
  std::string department;                         ///< home department's name; empty for platform principals
  std::set<std::string> groups;                   ///< names, nested ones included
  std::map<std::string, std::string> attributes;  ///< "clearance" → "2"; policies bind them as typed values
  std::map<std::string, std::set<std::string>>
      roles;                        ///< department name → viewer, contributor, steward, admin; "" → platform roles
  CredentialId credential;          ///< what the caller proved itself with; empty for the system
  std::string credential_name;      ///< for people: "key loan-system", "session"
  std::vector<std::string> scopes;  ///< what the credential is limited to; empty: everything the principal may

  [[nodiscard]] bool has_role(std::string const& department_name, std::string const& role) const;
};

/// W3C Trace Context: joins what one request caused across processes.
struct Trace {
  std::string trace_id;   ///< 32 hex digits
  std::string parent_id;  ///< 16 hex digits, of the caller's span; empty when the trace starts here
};

/// One call by whatever protocol it came: who, for what purpose, until when, on whose clock. Every function that acts
/// for somebody takes it first. A value owned by the request's edge; const and shared by the threads that work on that
/// call.
struct Call {
  Principal principal;
  std::string purpose;  ///< declared by the caller; empty when none
  RequestId request_id;
  Trace trace;
  std::string protocol;  ///< "native", "inference", "cli", "system": for the audit record
  std::string peer_address;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token stop;
  Clock const* clock = nullptr;  ///< outlives the call
  /// Only rehearse: everything is checked and answered, Database::write rolls back, nothing outside it may be changed.
  bool validate_only = false;

  /// Throws Error{cancelled} when the caller is gone, Error{exhausted, "deadline_exceeded"} past the deadline. Long
  /// loops call it.
  void proceed() const;
  [[nodiscard]] Timestamp now() const { return clock->wall(); }
};

/// A call of the platform itself: start-up, recovery, background work. It passes no policy; audit names it "system".
[[nodiscard]] Call system_call(Clock const& clock, std::stop_token stop = {});

[[nodiscard]] std::string_view to_string(PrincipalType type);

}  // namespace lepton
