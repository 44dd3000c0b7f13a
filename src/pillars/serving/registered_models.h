#pragma once

#include "db/database.h"
#include "models/registry.h"
#include "serving/sources.h"

namespace lepton::serving {

/// Models of the registry. Any thread may call.
class RegisteredModels : public ModelSource {
 public:
  RegisteredModels(db::Database& database, models::Registry const& registry)
      : database_(database), registry_(registry) {}
  [[nodiscard]] ServableModel resolve(db::Transaction& tx, Call const& call,
                                      access::Address const& model) const override;
  [[nodiscard]] std::string artifact(Call const& call, ServableModel const& model) const override;

 private:
  db::Database& database_;
  models::Registry const& registry_;
};

}  // namespace lepton::serving
