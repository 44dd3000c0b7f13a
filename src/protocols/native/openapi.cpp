#include "native/openapi.h"

#include <set>
#include <string>

namespace lepton::native {
namespace {

json::Object problem_schema() {
  return json::parse(R"({
    "type": "object",
    "description": "RFC 9457 problem document",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
      "type": {"type": "string", "description": "/problems/<code>"},
      "title": {"type": "string"},
      "status": {"type": "integer"},
      "detail": {"type": "string", "description": "what went wrong and what to do"},
      "instance": {"type": "string"},
      "code": {"type": "string", "description": "stable word for programs"},
      "request_id": {"type": "string", "description": "the same as in the server's log and audit"},
      "errors": {"type": "array", "items": {"type": "object", "properties": {
        "pointer": {"type": "string", "description": "JSON pointer into the request"},
        "detail": {"type": "string"}}}},
      "request_access": {"type": "object", "description": "on 403: how to ask for access", "properties": {
        "address": {"type": "string"}, "method": {"type": "string"}, "href": {"type": "string"},
        "command": {"type": "string"}}}
    }})")
      .get_object();
}

json::Object problem_answer(std::string_view description) {
  return {{"description", description},
          {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
}

json::Object parameter(std::string_view name, std::string_view in, bool needed, json::Object schema) {
  json::Object out{{"name", name}, {"in", in}, {"required", needed}};
  if (auto* text = schema.if_contains("description")) out["description"] = *text;
  schema.erase("description");
  out["schema"] = std::move(schema);
  return out;
}

json::Array parameters_of(Entry const& entry) {
  json::Array list;
  for (auto const& part : entry.parts) {
    if (part.place == Place::body) continue;
    if (part.place == Place::header)
      list.push_back(parameter(header_name(part.name), "header", part.required, part.schema));
    else
      list.push_back(parameter(part.name, part.place == Place::path ? "path" : "query",
                               part.place == Place::path || part.required, part.schema));
  }
  if (entry.mutates()) {
    list.push_back(json::Object{{"$ref", "#/components/parameters/validate_only"}});
    if (entry.description.method == "POST")
      list.push_back(json::Object{{"$ref", "#/components/parameters/idempotency_key"}});
  }
  list.push_back(json::Object{{"$ref", "#/components/parameters/purpose"}});
  return list;
}

json::Value request_body(Entry const& entry) {
  if (entry.streamed)
    return {{"required", true}, {"content", {{"application/octet-stream", {{"schema", json::Object{}}}}}}};
  json::Object properties;
  json::Array needed;
  for (auto const& part : entry.parts) {
    if (part.place != Place::body) continue;
    properties[part.name] = part.schema;
    if (part.required) needed.emplace_back(part.name);
  }
  if (properties.empty()) return nullptr;
  json::Object schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  bool const required = !needed.empty();
  if (required) schema["required"] = std::move(needed);
  json::Object media{{"schema", std::move(schema)}};
  if (!entry.description.example.empty()) {
    json::Object example;
    auto const whole = json::parse(entry.description.example);
    for (auto const& member : whole.get_object())
      for (auto const& part : entry.parts)
        if (part.place == Place::body && part.name == member.key()) example[member.key()] = member.value();
    media["example"] = std::move(example);
  }
  return {{"required", required}, {"content", {{"application/json", std::move(media)}}}};
}

json::Object responses_of(Entry const& entry) {
  json::Object good{{"description", "done"}};
  if (!entry.output_schema.empty()) good["content"] = {{"application/json", {{"schema", entry.output_schema}}}};
  json::Object responses{{std::to_string(entry.description.status), std::move(good)}};
  for (auto const* status : {"400", "401", "403", "404", "409", "429", "500", "503"})
    responses[status] = {{"$ref", std::string("#/components/responses/") + status}};
  for (auto const& part : entry.parts) {
    if (part.name != "if_match") continue;
    responses["412"] = {{"$ref", "#/components/responses/412"}};
    responses["428"] = {{"$ref", "#/components/responses/428"}};
  }
  return responses;
}

json::Object components() {
  json::Object responses;
  for (auto const& [status, text] : std::initializer_list<std::pair<char const*, char const*>>{
           {"400", "the request is wrong; errors[].pointer says where"},
           {"401", "no, an unknown, an expired or a revoked credential"},
           {"403", "not allowed; request_access says how to ask"},
           {"404", "not there, or not discoverable by you"},
           {"409", "in conflict with what is there"},
           {"412", "changed since you read it: read again, decide, repeat with the new ETag"},
           {"428", "If-Match is required"},
           {"429", "a quota, rate or other limit is reached"},
           {"500", "Lepton failed; its log has the reason under request_id"},
           {"503", "not available now; try again"}})
    responses[status] = problem_answer(text);
  return {
      {"schemas", {{"Problem", problem_schema()}}},
      {"responses", std::move(responses)},
      {"securitySchemes",
       {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"description", "an API key or the token of a login"}}}}},
      {"parameters",
       {{"validate_only",
         {{"name", "validate_only"},
          {"in", "query"},
          {"description", "check and answer as if it were done, but change nothing"},
          {"schema", {{"type", "boolean"}, {"default", false}}}}},
        {"idempotency_key",
         {{"name", "Idempotency-Key"},
          {"in", "header"},
          {"description", "at most 255 characters; a repetition within 24 hours gets the first answer again"},
          {"schema", {{"type", "string"}, {"maxLength", 255}}}}},
        {"purpose",
         {{"name", "Lepton-Purpose"},
          {"in", "header"},
          {"description", "what for: grants and policies may depend on it"},
          {"schema", {{"type", "string"}}}}}}}};
}

// "{path...}" is our router's spelling; OpenAPI knows only "{path}".
std::string openapi_path(std::string_view path) {
  std::string text(path);
  if (auto const dots = text.find("...}"); dots != std::string::npos) text.erase(dots, 3);
  return text;
}

}  // namespace

json::Object openapi(Table const& table, std::string_view version) {
  json::Object paths;
  std::set<std::string_view> tags;
  for (auto const& entry : table.entries()) {
    auto const& about = entry.description;
    json::Object operation{{"operationId", about.name},
                           {"summary", about.summary},
                           {"tags", {about.tag}},
                           {"parameters", parameters_of(entry)},
                           {"responses", responses_of(entry)}};
    if (auto body = request_body(entry); !body.is_null() && entry.mutates() && about.method != "DELETE")
      operation["requestBody"] = std::move(body);
    if (about.login == Login::none) operation["security"] = json::Array{};
    auto& methods = paths[openapi_path(about.path)];
    if (methods.is_null()) methods.emplace_object();
    std::string method(about.method);
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    methods.get_object()[method] = std::move(operation);
    tags.insert(about.tag);
  }
  json::Array tag_list;
  for (auto const tag : tags) tag_list.push_back(json::Object{{"name", tag}});
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Lepton"},
            {"version", version},
            {"description", "Data, models and decisions of the whole company under one policy and one lineage."}}},
          {"servers", json::Array{{{"url", "/"}}}},
          {"security", json::Array{{{"bearer", json::Array{}}}}},
          {"tags", std::move(tag_list)},
          {"paths", std::move(paths)},
          {"components", components()}};
}

}  // namespace lepton::native
