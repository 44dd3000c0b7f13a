// RDF 1.1: Turtle, TriG, N-Triples, N-Quads and RDF/XML against w3c/rdf-tests.
#include <gtest/gtest.h>

#include "base/error.h"
#include "rdf/canonical.h"
#include "rdf/parse.h"
#include "rdf/writer.h"
#include "suite.h"

namespace lepton::conformance {
namespace {

std::vector<rdf::Quad> read(rdf::Syntax syntax, std::filesystem::path const& path, std::string const& base) {
  rdf::FileSource source(path);
  rdf::QuadCollector collected;
  rdf::ParseOptions options;
  options.base = base;
  rdf::parse(test_call(), syntax, source, collected, options);
  return std::move(collected.quads);
}

/// Writes in the syntax and reads again: what came out must be what went in.
std::optional<std::string> check_round_trip(rdf::Syntax syntax, std::vector<rdf::Quad> const& quads) {
  rdf::StringSink sink;
  auto const writer =
      rdf::make_writer(syntax, sink, {{{"ex", "http://example/"}, {"rdf", std::string(rdf::rdf_namespace)}}});
  try {
    for (auto const& quad : quads) writer->quad(quad.view());
  } catch (Error const& error) {
    return syntax == rdf::Syntax::rdfxml ? std::nullopt : std::optional<std::string>(error.what());
  }
  writer->finish();
  rdf::StringSource source(sink.text, 7);
  rdf::QuadCollector again;
  rdf::parse(test_call(), syntax, source, again);
  if (rdf::isomorphic(test_call(), quads, again.quads)) return std::nullopt;
  return "does not come back as it was written:\n" + sink.text;
}

std::optional<std::string> check_evaluation(rdf::Syntax syntax, Case const& one) {
  auto const quads = read(syntax, one.action, one.action_iri);
  auto const expected = read(rdf::Syntax::nquads, one.result, one.action_iri);
  if (!rdf::isomorphic(test_call(), quads, expected)) {
    return "other statements than expected:\n" + rdf::canonicalize(test_call(), quads).nquads + "instead of\n" +
           rdf::canonicalize(test_call(), expected).nquads;
  }
  return std::nullopt;
}

std::optional<std::string> check_case(rdf::Syntax syntax, Case const& one) {
  bool const negative = one.type.find("Negative") != std::string::npos;
  try {
    auto const quads = read(syntax, one.action, one.action_iri);
    if (negative) return "is accepted";
    if (auto failure = check_round_trip(syntax, quads)) return failure;
    if (auto failure = check_round_trip(rdf::Syntax::jsonld, quads)) return failure;
    if (one.type.ends_with("Eval")) return check_evaluation(syntax, one);
    return std::nullopt;
  } catch (Error const& error) {
    if (negative && error.reason() == "rdf_syntax") return std::nullopt;
    return error.what();
  }
}

void run(std::string const& name, rdf::Syntax syntax) {
  auto const folder = find_suite("rdf-tests/rdf/rdf11/" + name);
  if (!folder) GTEST_SKIP() << "the suite " << name << " is not on this machine (LEPTON_SUITES)";
  std::string const base = "https://w3c.github.io/rdf-tests/rdf/rdf11/" + name + "/manifest.ttl";
  run_suite(read_suite(name, *folder / "manifest.ttl", base), [&](Case const& one) { return check_case(syntax, one); });
}

TEST(Rdf11, Turtle) {
  run("rdf-turtle", rdf::Syntax::turtle);
}
TEST(Rdf11, TriG) {
  run("rdf-trig", rdf::Syntax::trig);
}
TEST(Rdf11, NTriples) {
  run("rdf-n-triples", rdf::Syntax::ntriples);
}
TEST(Rdf11, NQuads) {
  run("rdf-n-quads", rdf::Syntax::nquads);
}
TEST(Rdf11, RdfXml) {
  run("rdf-xml", rdf::Syntax::rdfxml);
}

}  // namespace
}  // namespace lepton::conformance
