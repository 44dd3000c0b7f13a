#include "graphs/reasoning.h"

#include <algorithm>

#include "native/page.h"
#include "native/resources.h"
#include "rdf/writer.h"

namespace lepton::native {
namespace {

using graphs::Reasoning;

struct ByGraph {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple{required("department", &ByGraph::department, "that owns it"),
                      required("name", &ByGraph::name, "the graph")};
  }
};

struct GetReasoning {
  Reasoning& reasoning;

  using Input = ByGraph;
  using Output = graphs::GraphUpkeep;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/reasoning",
                                           .name = "get_graph_reasoning",
                                           .tag = "graphs",
                                           .summary = "Read which rules a graph uses and which shapes it is kept to"};
  Output run(Call const& call, Input const& input) { return reasoning.get(call, {input.department, input.name, {}}); }
};

struct PutReasoning {
  Reasoning& reasoning;

  struct Input {
    std::string department, name, regime;
    std::vector<std::string> rules;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"), required("name", &Input::name, "the graph"),
          optional("rules", &Input::rules, "rule sets, department/name@version; the latest where no version is said"),
          optional("regime", &Input::regime, "what follows besides: none, rdfs or owl2-rl")};
    }
  };
  using Output = graphs::GraphUpkeep;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/departments/{department}/graphs/{name}/reasoning",
      .name = "put_graph_reasoning",
      .tag = "graphs",
      .summary = "Have rules derive what follows, with this commit and every later one; none at all turns it off",
      .example =
          R"({"department": "risk", "name": "exposure", "rules": ["risk/exposure-rules@1"], "regime": "owl2-rl"})",
      .timeout = std::chrono::seconds(3600)};
  Output run(Call const& call, Input const& input) {
    return reasoning.use_rules(call, {input.department, input.name, {}}, input.rules, input.regime);
  }
};

struct PutValidation {
  Reasoning& reasoning;

  struct Input {
    std::string department, name;
    std::vector<std::string> shapes;
    graphs::OnCommit on_commit = graphs::OnCommit::off;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "the graph"),
                        optional("shapes", &Input::shapes, "department/name@version; the latest where none is said"),
                        required("on_commit", &Input::on_commit, "off, report or reject")};
    }
  };
  using Output = graphs::GraphUpkeep;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/departments/{department}/graphs/{name}/validation",
      .name = "put_graph_validation",
      .tag = "graphs",
      .summary = "Have each commit validated by shapes: report what does not conform, or refuse the commit",
      .example =
          R"({"department": "risk", "name": "exposure", "shapes": ["risk/customer-shapes@1"], "on_commit": "reject"})",
      .timeout = std::chrono::seconds(3600)};
  Output run(Call const& call, Input const& input) {
    return reasoning.use_shapes(call, {input.department, input.name, {}}, input.shapes, input.on_commit);
  }
};

struct AskedStatement {
  std::string department, name, statement;
  std::optional<std::string> graph;
  std::map<std::string, std::string> prefixes;
  static constexpr auto fields() {
    return std::tuple{
        required("department", &AskedStatement::department, "that owns it"),
        required("name", &AskedStatement::name, "the graph"),
        required("statement", &AskedStatement::statement, "subject, predicate and object as Turtle writes them"),
        optional("graph", &AskedStatement::graph, "IRI of the named graph it would stand in"),
        optional("prefixes", &AskedStatement::prefixes, "besides those of the graph's rule sets")};
  }
  [[nodiscard]] graphs::Question question() const { return {statement, graph, prefixes}; }
};

struct WhyFact {
  Reasoning& reasoning;

  using Input = AskedStatement;
  using Output = graphs::ProofOfFact;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/graphs/{name}:why",
                                           .name = "why_graph_fact",
                                           .tag = "graphs",
                                           .summary = "Prove a fact from what was stated",
                                           .example = R"({"department": "risk", "name": "exposure",
                     "statement": "<http://bank.example/an> <http://bank.example/related> <http://bank.example/bo>"})"};
  Output run(Call const& call, Input const& input) {
    return reasoning.why(call, {input.department, input.name, {}}, input.question());
  }
};

struct WhyNotFact {
  Reasoning& reasoning;

  using Input = AskedStatement;
  using Output = graphs::Misses;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/graphs/{name}:why-not",
                                           .name = "why_not_graph_fact",
                                           .tag = "graphs",
                                           .summary = "Say what the rules lack to derive a fact",
                                           .example = R"({"department": "risk", "name": "exposure",
                     "statement": "<http://bank.example/an> <http://bank.example/related> <http://bank.example/cy>"})"};
  Output run(Call const& call, Input const& input) {
    return reasoning.why_not(call, {input.department, input.name, {}}, input.question());
  }
};

struct GetContradictions {
  Reasoning& reasoning;

  struct Input {
    std::string department, name;
    int limit = 20;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "the graph"),
                        optional("limit", &Input::limit, "how many at most, 1 to 1000")};
    }
  };
  using Output = Page<graphs::ContradictionFound>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/contradictions",
                                           .name = "list_graph_contradictions",
                                           .tag = "graphs",
                                           .summary = "List ways in which a graph contradicts its rules, with proofs"};
  Output run(Call const& call, Input const& input) {
    auto const limit = static_cast<std::size_t>(std::clamp(input.limit, 1, 1000));
    return {.items = reasoning.contradictions(call, {input.department, input.name, {}}, limit), .next_page_token = {}};
  }
};

class TextSink : public rdf::ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

struct ValidateGraph {
  graphs::Graphs& graphs;

  struct Input {
    std::string department, name;
    std::vector<std::string> shapes;
    std::optional<std::string> version;
    bool turtle = false;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "the graph"),
                        required("shapes", &Input::shapes, "department/name@version; the latest where none is said"),
                        optional("version", &Input::version, "a published one; default: as it is now"),
                        optional("turtle", &Input::turtle, "the report as SHACL writes it, too")};
    }
  };
  struct Output {
    graphs::Validation validation;
    std::optional<std::string> report;
    static constexpr auto fields() {
      return std::tuple{required("validation", &Output::validation, "what was found"),
                        optional("report", &Output::report, "sh:ValidationReport in Turtle, when asked for")};
    }
  };
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}:validate",
      .name = "validate_graph",
      .tag = "graphs",
      .summary = "Validate a graph by shapes (SHACL), with what follows by its rules and without its parts",
      .example = R"({"department": "risk", "name": "exposure", "shapes": ["risk/customer-shapes@1"]})",
      .timeout = std::chrono::seconds(3600)};
  Output run(Call const& call, Input const& input) {
    Output out;
    graphs::Graphs::ReportReader write = nullptr;
    if (input.turtle)
      write = [&](reason::GraphView const& data, reason::Shapes const& shapes, reason::ShaclReport const& report) {
        TextSink sink;
        auto const writer =
            rdf::make_writer(rdf::Syntax::turtle, sink, {.prefixes = {{"sh", std::string(reason::sh_namespace)}}});
        graphs::write_report(data, shapes, report, *writer);
        writer->finish();
        out.report = std::move(sink.text);
      };
    out.validation = graphs.validate(call, {input.department, input.name, input.version}, input.shapes, write);
    return out;
  }
};

}  // namespace

void add_reasoning(Table& table, Reasoning& reasoning, graphs::Graphs& graphs) {
  table.add(GetReasoning{reasoning});
  table.add(PutReasoning{reasoning});
  table.add(PutValidation{reasoning});
  table.add(WhyFact{reasoning});
  table.add(WhyNotFact{reasoning});
  table.add(GetContradictions{reasoning});
  table.add(ValidateGraph{graphs});
}

}  // namespace lepton::native
