#include "graphs/shown_terms.h"

#include <fmt/format.h>

#include <algorithm>

#include "rdf/nquads_text.h"

namespace lepton::graphs {
namespace {

/// What may stand behind a prefix without an escape, as far as it is worth being short.
bool is_plain_local(std::string_view name) {
  auto const plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           (c & 0x80) != 0;
  };
  return !name.empty() && name.front() != '-' && std::ranges::all_of(name, plain);
}

}  // namespace

std::string ShownTerms::iri(std::string_view iri) const {
  std::string best;
  for (auto const& [name, start] : prefixes_) {
    if (start.empty() || !iri.starts_with(start) || !is_plain_local(iri.substr(start.size()))) continue;
    auto shown = fmt::format("{}:{}", name, iri.substr(start.size()));
    if (best.empty() || shown.size() < best.size()) best = std::move(shown);
  }
  if (best.empty()) rdf::append_iri(best, iri);
  return best;
}

std::string ShownTerms::term(rdf::TermView const& term) const {
  if (term.kind == rdf::TermKind::iri) return iri(term.value);
  std::string text;
  rdf::append_term(text, term);
  return text;
}

std::string ShownTerms::text(std::string_view text) const {
  std::string shown;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char const c = text[at];
    if (quoted && c == '\\' && at + 1 < text.size()) {
      shown.append(text.substr(at++, 2));
      continue;
    }
    if (c == '"') quoted = !quoted;
    auto const end = text.find_first_of("> ", at);
    if (quoted || c != '<' || end == std::string_view::npos || text[end] != '>') {
      shown += c;
      continue;
    }
    shown += iri(text.substr(at + 1, end - at - 1));
    at = end;
  }
  return shown;
}

std::string ShownTerms::fact(reason::Terms const& terms, reason::Fact const& fact) const {
  auto const shown = [&](reason::TermKey key) { return term(terms.term(key).view()); };
  auto text = fmt::format("{} {} {}", shown(fact.subject), shown(fact.predicate), shown(fact.object));
  return fact.graph == reason::no_term ? text : fmt::format("{} {}", text, shown(fact.graph));
}

}  // namespace lepton::graphs
