// SHACL Core and SHACL-SPARQL against w3c/data-shapes: every report must have the expected results, no more and no
// fewer, with the expected messages.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "rdf/nquads_text.h"
#include "rdf/parse.h"
#include "reason/shacl_validation.h"
#include "suite.h"

namespace lepton::conformance {
namespace {

namespace fs = std::filesystem;
using reason::sh_namespace;

std::string const mf = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
std::string const sht = "http://www.w3.org/ns/shacl-test#";
std::string const base = "http://shapes.test/";

std::string sh(std::string_view name) {
  return std::string(sh_namespace).append(name);
}

/// The statements of a file; blank nodes get a prefix of their own.
std::vector<rdf::Quad> read(fs::path const& root, fs::path const& path, std::string const& labels = "") {
  rdf::FileSource source(path);
  rdf::QuadCollector collected;
  rdf::ParseOptions options;
  options.base = base + fs::relative(path, root).generic_string();
  rdf::parse(test_call(), rdf::Syntax::turtle, source, collected, options);
  for (auto& quad : collected.quads) {
    for (auto* term : {&quad.subject, &quad.object}) {
      if (term->kind == rdf::TermKind::blank) term->value = labels + term->value;
    }
  }
  return std::move(collected.quads);
}

/// A term as text; a blank node by what is said of it, since labels differ between graphs.
std::string text_of(Graph const& graph, rdf::Term const& term, std::vector<rdf::Quad> const& quads, int depth = 0) {
  std::string text;
  if (term.kind != rdf::TermKind::blank) {
    rdf::append_term(text, term.view());
    return text;
  }
  if (depth > 8) return "_";
  std::vector<std::string> parts;
  bool const is_list =
      graph.find_object(term, std::string(rdf::rdf_first)) != nullptr;  // the rest is no part of a path
  for (auto const& quad : quads) {
    if (is_list && quad.predicate.value != rdf::rdf_first && quad.predicate.value != rdf::rdf_rest) continue;
    if (quad.subject == term)
      parts.push_back(quad.predicate.value + " " + text_of(graph, quad.object, quads, depth + 1));
  }
  std::sort(parts.begin(), parts.end());
  for (auto const& part : parts) text += "(" + part + ")";
  return text;
}

class ShaclCase {
 public:
  ShaclCase(fs::path root, fs::path file)
      : root_(std::move(root)), file_(std::move(file)), quads_(read(root_, file_)), graph_(quads_) {}

  std::optional<std::string> run(rdf::Term const& entry) {
    auto const* action = graph_.find_object(entry, mf + "action");
    auto const* result = graph_.find_object(entry, mf + "result");
    fs::path const data = path_of(*graph_.find_object(*action, sht + "dataGraph"));
    fs::path const shapes = path_of(*graph_.find_object(*action, sht + "shapesGraph"));
    bool const failure = result->value == sht + "Failure";
    std::vector<std::string> found;
    try {
      found = validate(data, shapes);
    } catch (Error const& error) {
      return failure ? std::nullopt : std::optional<std::string>(error.what());
    }
    if (failure) return "should have failed";
    auto const expected = expected_results(*result);
    if (found == expected) return missing_message(*result);
    std::string text = "found\n";
    for (auto const& one : found) text += "  " + one + "\n";
    text += "instead of\n";
    for (auto const& one : expected) text += "  " + one + "\n";
    return text;
  }

  [[nodiscard]] Graph const& graph() const { return graph_; }

 private:
  [[nodiscard]] fs::path path_of(rdf::Term const& iri) const { return root_ / iri.value.substr(base.size()); }

  std::vector<std::string> validate(fs::path const& data_file, fs::path const& shapes_file) {
    TemporaryDirectory const folder;
    auto const store = rdf::Store::open(folder.path());
    auto const data_quads = read(root_, data_file);
    auto const shapes_quads = data_file == shapes_file ? data_quads : read(root_, shapes_file, "s");
    auto transaction = store->begin(test_call());
    rdf::Term const shapes_graph = rdf::iri("http://shapes.test/shapes-graph");
    for (auto const& quad : data_quads) transaction.insert(quad.view());
    for (auto quad : shapes_quads) {
      quad.graph = shapes_graph;
      transaction.insert(quad.view());
    }
    (void)transaction.commit();
    auto const snapshot = store->snapshot();
    auto& dictionary = store->dictionary();
    reason::GraphView const data(snapshot, dictionary, rdf::TermId::default_graph());
    reason::GraphView const shapes_view(snapshot, dictionary, dictionary.intern(shapes_graph.view()));
    reason::Shapes const shapes(test_call(), shapes_view);
    auto const report = reason::validate(test_call(), data, shapes);
    std::vector<std::string> lines;
    Graph const shapes_as_graph(shapes_quads);
    auto const text = [&](rdf::TermId id, bool is_path) {
      if (!id.defined()) return std::string("-");
      auto const term = dictionary.term(id);
      if (term.kind == rdf::TermKind::blank && !is_path) return std::string("_");
      return text_of(shapes_as_graph, term, shapes_quads);
    };
    for (auto const& one : report.results) {
      bool const is_own = one.component.find(':') != std::string::npos;
      lines.push_back(fmt::format("{} path {} value {} shape {} constraint {} {} {}", text(one.focus, false),
                                  text(one.path, true), text(one.value, false), text(one.shape, false),
                                  text(one.constraint, false), is_own ? one.component : sh(one.component),
                                  dictionary.term(one.severity).value));
      messages_.insert(dictionary.term(one.focus).value + " " + one.message);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  std::vector<std::string> expected_results(rdf::Term const& report) const {
    std::vector<std::string> lines;
    for (auto const& one : graph_.objects(report, sh("result"))) {
      auto const text = [&](char const* name) {
        auto const* term = graph_.find_object(one, sh(name));
        if (term == nullptr) return std::string("-");
        if (term->kind == rdf::TermKind::blank && std::string_view(name) != "resultPath") return std::string("_");
        return text_of(graph_, *term, quads_);
      };
      auto const plain = [&](char const* name) {
        auto const* term = graph_.find_object(one, sh(name));
        return term == nullptr ? std::string("-") : term->value;
      };
      lines.push_back(fmt::format("{} path {} value {} shape {} constraint {} {} {}", text("focusNode"),
                                  text("resultPath"), text("value"), text("sourceShape"), text("sourceConstraint"),
                                  plain("sourceConstraintComponent"), plain("resultSeverity")));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  std::optional<std::string> missing_message(rdf::Term const& report) const {
    for (auto const& one : graph_.objects(report, sh("result"))) {
      auto const* const focus = graph_.find_object(one, sh("focusNode"));
      auto const* const message = graph_.find_object(one, sh("resultMessage"));
      if (message == nullptr || messages_.contains(focus->value + " " + message->value)) continue;
      return fmt::format("no result for {} says '{}'", focus->value, message->value);
    }
    return std::nullopt;
  }

  std::set<std::string> messages_;  ///< "focus message"
  fs::path root_;
  fs::path file_;
  std::vector<rdf::Quad> quads_;
  Graph graph_;
};

/// Follows mf:include down to the cases; `visit` gets the file and the entry.
void walk(fs::path const& root, fs::path const& manifest,
          std::function<void(fs::path const&, rdf::Term const&)> const& visit) {
  auto const quads = read(root, manifest);
  Graph const graph(quads);
  for (auto const& head : graph.subjects_with(mf + "include")) {
    for (auto const& file : graph.objects(head, mf + "include"))
      walk(root, root / file.value.substr(base.size()), visit);
  }
  for (auto const& head : graph.subjects_with(mf + "entries")) {
    for (auto const& entry : graph.list(*graph.find_object(head, mf + "entries"))) visit(manifest, entry);
  }
}

void run(std::string const& name, std::string const& folder, std::vector<std::string> const& unlisted = {}) {
  auto const root = find_suite("data-shapes/data-shapes-test-suite/tests");
  if (!root) GTEST_SKIP() << "the suite data-shapes is not on this machine (LEPTON_SUITES)";
  Suite suite{name, {}};
  auto const add = [&](fs::path const& file, rdf::Term const& entry) {
    std::string const case_name = fs::relative(file, *root / folder).replace_extension().generic_string();
    suite.cases.push_back({case_name, "Validate", entry.value, file, {}, {}});
  };
  walk(*root, *root / folder / "manifest.ttl", add);
  for (auto const& file : unlisted) walk(*root, *root / folder / file, add);
  run_suite(suite, [&](Case const& one) -> std::optional<std::string> {
    try {
      return ShaclCase(*root, one.action).run(rdf::iri(one.action_iri));
    } catch (Error const& error) {
      return error.what();
    }
  });
}

TEST(Shacl, Core) {
  run("shacl-core", "core");
}
TEST(Shacl, Sparql) {
  run("shacl-sparql", "sparql", {"component/nodeValidator-001.ttl"});
}

}  // namespace
}  // namespace lepton::conformance
