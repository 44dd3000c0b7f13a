#include "sparql_protocol/condition.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace lepton::sparql_protocol {
namespace {

constexpr std::size_t kTagDigits = 32;

/// With its length, so that two parts are never taken for others.
void add(Sha256& hash, std::string_view part) {
  hash.update(fmt::format("{}:", part.size()));
  hash.update(part);
}

}  // namespace

std::string tag_of(graphs::View const& view, std::initializer_list<std::string_view> asked) {
  Sha256 hash;
  add(hash, view.asset.str());
  add(hash, view.version);
  add(hash, view.restricted ? "restricted" : "all");
  for (auto const graph : view.graphs) add(hash, std::to_string(graph.raw()));
  for (auto const part : asked) add(hash, part);
  return fmt::format("\"{}-{}\"", view.commit, hash.finish().hex().substr(0, kTagDigits));
}

bool holds(http::Request const& request, std::string_view tag) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  auto left = request.headers.find("If-None-Match").value_or("");
  while (!left.empty()) {
    auto one = left.substr(0, left.find(','));
    left.remove_prefix(std::min(one.size() + 1, left.size()));
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    if (one.starts_with("W/")) one.remove_prefix(2);  // §8.8.3.2, weak comparison
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (one == tag || one == "*") return true;
  }
  return false;
}

void put_tag(http::Response& response, graphs::View const& view, std::string_view tag) {
  response.headers.set("ETag", std::string(tag));
  response.headers.set("Lepton-Commit", std::to_string(view.commit));
  response.headers.set("Cache-Control", "private, no-cache");
  response.headers.set("Vary", "Accept, Authorization");
}

http::Response not_modified(graphs::View const& view, std::string_view tag) {
  http::Response response;
  response.status = 304;
  put_tag(response, view, tag);
  return response;
}

}  // namespace lepton::sparql_protocol
