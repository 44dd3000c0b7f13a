// RDFC-1.0 against w3c/rdf-canon.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "rdf/canonical.h"
#include "rdf/parse.h"
#include "suite.h"

namespace lepton::conformance {
namespace {

std::optional<std::string> check_labels(rdf::Canonical const& canonical, Case const& one) {
  auto const expected = json::parse(read_file(one.result)).as_object();
  json::Object labels;
  for (auto const& [label, issued] : canonical.labels) labels[label] = issued;
  if (labels == expected) return std::nullopt;
  return "other labels than expected: " + json::write(labels);
}

std::optional<std::string> check_case(Case const& one) {
  rdf::FileSource source(one.action);
  rdf::QuadCollector collected;
  rdf::parse(test_call(), rdf::Syntax::nquads, source, collected);
  rdf::CanonicalOptions options;
  if (one.hash_algorithm == "SHA384") options.hash = rdf::CanonicalHash::sha384;
  bool const negative = one.type.find("Negative") != std::string::npos;
  try {
    auto const canonical = rdf::canonicalize(test_call(), collected.quads, options);
    if (negative) return "is canonicalised";
    if (one.type == "RDFC10MapTest") return check_labels(canonical, one);
    if (canonical.nquads == read_file(one.result)) return std::nullopt;
    return "other text than expected:\n" + canonical.nquads;
  } catch (Error const& error) {
    if (negative && error.reason() == "poison_graph") return std::nullopt;
    return error.what();
  }
}

TEST(RdfCanonicalization, Rdfc10) {
  auto const folder = find_suite("rdf-canon/tests");
  if (!folder) GTEST_SKIP() << "the suite rdf-canon is not on this machine (LEPTON_SUITES)";
  run_suite(read_suite("rdf-canon", *folder / "manifest.ttl", "https://w3c.github.io/rdf-canon/tests/manifest.ttl"),
            check_case);
}

}  // namespace
}  // namespace lepton::conformance
