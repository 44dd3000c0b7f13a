#include "native/description.h"

namespace lepton::native {

std::string header_name(std::string_view field) {
  if (field == "if_match") return "If-Match";
  if (field == "accept") return "Accept";
  if (field == "content_type") return "Content-Type";
  return "";
}

std::vector<Part> parts_of(Description const& description, json::Object const& input_schema, bool streamed) {
  bool const has_body =
      !streamed && (description.method == "POST" || description.method == "PUT" || description.method == "PATCH");
  std::vector<Part> parts;
  auto const* properties = input_schema.if_contains("properties");
  if (properties == nullptr) return parts;
  auto const* needed = input_schema.if_contains("required");
  for (auto const& property : properties->get_object()) {
    Part part{.name = property.key(), .schema = property.value().get_object()};
    if (needed != nullptr)
      for (auto const& name : needed->get_array()) part.required = part.required || name.get_string() == part.name;
    if (description.path.find("{" + part.name + "}") != std::string_view::npos)
      part.place = Place::path;
    else if (description.path.find("{" + part.name + "...}") != std::string_view::npos)
      part.place = Place::path;
    else if (!header_name(part.name).empty())
      part.place = Place::header;
    else
      part.place = has_body ? Place::body : Place::query;
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace lepton::native
