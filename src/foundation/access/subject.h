#pragma once

#include <string>
#include <string_view>

#include "base/call.h"

namespace lepton::access {

/// Whom a grant or a policy is about, written "everyone", "user:ana", "service_account:risk/loan-system",
/// "group:risk/analysts" or "department:risk". A department means those at home there or holding a role in it. Names
/// are never given twice, so that a subject never turns into somebody else.
struct Subject {
  enum class Kind { everyone, user, service_account, group, department };
  Kind kind = Kind::everyone;
  std::string name;

  [[nodiscard]] std::string str() const;
  [[nodiscard]] bool covers(Principal const& principal) const;
  friend bool operator==(Subject const&, Subject const&) = default;
};

/// Throws Error{invalid} that lists the forms.
[[nodiscard]] Subject parse_subject(std::string_view text);

}  // namespace lepton::access
