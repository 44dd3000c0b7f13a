#include "sparql_protocol/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/encoding.h"
#include "base/error.h"
#include "rdf/iri.h"
#include "sparql/parser.h"
#include "sparql_protocol/media.h"

namespace lepton::sparql_protocol {
namespace {

std::vector<std::string> all_of(http::Pairs const& parameters, std::string_view name) {
  std::vector<std::string> values;
  for (auto const& [key, value] : parameters)
    if (key == name) values.push_back(value);
  return values;
}

std::optional<std::string> at_most_one(http::Pairs const& parameters, std::string_view name) {
  auto values = all_of(parameters, name);
  if (values.size() > 1) throw invalid(fmt::format("the parameter {} is given {} times", name, values.size()));
  if (values.empty()) return std::nullopt;
  return std::move(values.front());
}

std::vector<rdf::Term> graphs_of(http::Pairs const& parameters, std::string_view name) {
  std::vector<rdf::Term> graphs;
  for (auto const& iri : all_of(parameters, name)) {
    if (!rdf::is_absolute_iri(iri) || !rdf::has_iri_characters(iri))
      throw invalid(fmt::format("{} '{}' is not an absolute IRI", name, iri));
    graphs.push_back(rdf::iri(iri));
  }
  return graphs;
}

graphs::Inferred inferred_of(http::Pairs const& parameters) {
  auto const said = at_most_one(parameters, "inferred");
  if (!said) return graphs::Inferred::include;
  auto const inferred = find_enum<graphs::Inferred>(*said);
  if (!inferred) throw invalid(fmt::format("inferred is '{}': expected exclude, include or only", *said));
  return *inferred;
}

void require_utf8(std::string const& text) {
  if (!is_utf8(text)) throw invalid("SPARQL is UTF-8, and this text is not");
}

std::optional<std::uint64_t> find_number(http::Pairs const& parameters, std::string_view name) {
  auto const text = at_most_one(parameters, name);
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  auto const* const end = text->data() + text->size();
  auto const [stop, error] = std::from_chars(text->data(), end, number);
  if (text->empty() || error != std::errc() || stop != end)
    throw invalid(fmt::format("{}={} is not a number of rows, such as {}=100", name, *text, name),
                  {{fmt::format("/{}", name), "expected a whole number"}});
  return number;
}

/// Seconds, as other services take them, or a duration such as 500ms.
std::optional<Duration> find_timeout(http::Pairs const& parameters) {
  auto const text = at_most_one(parameters, "timeout");
  if (!text) return std::nullopt;
  bool const digits = !text->empty() && std::ranges::all_of(*text, [](char c) { return c >= '0' && c <= '9'; });
  auto const timeout = find_duration(digits ? *text + "s" : *text);
  if (!timeout || *timeout <= Duration::zero())
    throw invalid(fmt::format("timeout={} is not a time, such as 30 (seconds) or 500ms", *text),
                  {{"/timeout", "expected seconds or a duration"}});
  return timeout;
}

QueryOperation query_of(std::string const& text, http::Pairs const& parameters, sparql::SyntaxOptions const& syntax) {
  require_utf8(text);
  return {text,
          sparql::parse_query(text, syntax),
          {graphs_of(parameters, "default-graph-uri"), graphs_of(parameters, "named-graph-uri")},
          {find_number(parameters, "limit"), find_number(parameters, "offset").value_or(0)},
          find_timeout(parameters),
          inferred_of(parameters)};
}

UpdateRequest update_of(std::string const& text, http::Pairs const& parameters, sparql::SyntaxOptions const& syntax) {
  require_utf8(text);
  UpdateRequest request{text,
                        sparql::parse_update(text, syntax),
                        {graphs_of(parameters, "using-graph-uri"), graphs_of(parameters, "using-named-graph-uri")},
                        find_timeout(parameters)};
  auto const says_itself = [](sparql::UpdateOperation const& one) { return one.with || !one.dataset.empty(); };
  // §2.2.3: which of the two would hold is not for us to guess.
  if (!request.dataset.empty() && std::ranges::any_of(request.update.operations, says_itself))
    throw invalid("the update has USING or WITH, so using-graph-uri and using-named-graph-uri have no place");
  return request;
}

/// The media type alone, in lower case. A charset other than UTF-8 is refused: SPARQL has no other.
std::string media_type_of(http::Request const& request) {
  std::string type(request.headers.find("Content-Type").value_or(""));
  std::ranges::transform(type, type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (auto const charset = type.find("charset="); charset != std::string::npos) {
    auto const name = std::string_view(type).substr(charset + 8);
    if (!name.starts_with("utf-8") && !name.starts_with("\"utf-8"))
      throw invalid(fmt::format("SPARQL is UTF-8, not {}", name)).with_reason("media_type");
  }
  type.resize(std::min(type.find(';'), type.size()));
  type.erase(type.find_last_not_of(' ') + 1);
  return type;
}

Operation read_form(http::Request const& request, sparql::SyntaxOptions const& syntax) {
  auto const form = http::parse_query(request.body);
  if (!form) throw invalid("the form has a broken escape");
  auto const query = at_most_one(*form, "query");
  auto const update = at_most_one(*form, "update");
  if (query && update) throw invalid("the form has both a query and an update: send one of them");
  if (!query && !update)
    throw invalid(
        "the form has neither a query nor an update: send query=…, or the query itself as the body with "
        "Content-Type: application/sparql-query");
  auto parameters = *form;
  parameters.insert(parameters.end(), request.query.begin(), request.query.end());
  if (query) return query_of(*query, parameters, syntax);
  return update_of(*update, parameters, syntax);
}

}  // namespace

sparql::Query cut(sparql::Query query, Page const& page) {
  auto& body = query.body;
  if (body.limit) *body.limit -= std::min(*body.limit, page.offset);
  if (page.limit) body.limit = std::min(body.limit.value_or(*page.limit), *page.limit);
  body.offset = body.offset.value_or(0) + page.offset;
  return query;
}

Operation read_operation(http::Request const& request) {
  sparql::SyntaxOptions syntax;
  syntax.base = url_of(request);
  if (request.method != "POST") {
    if (!all_of(request.query, "update").empty())
      throw invalid("an update changes something: send it with POST (SPARQL 1.1 Protocol §2.2)");
    auto const query = at_most_one(request.query, "query");
    if (!query) return Describe{};
    return query_of(*query, request.query, syntax);
  }
  auto const type = media_type_of(request);
  if (type == "application/x-www-form-urlencoded") return read_form(request, syntax);
  if (type == "application/sparql-query") return query_of(request.body, request.query, syntax);
  if (type == "application/sparql-update") return update_of(request.body, request.query, syntax);
  throw invalid(fmt::format("'{}' is not what a SPARQL service takes: send application/sparql-query, "
                            "application/sparql-update or application/x-www-form-urlencoded",
                            type))
      .with_reason("media_type");
}

}  // namespace lepton::sparql_protocol
