#include "sparql/dependence.h"

#include <gtest/gtest.h>

#include "sparql/parser.h"

namespace lepton::sparql {
namespace {

TEST(Dependence, IsOnTheMomentWhereverAFunctionStands) {
  EXPECT_FALSE(dependence_of(parse_query("SELECT * { ?s ?p ?o FILTER(?o > 1) }")).moment);
  for (auto const* query :
       {"SELECT (STRUUID() AS ?u) {}", "SELECT * { ?s ?p ?o FILTER EXISTS { ?s ?p ?t FILTER(?t < NOW()) } }",
        "SELECT * { { SELECT * { BIND(1 + RAND() AS ?x) } } }", "SELECT * { ?s ?p ?o } ORDER BY RAND()",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING(MIN(?o) < NOW())",
        "SELECT (MAX(UUID()) AS ?m) { ?s ?p ?o } GROUP BY ?s", "SELECT ?u { ?s ?p ?o } GROUP BY (UUID() AS ?u)"})
    EXPECT_TRUE(dependence_of(parse_query(query)).moment) << query;
}

TEST(Dependence, IsOnServicesWhereverOneIsAsked) {
  EXPECT_FALSE(dependence_of(parse_query("SELECT * { GRAPH ?g { ?s ?p ?o } }")).services);
  for (auto const* query : {"ASK { SERVICE <http://a/> { ?s ?p ?o } }",
                            "SELECT * { { SELECT * { MINUS { SERVICE <http://a/> { ?s ?p ?o } } } } }",
                            "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE SILENT ?x { ?s ?p ?o } } }",
                            "CONSTRUCT { ?s ?p ?o } WHERE { OPTIONAL { SERVICE <http://a/> { ?s ?p ?o } } }",
                            "DESCRIBE ?s { { ?s ?p 1 } UNION { SERVICE <http://a/> { ?s ?p ?o } } }"})
    EXPECT_TRUE(dependence_of(parse_query(query)).services) << query;
  EXPECT_TRUE(
      dependence_of(parse_update("CLEAR ALL ; INSERT { ?s ?p ?o } WHERE { SERVICE ?x { ?s ?p ?o } }")).services);
  EXPECT_FALSE(dependence_of(parse_update("INSERT DATA { <urn:a> <urn:b> 1 }")).services);
}

}  // namespace
}  // namespace lepton::sparql
