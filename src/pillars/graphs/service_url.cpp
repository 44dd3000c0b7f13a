#include "graphs/service_url.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "http/target.h"
#include "rdf/iri.h"

namespace lepton::graphs {

ServiceUrl parse_service_url(std::string_view url) {
  auto const refuse = [&](std::string_view why) { return invalid(fmt::format("'{}' {}", url, why)); };
  auto const scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos || !rdf::has_iri_characters(url))
    throw refuse("is not the URL of a service, such as https://graphs.example/sparql");
  if (url.find('#') != std::string_view::npos) throw refuse("has a fragment, which is never sent: leave out the #…");
  auto const authority_begin = scheme_end + 3;
  auto const path = std::min(url.find_first_of("/?", authority_begin), url.size());
  if (url.substr(0, path).find('@') != std::string_view::npos)
    throw refuse("holds a login: a URL is shown to people, so logins are given apart from it");
  std::string base(url.substr(0, path));
  std::ranges::transform(base, base.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  // The address is taken apart as the client does that connects to it.
  auto const origin = http::parse_origin(base);
  ServiceUrl parsed{.origin = fmt::format("{}://{}", origin.tls ? "https" : "http", origin.authority()),
                    .target = std::string(url.substr(path))};
  if (parsed.target.starts_with('?')) parsed.target.insert(0, 1, '/');
  return parsed;
}

AllowedServices::AllowedServices(std::vector<std::string> const& urls) {
  for (auto const& url : urls) allowed_.push_back(parse_service_url(url));
}

bool AllowedServices::contains(ServiceUrl const& url) const {
  auto const path = url.target.substr(0, url.target.find('?'));
  return std::ranges::any_of(allowed_, [&](ServiceUrl const& one) {
    return one.origin == url.origin && (one.target.empty() || one.target == url.target || one.target == path);
  });
}

void AllowedServices::require(ServiceUrl const& url) const {
  if (contains(url)) return;
  throw denied(fmt::format("<{}> is not a service that may be asked: those that the server was started with "
                           "--allow-service for are, and graphs of this platform as <lepton:department/graph>",
                           url.str()))
      .with_reason("service_not_allowed");
}

}  // namespace lepton::graphs
