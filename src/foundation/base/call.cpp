#include "base/call.h"

#include "base/check.h"
#include "base/error.h"

namespace lepton {

bool Principal::has_role(std::string const& department_name, std::string const& role) const {
  auto const held = roles.find(department_name);
  return held != roles.end() && held->second.contains(role);
}

void Call::proceed() const {
  if (stop.stop_requested()) throw cancelled("the call was cancelled");
  if (clock->steady() >= deadline) throw exhausted("the call's deadline has passed").with_reason("deadline_exceeded");
}

Call system_call(Clock const& clock, std::stop_token stop) {
  Call call;
  call.principal.name = "system";
  call.principal.type = PrincipalType::system;
  call.request_id = RequestId::random();
  call.protocol = "system";
  call.stop = std::move(stop);
  call.clock = &clock;
  return call;
}

std::string_view to_string(PrincipalType type) {
  switch (type) {
    case PrincipalType::user:
      return "user";
    case PrincipalType::service_account:
      return "service_account";
    case PrincipalType::group:
      return "group";
    case PrincipalType::anonymous:
      return "anonymous";
    case PrincipalType::system:
      return "system";
  }
  check(false, "every principal type has a name");
  return "";
}

}  // namespace lepton
