#include "sparql_protocol/media.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "rdf/iri.h"
#include "sparql_protocol/negotiation.h"

namespace lepton::sparql_protocol {
namespace {

/// Larger answers are sent piece by piece, by a task of their own.
constexpr std::uint64_t most_sent_at_once = 1 << 20;

}  // namespace

access::Address address_of(http::Request const& request) {
  return access::parse_address(fmt::format("{}/{}", request.parameter("department"), request.parameter("graph")));
}

std::string url_of(http::Request const& request) {
  auto host = request.headers.find("Host").value_or("localhost");
  if (!rdf::has_iri_characters(host) || host.find_first_of("/?#@") != std::string_view::npos) host = "localhost";
  auto target = std::string_view(request.target);
  target = target.substr(0, target.find('?'));
  if (!target.starts_with('/')) target = request.path;  // a target in absolute form
  return fmt::format("{}://{}{}", request.tls ? "https" : "http", host, target);
}

std::string content_type(std::string_view type) {
  return type.starts_with("text/") ? fmt::format("{}; charset=utf-8", type) : std::string(type);
}

std::optional<std::int64_t> expected_commit(http::Request const& request) {
  auto const header = request.headers.find("If-Match");
  if (!header || *header == "*") return std::nullopt;
  auto text = *header;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  // A tag of what was read says behind the commit who may see what of it.
  text = text.substr(0, text.find('-'));
  std::int64_t commit = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), commit);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    throw invalid("If-Match must be the ETag of what you read, such as \"3\"");
  return commit;
}

std::string etag_of(std::int64_t commit) {
  return fmt::format("\"{}\"", commit);
}

std::string_view choose_type(http::Request const& request, std::span<std::string_view const> offered) {
  auto const chosen = negotiate(request.headers.find("Accept"), offered);
  if (!chosen)
    throw invalid(fmt::format("none of what you accept can be written; there is {}", fmt::join(offered, ", ")))
        .with_reason("not_acceptable");
  return *chosen;
}

std::string text_of(http::Spool const& spool) {
  std::string text(spool.size(), '\0');
  for (std::size_t at = 0; at < text.size();) at += spool.read(at, std::span(text).subspan(at));
  return text;
}

http::Response spooled(std::string_view type, std::shared_ptr<http::Spool> const& spool) {
  http::Response response;
  response.headers.set("Content-Type", content_type(type));
  if (spool->size() <= most_sent_at_once) {
    response.body = text_of(*spool);
    return response;
  }
  response.headers.set("Content-Length", std::to_string(spool->size()));
  response.stream = [spool](http::BodySink& sink) { spool->copy_to(sink); };
  return response;
}

}  // namespace lepton::sparql_protocol
