#include "base/error.h"
#include "graphs/queries.h"
#include "native/resources.h"
#include "sparql/parser.h"

namespace lepton::native {
namespace {

/// One operator of a query as it ran.
struct Operator {
  std::int64_t parent = -1;
  std::string operation, detail;
  std::optional<double> estimated_rows;
  std::int64_t rows = 0;
  double milliseconds = 0;
  static constexpr auto fields() {
    return std::tuple{
        required("parent", &Operator::parent, "place in this list of the operator that it feeds, or -1"),
        required("operation", &Operator::operation, "such as scan, scan join, hash join, group"),
        optional("detail", &Operator::detail, "its pattern or condition, as SPARQL"),
        optional("estimated_rows", &Operator::estimated_rows, "what the planner expected; absent: nothing"),
        required("rows", &Operator::rows, "that it gave"),
        required("milliseconds", &Operator::milliseconds, "that it took, with what feeds it")};
  }
};

struct NoResults : sparql::ResultSink {
  void variables(std::vector<std::string> const&) override {}
  void row(sparql::Row const&) override {}
  void boolean(bool) override {}
};
struct NoStatements : rdf::QuadSink {
  void quad(rdf::QuadView const&) override {}
};

struct ExplainGraphQuery {
  graphs::Queries& queries;

  struct Input {
    std::string department, name, query;
    std::optional<std::string> version;
    graphs::Inferred inferred = graphs::Inferred::include;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "the graph, or a part of one"),
                        required("query", &Input::query, "SPARQL 1.1 Query"),
                        optional("version", &Input::version, "a published one; default: as it is now"),
                        optional("inferred", &Input::inferred, "what follows: include (default), exclude, only")};
    }
  };
  struct Output {
    std::int64_t rows = 0;
    std::int64_t peak_memory_bytes = 0;
    std::vector<Operator> operators;
    static constexpr auto fields() {
      return std::tuple{required("rows", &Output::rows, "of the answer, or statements"),
                        required("peak_memory_bytes", &Output::peak_memory_bytes, "of intermediate results"),
                        required("operators", &Output::operators, "each before those that feed it")};
    }
  };
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}:explain",
      .name = "explain_graph_query",
      .tag = "graphs",
      .summary =
          "Run a query and say how: its operators with estimated and real rows; the answer itself is thrown away",
      .example =
          R"({"department": "risk", "name": "exposure", "query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"})"};
  Output run(Call const& call, Input const& input) {
    NoResults results;
    NoStatements statements;
    auto const report = queries.query(call, {input.department, input.name, input.version},
                                      sparql::parse_query(input.query), {}, results, statements, input.inferred);
    Output out{.rows = static_cast<std::int64_t>(report.rows),
               .peak_memory_bytes = static_cast<std::int64_t>(report.peak_memory),
               .operators = {}};
    add(report.plan, -1, out.operators);
    return out;
  }

 private:
  static void add(sparql::PlanNode const& node, std::int64_t parent, std::vector<Operator>& operators) {
    // The root stands for the query and is no operator of its own.
    auto const here = node.operation.empty() ? parent : static_cast<std::int64_t>(operators.size());
    if (!node.operation.empty())
      operators.push_back(
          {.parent = parent,
           .operation = node.operation,
           .detail = node.detail,
           .estimated_rows = node.estimated_rows < 0 ? std::nullopt : std::optional(node.estimated_rows),
           .rows = static_cast<std::int64_t>(node.rows),
           .milliseconds = std::chrono::duration<double, std::milli>(node.time).count()});
    for (auto const& part : node.parts) add(part, here, operators);
  }
};

}  // namespace

void add_graph_queries(Table& table, graphs::Queries& queries) {
  table.add(ExplainGraphQuery{queries});
}

}  // namespace lepton::native
