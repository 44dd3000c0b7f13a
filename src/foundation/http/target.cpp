#include "http/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"

namespace lepton::http {

namespace {

bool has_dot_segment(std::string_view path) {
  for (;;) {
    auto const segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    if (segment.size() == path.size()) return false;
    path.remove_prefix(segment.size() + 1);
  }
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  for (std::string_view const scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find('/'), target.size()));
    if (target.empty()) target = "/";
    break;
  }
  if (!target.starts_with('/')) return std::nullopt;
  auto const question = target.find('?');
  Target result;
  result.raw_path = target.substr(0, question);
  auto decoded = percent_decode(result.raw_path);
  if (!decoded || decoded->find('\0') != std::string::npos || has_dot_segment(*decoded)) return std::nullopt;
  result.path = std::move(*decoded);
  if (question != std::string_view::npos) {
    auto query = parse_query(target.substr(question + 1));
    if (!query) return std::nullopt;
    result.query = std::move(*query);
  }
  return result;
}

std::string Origin::authority() const {
  bool const usual = port == (tls ? "443" : "80");
  auto const name = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  return usual ? name : fmt::format("{}:{}", name, port);
}

Origin parse_origin(std::string_view url) {
  auto const refuse = [&] {
    return invalid(fmt::format("'{}' is not a server's address, such as http://127.0.0.1:8080", url));
  };
  Origin origin;
  std::string_view left = url;
  if (left.starts_with("https://")) {
    origin.tls = true;
    left.remove_prefix(8);
  } else if (left.starts_with("http://")) {
    left.remove_prefix(7);
  } else {
    throw refuse();
  }
  auto const slash = std::min(left.find('/'), left.size());
  auto authority = left.substr(0, slash);
  origin.prefix = left.substr(slash);
  while (origin.prefix.ends_with('/')) origin.prefix.pop_back();
  std::size_t colon = authority.rfind(':');
  if (authority.starts_with('[')) {
    auto const close = authority.find(']');
    if (close == std::string_view::npos) throw refuse();
    origin.host = authority.substr(1, close - 1);
    colon = close + 1 < authority.size() ? close + 1 : std::string_view::npos;
  } else {
    origin.host = authority.substr(0, colon);
  }
  if (colon != std::string_view::npos) origin.port = authority.substr(colon + 1);
  bool const digits = std::all_of(origin.port.begin(), origin.port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (origin.host.empty() || !digits || origin.port.size() > 5 || authority.find('@') != std::string_view::npos)
    throw refuse();
  if (origin.port.empty()) origin.port = origin.tls ? "443" : "80";
  return origin;
}

}  // namespace lepton::http
