#include "access/authority.h"

#include "base/error.h"

namespace lepton::access {

bool Authority::may_discover(Call const& call, Asset const& asset) const {
  return decide(call, Action::discover, asset).allowed;
}

bool Authority::has_role(Call const& call, std::string const& department, std::string const& role) const {
  try {
    require_role(call, department, role);
    return true;
  } catch (Error const& error) {
    if (error.code() != Code::denied) throw;
    return false;
  }
}

}  // namespace lepton::access
