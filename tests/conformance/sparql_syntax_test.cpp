// Syntax of SPARQL 1.0 and 1.1 query and 1.1 update against w3c/rdf-tests: positive and negative cases, and every text
// of the evaluation cases.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "sparql/parser.h"
#include "suite.h"

namespace lepton::conformance {
namespace {

std::optional<std::string> check_case(Case const& one) {
  sparql::SyntaxOptions options;
  options.base = one.action_iri;
  bool const negative = one.type.starts_with("Negative");
  bool const update = one.type.find("Update") != std::string::npos;
  try {
    std::string const text = read_file(one.action);
    if (update) {
      (void)sparql::parse_update(text, options);
    } else {
      (void)sparql::parse_query(text, options);
    }
    if (negative) return "is accepted";
    return std::nullopt;
  } catch (Error const& error) {
    if (negative && error.reason() == "sparql_syntax") return std::nullopt;
    return error.what();
  }
}

void run(std::string const& version, std::string const& name) {
  auto const folder = find_suite("rdf-tests/sparql/" + version + "/" + name);
  if (!folder) GTEST_SKIP() << "the suite " << version << " is not on this machine (LEPTON_SUITES)";
  std::string const base = "https://w3c.github.io/rdf-tests/sparql/" + version + "/" + name + "/manifest.ttl";
  Suite suite = read_suite(version + "-" + name, *folder / "manifest.ttl", base);
  std::erase_if(suite.cases, [](Case const& one) { return one.type.find("Syntax") == std::string::npos; });
  run_suite(suite, check_case);
}

class Sparql10Syntax : public testing::TestWithParam<char const*> {};
TEST_P(Sparql10Syntax, Suite) {
  run("sparql10", GetParam());
}
INSTANTIATE_TEST_SUITE_P(W3c, Sparql10Syntax,
                         testing::Values("syntax-sparql1", "syntax-sparql2", "syntax-sparql3", "syntax-sparql4",
                                         "syntax-sparql5"));

class Sparql11Syntax : public testing::TestWithParam<char const*> {};
TEST_P(Sparql11Syntax, Suite) {
  run("sparql11", GetParam());
}
INSTANTIATE_TEST_SUITE_P(W3c, Sparql11Syntax,
                         testing::Values("syntax-query", "syntax-update-1", "syntax-update-2", "syntax-fed"));

}  // namespace
}  // namespace lepton::conformance
