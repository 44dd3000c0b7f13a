#include "rdf/syntax.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "rdf/characters.h"

namespace lepton::rdf {

namespace {

struct Description {
  Syntax syntax;
  std::string_view name;
  bool graphs;
  std::array<std::string_view, 4> media_types;  ///< the first one is written
  std::array<std::string_view, 3> endings;
};

constexpr std::array<Description, 6> descriptions{{
    {Syntax::ntriples, "ntriples", false, {"application/n-triples", "text/plain"}, {".nt"}},
    {Syntax::nquads, "nquads", true, {"application/n-quads", "text/x-nquads"}, {".nq"}},
    {Syntax::turtle, "turtle", false, {"text/turtle", "application/x-turtle", "application/turtle"}, {".ttl"}},
    {Syntax::trig, "trig", true, {"application/trig", "application/x-trig"}, {".trig"}},
    {Syntax::rdfxml,
     "rdfxml",
     false,
     {"application/rdf+xml", "application/xml", "text/xml"},
     {".rdf", ".owl", ".rdfs"}},
    {Syntax::jsonld, "jsonld", true, {"application/ld+json", "application/json"}, {".jsonld", ".json"}},
}};

Description const& description(Syntax syntax) {
  return descriptions[static_cast<std::size_t>(syntax)];
}

}  // namespace

std::string_view to_string(Syntax syntax) {
  return description(syntax).name;
}
std::string_view media_type(Syntax syntax) {
  return description(syntax).media_types.front();
}
bool holds_graphs(Syntax syntax) {
  return description(syntax).graphs;
}

std::optional<Syntax> find_syntax_by_media_type(std::string_view content_type) {
  std::string type = to_lower_ascii(content_type.substr(0, content_type.find(';')));
  type.erase(std::remove(type.begin(), type.end(), ' '), type.end());
  if (type.empty()) return std::nullopt;
  for (auto const& d : descriptions) {
    if (std::ranges::find(d.media_types, type) != d.media_types.end()) return d.syntax;
  }
  return std::nullopt;
}

std::optional<Syntax> find_syntax_by_file_name(std::string_view name) {
  std::string const lowered = to_lower_ascii(name);
  for (auto const& d : descriptions) {
    for (auto const ending : d.endings) {
      if (!ending.empty() && lowered.ends_with(ending)) return d.syntax;
    }
  }
  return std::nullopt;
}

}  // namespace lepton::rdf
