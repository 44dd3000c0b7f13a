#include "serving/grounds.h"

namespace lepton::serving {

json::Array to_json(std::vector<access::Ground> const& grounds) {
  json::Array out;
  for (auto const& ground : grounds)
    out.push_back(json::Object{{"kind", ground.kind}, {"id", ground.id}, {"text", ground.text}});
  return out;
}

std::vector<access::Ground> grounds_from(json::Value const& value) {
  std::vector<access::Ground> out;
  for (auto const& item : value.as_array())
    out.push_back({std::string(item.at("kind").as_string()), std::string(item.at("id").as_string()),
                   std::string(item.at("text").as_string())});
  return out;
}

}  // namespace lepton::serving
