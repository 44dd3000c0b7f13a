#include "sparql/parser.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton::sparql {
namespace {

std::string problem(std::string const& text, SyntaxOptions const& options = {}) {
  try {
    (void)parse_query(text, options);
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "sparql_syntax");
    return error.what();
  }
  return "";
}

TEST(Parser, NamesTheFirstWrongPlace) {
  EXPECT_EQ(problem("SELECT *\nWHERE { ?s ?p }"),
            "line 2, column 15: expected a variable, an IRI, a literal or a blank node, found '}'");
  EXPECT_EQ(problem("SELECT * { ?s ex:p 1 }"), "line 1, column 15: the prefix 'ex:' is not declared");
  EXPECT_EQ(problem("SELECT * { <rel> ?p 1 }"), "line 1, column 12: this IRI is relative, and there is no base");
  EXPECT_EQ(problem("SELECT * {"), "line 1, column 11: expected a pattern or '}', found the end");
  EXPECT_EQ(problem("SELECT * { \"é\" ?p 1 } x"), "line 1, column 23: expected the end of the query, found 'x'");
}

TEST(Parser, EndsDeepNestingByItsLimit) {
  std::string const text = "SELECT * " + std::string(100000, '{');
  EXPECT_NE(problem(text).find("nested deeper than 200 levels"), std::string::npos);
  std::string sum = "ASK { FILTER(1";
  for (int i = 0; i < 100000; ++i) sum += "+1";
  EXPECT_NE(problem(sum + ") }").find("more than 2000 patterns and operators"), std::string::npos);
  SyntaxOptions options;
  options.limits.text = 10;
  EXPECT_NE(problem("ASK { ?s ?p ?o }", options).find("more than 10 bytes"), std::string::npos);
}

TEST(Parser, ReadsSignsAsTheLongestNumber) {
  Query const query = parse_query("SELECT (?a-1 AS ?b) (-2 AS ?c) { ?s <p:p>+ -1 }");
  EXPECT_EQ(query.body.projection[0].expression->operation, Operation::subtract);
  EXPECT_EQ(query.body.projection[1].expression->term, rdf::literal("-2", rdf::xsd_integer));
  auto const& triple = query.body.where.elements[0].triples[0];
  EXPECT_EQ(std::get<Path>(triple.predicate).kind, Path::Kind::one_or_more);
  EXPECT_EQ(std::get<rdf::Term>(triple.object), rdf::literal("-1", rdf::xsd_integer));
}

TEST(Parser, ResolvesPrefixesBasesAndEscapes) {
  Query const query = parse_query("BASE <http://a/b/> PREFIX : <c#> SELECT * { :x\\~y%41 <d> 'tab\\t\\u00e9' }");
  auto const& triple = query.body.where.elements[0].triples[0];
  EXPECT_EQ(std::get<rdf::Term>(triple.subject), rdf::iri("http://a/b/c#x~y%41"));
  EXPECT_EQ(std::get<rdf::Term>(std::get<Node>(triple.predicate)), rdf::iri("http://a/b/d"));
  EXPECT_EQ(std::get<rdf::Term>(triple.object), rdf::literal("tab\té"));
}

}  // namespace
}  // namespace lepton::sparql
