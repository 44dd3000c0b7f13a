// For tests only.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "rdf/quad.h"

namespace lepton::sparql {

/// Random graphs over few terms, and queries over few variables, so that things meet.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  std::vector<rdf::Quad> quads() {
    std::vector<rdf::Quad> out;
    int const count = below(40);
    for (int i = 0; i < count; ++i) {
      std::optional<rdf::Term> graph;
      if (below(3) == 0) graph = rdf::iri(fmt::format("e:g{}", below(2)));
      out.emplace_back(rdf::iri(fmt::format("e:n{}", below(5))), rdf::iri(fmt::format("e:p{}", below(3))), object(),
                       graph);
    }
    return out;
  }

  std::string query() {
    std::string const modifier = below(4) == 0 ? "DISTINCT " : "";
    if (below(3) == 0) return aggregates(below(2) == 0 ? triples() : group(2));
    if (below(8) == 0)
      return fmt::format("SELECT DISTINCT {} {{ {} }}", below(2) == 0 ? variable() : "?b ?a", triples());
    return fmt::format("SELECT {}* {{ {} }}", modifier, group(3));
  }

 private:
  std::string aggregates(std::string const& body) {
    std::string out = "SELECT";
    std::string const key = below(2) == 0 ? "" : variable();
    out += " " + key;
    for (int i = below(3); i >= 0; --i) {
      std::string const distinct = below(2) == 0 ? "DISTINCT " : "";
      switch (below(6)) {
        case 0:
          out += fmt::format(" (COUNT(*) AS ?n{})", i);
          break;
        case 1:
          out += fmt::format(" (SUM({}{}) AS ?n{})", distinct, variable(), i);
          break;
        case 2:
          out += fmt::format(" (AVG({}{}) AS ?n{})", distinct, variable(), i);
          break;
        case 3:
          out += fmt::format(" (MIN(STR({})) AS ?n{})", variable(), i);
          break;
        default:
          out += fmt::format(" (COUNT({}{}) AS ?n{})", distinct, variable(), i);
      }
    }
    return out + fmt::format(" {{ {} }}", body) + (key.empty() ? "" : " GROUP BY " + key);
  }

  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }

  rdf::Term object() {
    switch (below(7)) {
      case 6:
        return odd_value();
      case 0:
        return rdf::literal(std::to_string(below(4)), rdf::xsd_integer);
      case 1:
        return rdf::literal(below(2) == 0 ? "01" : "1.0", below(2) == 0 ? rdf::xsd_integer : rdf::xsd_decimal);
      case 2:
        return rdf::language_literal("w", below(2) == 0 ? "en" : "de");
      default:
        return rdf::iri(fmt::format("e:n{}", below(5)));
    }
  }
  /// Values whose comparison has a catch: types, time zones, numbers that are none.
  rdf::Term odd_value() {
    static std::vector<rdf::Term> const values{
        rdf::literal("2.5", rdf::xsd_decimal),
        rdf::literal("2.0E0", rdf::xsd_double),
        rdf::literal("NaN", rdf::xsd_double),
        rdf::literal("2", "http://www.w3.org/2001/XMLSchema#float"),
        rdf::literal("300", "http://www.w3.org/2001/XMLSchema#byte"),
        rdf::literal("true", rdf::xsd_boolean),
        rdf::literal("2008-06-01T00:00:00", "http://www.w3.org/2001/XMLSchema#dateTime"),
        rdf::literal("2008-06-01T01:00:00+01:00", "http://www.w3.org/2001/XMLSchema#dateTime"),
        rdf::literal("2008-06-01T00:00:00Z", "http://www.w3.org/2001/XMLSchema#dateTime"),
        rdf::literal("2008-06-01", "http://www.w3.org/2001/XMLSchema#date"),
        rdf::literal("2")};
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }
  std::string variable() { return fmt::format("?{}", static_cast<char>('a' + below(4))); }
  std::string node() { return below(4) == 0 ? fmt::format("<e:n{}>", below(5)) : variable(); }
  std::string predicate() {
    std::string const link = fmt::format("<e:p{}>", below(3));
    switch (below(14)) {
      case 0:
        return variable();
      case 1:
        return link + "*";
      case 2:
        return link + "+";
      case 3:
        return fmt::format("(^{}|<e:p0>)", link);
      case 4:
        return fmt::format("({}/<e:p1>?)", link);
      case 5:
        return fmt::format("!({}|^<e:p2>)", link);
      default:
        return link;
    }
  }
  std::string triples() {
    std::string out;
    for (int i = below(3); i >= 0; --i) out += fmt::format("{} {} {} . ", node(), predicate(), node());
    return out;
  }
  std::string condition(int depth) {
    switch (below(13)) {
      case 11:
      case 12:
        return fmt::format("{} != {}", variable(), variable());
      case 8:
        return fmt::format("{} + {} >= {} * 2", variable(), below(3), variable());
      case 9:
        return fmt::format("{} > {} || !BOUND({}) && {} != {}", variable(), variable(), variable(), variable(),
                           variable());
      case 10:
        return fmt::format("{} <= \"2008-06-01T00:00:00\"^^<http://www.w3.org/2001/XMLSchema#dateTime>", variable());
      case 0:
        return fmt::format("BOUND({})", variable());
      case 1:
        return fmt::format("{} = {}", variable(), variable());
      case 2:
        return fmt::format("{} < {}", variable(), below(3));
      case 3:
        return fmt::format("{} != <e:n1> || !({} = 1)", variable(), variable());
      case 4:
        return fmt::format("EXISTS {{ {} }}", group(depth - 1));
      case 5:
        return fmt::format("NOT EXISTS {{ {} }}", triples());
      case 6:
        return fmt::format("ISIRI({}) && {} IN (<e:n0>, 1, {})", variable(), variable(), variable());
      default:
        return fmt::format("COALESCE({} + 1, 2) > 1", variable());
    }
  }
  std::string group(int depth) {
    std::string out = below(5) == 0 ? "" : triples();
    if (depth <= 0) return out;
    for (int i = below(3); i > 0; --i) {
      switch (below(9)) {
        case 0:
        case 1:
          out += fmt::format("OPTIONAL {{ {} }} ", group(depth - 1));
          break;
        case 2:
          out += fmt::format("{{ {} }} UNION {{ {} }} ", group(depth - 1), group(depth - 1));
          break;
        case 3:
          out += fmt::format("MINUS {{ {} }} ", group(depth - 1));
          break;
        case 4:
          out += fmt::format("FILTER({}) ", condition(depth));
          break;
        case 5:
          out += fmt::format("GRAPH {} {{ {} }} ", below(2) == 0 ? "<e:g0>" : variable(), group(depth - 1));
          break;
        case 6:
          out += fmt::format("VALUES ({} ?v{}) {{ (<e:n1> 1) (UNDEF 2) (<e:n2> UNDEF) }} ", variable(), below(9));
          break;
        case 7:
          out += fmt::format("{{ SELECT {}?a {{ {} }} }} ", below(2) == 0 ? "DISTINCT " : "", group(depth - 1));
          break;
        default:
          out += fmt::format("{{ {} FILTER({}) }} ", group(depth - 1), condition(depth - 1));
      }
    }
    return out;
  }

  std::mt19937 engine_;
};

}  // namespace lepton::sparql
