#include "http/router.h"

#include <algorithm>
#include <optional>

#include "base/check.h"
#include "base/encoding.h"

namespace lepton::http {

/// One segment of the templates. The children are tried in the order in which they are declared here.
struct Router::Node {
  struct Parameter {
    std::string suffix;
    std::string name;
    std::unique_ptr<Node> node;
  };
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::vector<Parameter> parameters;  ///< longest suffix first
  std::string rest_name;
  std::map<std::string, std::size_t> rest_routes;  ///< method → index in routes_
  std::map<std::string, std::size_t> routes;
};

namespace {

struct Segment {
  std::string_view raw;
  std::string decoded;
};

/// nullopt for a broken escape.
std::optional<std::vector<Segment>> split(std::string_view path) {
  std::vector<Segment> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    auto const raw = path.substr(0, path.find('/'));
    auto decoded = percent_decode(raw);
    if (!decoded) return std::nullopt;
    segments.push_back({raw, std::move(*decoded)});
    if (raw.size() == path.size()) return segments;
    path.remove_prefix(raw.size() + 1);
  }
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string method, std::string path, Handler handler, RouteOptions options) {
  insert({std::move(method), std::move(path), options, std::move(handler), {}});
}

void Router::add_async(std::string method, std::string path, AsyncHandler handler, RouteOptions options) {
  check(!options.stream_body, "a route that runs on the network thread takes its body whole");
  insert({std::move(method), std::move(path), options, {}, std::move(handler)});
}

void Router::insert(Route route) {
  check(route.path.starts_with('/'), "the template of a route begins with /");
  Node* node = root_.get();
  auto* slot = &node->routes;
  std::string_view left = std::string_view(route.path).substr(1);
  for (bool more = true; more;) {
    auto const segment = left.substr(0, left.find('/'));
    more = segment.size() < left.size();
    left.remove_prefix(std::min(left.size(), segment.size() + 1));
    if (!segment.starts_with('{')) {
      auto& child = node->literals[std::string(segment)];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
      slot = &node->routes;
      continue;
    }
    auto const close = segment.find('}');
    check(close != std::string_view::npos && close > 1, "a parameter in the template of a route is closed and named");
    std::string name(segment.substr(1, close - 1));
    std::string suffix(segment.substr(close + 1));
    if (name.ends_with("...")) {
      check(!more && suffix.empty(), "a rest parameter ends the template of a route");
      node->rest_name = name.substr(0, name.size() - 3);
      slot = &node->rest_routes;
      continue;
    }
    auto& parameters = node->parameters;
    // Two routes may name the same segment differently; each then has a node of its own.
    auto found = std::find_if(parameters.begin(), parameters.end(),
                              [&](auto const& p) { return p.suffix == suffix && p.name == name; });
    if (found == parameters.end()) {
      auto const place = std::find_if(parameters.begin(), parameters.end(),
                                      [&](auto const& p) { return p.suffix.size() < suffix.size(); });
      found = parameters.insert(place, {std::move(suffix), std::move(name), std::make_unique<Node>()});
    }
    node = found->node.get();
    slot = &node->routes;
  }
  check(slot->emplace(route.method, routes_.size()).second, "a method and path has one route");
  routes_.push_back(std::move(route));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match result;
  auto const segments = split(path);
  if (!segments) return result;
  Pairs bound;

  auto const take = [&](std::map<std::string, std::size_t> const& at) {
    auto found = at.find(std::string(method));
    if (found == at.end() && method == "HEAD") found = at.find("GET");
    if (found == at.end()) {
      for (auto const& [name, index] : at) result.allowed.push_back(name);
      return false;
    }
    result.route = &routes_[found->second];
    result.parameters = bound;
    return true;
  };

  auto const walk = [&](auto const& self, Node const& node, std::size_t index) -> bool {
    if (index == segments->size()) return take(node.routes);
    auto const& [raw, decoded] = (*segments)[index];
    if (auto const literal = node.literals.find(decoded);
        literal != node.literals.end() && self(self, *literal->second, index + 1))
      return true;
    for (auto const& [suffix, name, child] : node.parameters) {
      if (raw.size() <= suffix.size() || !raw.ends_with(suffix)) continue;
      bound.emplace_back(name, decoded.substr(0, decoded.size() - suffix.size()));
      if (self(self, *child, index + 1)) return true;
      bound.pop_back();
    }
    if (node.rest_routes.empty()) return false;
    std::string rest;
    for (std::size_t i = index; i < segments->size(); ++i) rest += (i > index ? "/" : "") + (*segments)[i].decoded;
    bound.emplace_back(node.rest_name, std::move(rest));
    if (take(node.rest_routes)) return true;
    bound.pop_back();
    return false;
  };
  if (walk(walk, *root_, 0)) {
    result.allowed.clear();
    return result;
  }
  std::sort(result.allowed.begin(), result.allowed.end());
  result.allowed.erase(std::unique(result.allowed.begin(), result.allowed.end()), result.allowed.end());
  return result;
}

}  // namespace lepton::http
