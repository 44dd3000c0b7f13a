#pragma once

#include "access/directory.h"
#include "serving/sources.h"

namespace lepton::serving {

/// Service calls with the accounts of the directory. Any thread may call.
class AccountCalls : public ServiceCalls {
 public:
  explicit AccountCalls(access::Directory const& directory) : directory_(directory) {}
  [[nodiscard]] Call as(Call const& origin, std::string const& service_account,
                        std::string const& purpose) const override;
  void require_acting(Call const& call, std::string const& service_account) const override;

 private:
  access::Directory const& directory_;
};

}  // namespace lepton::serving
