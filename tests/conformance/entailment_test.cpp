// What follows from a graph, against w3c/rdf-tests (RDF 1.1 Semantics) and the RL cases of the OWL 2 test suite.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "rdf/parse.h"
#include "reason/entailment.h"
#include "suite.h"

namespace lepton::conformance {
namespace {

namespace fs = std::filesystem;
using reason::Regime;

std::string const manifest_terms = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";

std::vector<rdf::Quad> read(fs::path const& path, std::string const& base) {
  rdf::FileSource source(path);
  rdf::QuadCollector collected;
  rdf::ParseOptions options;
  options.base = base;
  auto const syntax = rdf::find_syntax_by_file_name(path.filename().string()).value_or(rdf::Syntax::turtle);
  rdf::parse(test_call(), syntax, source, collected, options);
  return std::move(collected.quads);
}

/// Nothing when the premises entail the conclusion, or contradict themselves.
std::optional<std::string> check_follows(std::vector<rdf::Quad> const& premises,
                                         std::vector<rdf::Quad> const& conclusion,
                                         reason::EntailmentOptions const& options) {
  if (reason::entails(test_call(), premises, conclusion, options)) return std::nullopt;
  return "does not follow";
}

std::optional<std::string> check_contradicts(std::vector<rdf::Quad> const& premises,
                                             reason::EntailmentOptions const& options) {
  if (reason::find_contradiction(test_call(), premises, options)) return std::nullopt;
  return "no contradiction is found";
}

/// What must not hold.
std::optional<std::string> negated(std::optional<std::string> const& problem) {
  return problem ? std::nullopt : std::optional<std::string>("holds, and must not");
}

TEST(RdfSemantics, Suite) {
  auto const folder = find_suite("rdf-tests/rdf/rdf11/rdf-mt");
  if (!folder) GTEST_SKIP() << "the suite rdf-tests is not on this machine (LEPTON_SUITES)";
  std::string const base = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-mt/manifest.ttl";
  Graph const manifest(read(*folder / "manifest.ttl", base));
  Suite const suite = read_suite("rdf-mt", *folder / "manifest.ttl", base);
  std::map<std::string, Regime> const regimes{
      {"simple", Regime::none}, {"RDF", Regime::rdf}, {"RDFS", Regime::rdfs_full}};
  run_suite(suite, [&](Case const& one) -> std::optional<std::string> {
    auto const entry = rdf::iri(base + "#" + one.name);
    reason::EntailmentOptions options;
    options.regime = regimes.at(manifest.find_object(entry, manifest_terms + "entailmentRegime")->value);
    std::set<std::string> recognised;
    for (auto const& datatype : manifest.list(*manifest.find_object(entry, manifest_terms + "recognizedDatatypes"))) {
      recognised.insert(datatype.value);
    }
    options.datatypes = reason::Datatypes(recognised);
    try {
      auto const premises = read(one.action, one.action_iri);
      auto const problem = one.result.empty() ? check_contradicts(premises, options)
                                              : check_follows(premises, read(one.result, one.action_iri), options);
      return one.type == "NegativeEntailmentTest" ? negated(problem) : problem;
    } catch (Error const& error) {
      return error.what();
    }
  });
}

/// Each case is a folder with premise.rdf and conclusion.rdf or non-conclusion.rdf; documents that premises import lie
/// in "imports".
TEST(Owl2Rl, Entailments) {
  auto const folder = find_suite("w3c-owl2-rl");
  if (!folder) GTEST_SKIP() << "the suite w3c-owl2-rl is not on this machine (LEPTON_SUITES)";
  Suite suite{"owl2-rl", {}};
  for (auto const& one : fs::directory_iterator(*folder / "cases")) {
    bool const positive = fs::exists(one.path() / "conclusion.rdf");
    suite.cases.push_back(
        {one.path().filename().string(), positive ? "PositiveEntailmentTest" : "NegativeEntailmentTest", "",
         one.path() / "premise.rdf", one.path() / (positive ? "conclusion.rdf" : "non-conclusion.rdf"), ""});
  }
  std::vector<rdf::Quad> imports;
  for (auto const& one : fs::directory_iterator(*folder / "imports")) {
    std::ranges::move(read(one.path(), "http://example.org/imported"), std::back_inserter(imports));
  }
  reason::EntailmentOptions options;
  options.regime = Regime::owl2_more;
  run_suite(suite, [&](Case const& one) -> std::optional<std::string> {
    try {
      auto premises = read(one.action, "http://example.org/" + one.name);
      bool const does_import = std::ranges::any_of(
          premises, [](rdf::Quad const& quad) { return quad.predicate.value.ends_with("owl#imports"); });
      if (does_import) premises.insert(premises.end(), imports.begin(), imports.end());
      auto const problem = check_follows(premises, read(one.result, "http://example.org/" + one.name), options);
      return one.type == "NegativeEntailmentTest" ? negated(problem) : problem;
    } catch (Error const& error) {
      return error.what();
    }
  });
}

/// The profiles of the cases, by their folders, from the census that lies beside the entailments.
std::map<std::string, std::string> read_profiles(fs::path const& census) {
  std::map<std::string, std::string> profiles;
  std::ifstream file(census);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> columns;
    std::istringstream words(line);
    for (std::string word; std::getline(words, word, '\t');) columns.push_back(word);
    if (columns.size() > 4) profiles.emplace(columns[1], columns[4]);
  }
  return profiles;
}

/// Contradictions of ontologies within the profile are found, and none in ontologies of any profile that have none.
TEST(Owl2Rl, Consistency) {
  auto const folder = find_suite("w3c-owl2");
  auto const census = find_suite("w3c-owl2-rl/census.tsv");
  if (!folder || !census) GTEST_SKIP() << "the suite w3c-owl2 is not on this machine (LEPTON_SUITES)";
  auto const profiles = read_profiles(*census);
  Suite suite{"owl2-consistency", {}};
  for (auto const& one : fs::directory_iterator(*folder / "cases")) {
    auto const name = one.path().filename().string();
    auto const verdict = json::parse(read_file(one.path() / "profile.json")).at("w3c_published_verdict").as_string();
    bool const consistent = verdict == "consistent";
    if (!consistent && profiles.at(name).find("RL") == std::string::npos) continue;
    suite.cases.push_back(
        {name, consistent ? "ConsistencyTest" : "InconsistencyTest", "", one.path() / "source/premise.rdf", {}, ""});
  }
  reason::EntailmentOptions options;
  options.regime = Regime::owl2_more;
  run_suite(suite, [&](Case const& one) -> std::optional<std::string> {
    try {
      auto const problem = check_contradicts(read(one.action, "http://example.org/" + one.name), options);
      return one.type == "ConsistencyTest" ? negated(problem) : problem;
    } catch (Error const& error) {
      return error.what();
    }
  });
}

}  // namespace
}  // namespace lepton::conformance
