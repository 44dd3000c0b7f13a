#include "models/model.h"

#include <fmt/format.h>

#include <algorithm>

namespace lepton::models {

std::optional<Digest> ModelVersion::find_artifact(std::string const& path) const {
  for (auto const& leaf : leaves)
    if (leaf.name == "artifact/" + path) return find_digest(leaf.digest);
  return std::nullopt;
}

json::Object to_json(Model const& model) {
  return {{"address", model.asset.address().str()},    {"description", model.asset.description},
          {"tags", lepton::to_json(model.asset.tags)}, {"latest_version", model.latest},
          {"aliases", lepton::to_json(model.aliases)}, {"protected_aliases", lepton::to_json(model.protected_aliases)},
          {"revision", model.asset.revision},          {"created_at", to_string(model.asset.created_at)}};
}

json::Object to_json(ModelVersion const& version) {
  return {{"address", version.address.str()},
          {"version", version.number},
          {"digest", version.digest},
          {"run", version.run.str()},
          {"aliases", lepton::to_json(version.aliases)},
          {"description", version.description},
          {"signature", version.signature},
          {"leaves", lepton::to_json(version.leaves)},
          {"created_by", version.created_by},
          {"created_at", to_string(version.created_at)}};
}

bool is_alias(std::string_view name) {
  return access::is_name(name) && name != "latest" &&
         !std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

access::Ground ground_of(Promotion const& promotion) {
  std::string text = fmt::format("promoted to '{}' by {}", promotion.alias,
                                 promotion.decided_by.empty() ? promotion.requested_by : promotion.decided_by);
  if (!promotion.decided_by.empty()) text += " on request of " + promotion.requested_by;
  if (!promotion.reason.empty()) text += ": " + promotion.reason;
  return {"promotion", promotion.id.str(), std::move(text)};
}

}  // namespace lepton::models
