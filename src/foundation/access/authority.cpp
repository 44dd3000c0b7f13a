#include "access/authority.h"

namespace lepton::access {

bool Authority::may_discover(Call const& call, Asset const& asset) const {
  return decide(call, Action::discover, asset).allowed;
}

}  // namespace lepton::access
