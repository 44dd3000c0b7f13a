// JSON-LD 1.1, to and from RDF, against w3c/json-ld-api.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "rdf/canonical.h"
#include "rdf/jsonld_from_rdf.h"
#include "rdf/jsonld_parser.h"
#include "suite.h"

namespace lepton::conformance {
namespace {

constexpr std::string_view suite_iri = "https://w3c.github.io/json-ld-api/tests/";

/// A case of a manifest that is itself JSON-LD, beside what it asks of the processor.
struct JsonLdCase {
  Case common;
  std::string expected_error;
  json::Object options;
  std::filesystem::path folder;

  [[nodiscard]] std::string option(std::string_view name) const {
    auto const* value = options.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  }
  [[nodiscard]] bool flag(std::string_view name) const {
    auto const* value = options.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
  }
  [[nodiscard]] rdf::JsonLdMode mode() const {
    return option("processingMode") == "json-ld-1.0" ? rdf::JsonLdMode::v1_0 : rdf::JsonLdMode::v1_1;
  }
  [[nodiscard]] rdf::JsonLdDirection direction() const {
    auto const wanted = option("rdfDirection");
    if (wanted == "i18n-datatype") return rdf::JsonLdDirection::i18n_datatype;
    if (wanted == "compound-literal") return rdf::JsonLdDirection::compound_literal;
    return rdf::JsonLdDirection::dropped;
  }
};

std::string text_of(json::Object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

std::map<std::string, JsonLdCase> read_manifest(std::filesystem::path const& folder, std::string const& name) {
  auto const manifest = json::parse(read_file(folder / (name + "-manifest.jsonld")));
  std::map<std::string, JsonLdCase> cases;
  for (auto const& entry : manifest.at("sequence").as_array()) {
    auto const& object = entry.as_object();
    JsonLdCase one;
    one.folder = folder;
    one.common.name = text_of(object, "@id").substr(1);
    one.common.type = text_of({{"type", object.at("@type").as_array().front()}}, "type");
    one.common.action_iri = std::string(suite_iri) + text_of(object, "input");
    one.common.action = folder / text_of(object, "input");
    one.common.result = folder / text_of(object, "expect");
    one.expected_error = text_of(object, "expectErrorCode");
    if (auto const* options = object.if_contains("option")) one.options = options->as_object();
    cases.emplace(one.common.name, std::move(one));
  }
  return cases;
}

void run(std::string const& name, std::function<std::optional<std::string>(JsonLdCase const&)> const& check_case) {
  auto const folder = find_suite("json-ld-api/tests");
  if (!folder) GTEST_SKIP() << "the suite json-ld-api is not on this machine (LEPTON_SUITES)";
  auto const cases = read_manifest(*folder, name);
  Suite suite{"jsonld-" + name, {}};
  for (auto const& [unused, one] : cases) suite.cases.push_back(one.common);
  run_suite(suite, [&](Case const& one) { return check_case(cases.at(one.name)); });
}

std::vector<rdf::Quad> read_nquads(std::filesystem::path const& path) {
  rdf::FileSource source(path);
  rdf::QuadCollector collected;
  rdf::parse(test_call(), rdf::Syntax::nquads, source, collected);
  return std::move(collected.quads);
}

rdf::JsonLdOptions expansion_options(JsonLdCase const& one) {
  rdf::JsonLdOptions options;
  options.base = one.option("base").empty() ? one.common.action_iri : one.option("base");
  options.mode = one.mode();
  options.load = [folder = one.folder](std::string const& iri) {
    if (!iri.starts_with(suite_iri)) throw not_found("is not of the suite");
    return read_file(folder / iri.substr(suite_iri.size()));
  };
  if (auto const context = one.option("expandContext"); !context.empty()) {
    options.expand_context = json::parse(read_file(one.folder / context));
  }
  return options;
}

std::optional<std::string> check_to_rdf(JsonLdCase const& one) {
  try {
    auto const document = json::parse(read_file(one.common.action));
    auto const expanded = rdf::expand_jsonld(test_call(), document, expansion_options(one));
    rdf::QuadCollector collected;
    rdf::JsonLdStatements(test_call(), collected, one.direction()).run(expanded);
    if (!one.expected_error.empty()) return "is accepted, expected " + one.expected_error;
    if (one.common.type.find("PositiveSyntax") != std::string::npos) return std::nullopt;
    auto const expected = read_nquads(one.common.result);
    if (rdf::isomorphic(test_call(), collected.quads, expected)) return std::nullopt;
    return "other statements than expected:\n" + rdf::canonicalize(test_call(), collected.quads).nquads +
           "instead of\n" + rdf::canonicalize(test_call(), expected).nquads;
  } catch (Error const& error) {
    if (!one.expected_error.empty() && std::string_view(error.what()).starts_with(one.expected_error))
      return std::nullopt;
    return error.what();
  }
}

/// Arrays are sets, but for those of @list: brought into one order.
json::Value in_order(json::Value const& value, bool is_list = false) {
  if (auto const* array = value.if_array()) {
    json::Array ordered;
    for (auto const& element : *array) ordered.push_back(in_order(element));
    if (!is_list) {
      std::sort(ordered.begin(), ordered.end(),
                [](auto const& a, auto const& b) { return json::write_canonical(a) < json::write_canonical(b); });
    }
    return ordered;
  }
  if (auto const* object = value.if_object()) {
    json::Object ordered;
    for (auto const& [key, member] : *object) ordered[key] = in_order(member, key == "@list");
    return ordered;
  }
  return value;
}

std::optional<std::string> check_from_rdf(JsonLdCase const& one) {
  try {
    rdf::FromRdfOptions options;
    options.native_types = one.flag("useNativeTypes");
    options.rdf_type = one.flag("useRdfType");
    options.direction = one.direction();
    options.mode = one.mode();
    json::Value const document = rdf::to_jsonld(test_call(), read_nquads(one.common.action), options);
    if (!one.expected_error.empty()) return "is accepted, expected " + one.expected_error;
    auto const expected = json::parse(read_file(one.common.result));
    auto const got = json::write_canonical(in_order(document));
    auto const wanted = json::write_canonical(in_order(expected));
    if (got == wanted) return std::nullopt;
    return "other document than expected:\n" + got + "\ninstead of\n" + wanted;
  } catch (Error const& error) {
    if (!one.expected_error.empty() && std::string_view(error.what()).starts_with(one.expected_error))
      return std::nullopt;
    return error.what();
  }
}

TEST(JsonLd11, ToRdf) {
  run("toRdf", check_to_rdf);
}
TEST(JsonLd11, FromRdf) {
  run("fromRdf", check_from_rdf);
}

}  // namespace
}  // namespace lepton::conformance
