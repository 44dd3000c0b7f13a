#include "serving/account_calls.h"

namespace lepton::serving {

Call AccountCalls::as(Call const& origin, std::string const& service_account, std::string const& purpose) const {
  Call call = origin;
  call.principal = directory_.principal(service_account);
  call.purpose = purpose;
  call.validate_only = false;
  return call;
}

void AccountCalls::require_acting(Call const& call, std::string const& service_account) const {
  directory_.require_acting(call, service_account);
}

}  // namespace lepton::serving
