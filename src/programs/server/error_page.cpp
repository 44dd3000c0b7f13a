#include "server/error_page.h"

#include <map>

#include "base/json.h"

namespace lepton::server {

http::Response error_page(int status, std::string_view message, std::string_view path) {
  http::Response response{.status = status};
  if (path.substr(0, 4) == "/v2/") {  // Open Inference Protocol
    response.headers.set("Content-Type", "application/json");
    response.body = json::write(json::Object{{"error", message}});
    return response;
  }
  static std::map<int, std::string_view> const codes{
      {404, "not_found"},         {405, "method_not_allowed"}, {408, "too_slow"},   {413, "payload_too_large"},
      {431, "payload_too_large"}, {500, "internal"},           {503, "unavailable"}};
  auto const found = codes.find(status);
  auto const code = found == codes.end() ? std::string_view("invalid") : found->second;
  response.headers.set("Content-Type", "application/problem+json");
  response.body = json::write(json::Object{{"type", "/problems/" + std::string(code)},
                                           {"title", "The request was not taken"},
                                           {"status", status},
                                           {"detail", message},
                                           {"instance", path},
                                           {"code", code}});
  return response;
}

}  // namespace lepton::server
