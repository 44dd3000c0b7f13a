#include "serving/registered_models.h"

namespace lepton::serving {

ServableModel RegisteredModels::resolve(db::Transaction& tx, Call const&, access::Address const& model) const {
  auto const found = registry_.resolve(tx, model);
  return {.version = found.version.address,
          .digest = found.version.digest,
          .signature = runtime::parse_signature(found.version.signature),
          .tags = found.tags,
          .grounds = found.grounds};
}

std::string RegisteredModels::artifact(Call const& call, ServableModel const& model) const {
  auto const found =
      database_.read(call, [&](db::Transaction& tx) { return registry_.resolve(tx, model.version).version; });
  return registry_.servable_artifact(call, found);
}

}  // namespace lepton::serving
