#include "sparql_suite.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "rdf/canonical.h"
#include "rdf/nquads_text.h"
#include "rdf/parse.h"
#include "sparql/comparison.h"
#include "sparql/result_formats.h"

namespace lepton::conformance {

namespace {

std::string const manifest_terms = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
std::string const query_terms = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";
std::string const update_terms = "http://www.w3.org/2009/sparql/tests/test-update#";
std::string const result_terms = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";
std::string const regime_term = "http://www.w3.org/ns/sparql-service-description#entailmentRegime";
std::string const label_term = "http://www.w3.org/2000/01/rdf-schema#label";

std::string local_name(std::string const& iri) {
  return iri.substr(iri.find_last_of("#/") + 1);
}

std::vector<rdf::Quad> parse_file(std::filesystem::path const& path, std::string const& base) {
  rdf::FileSource source(path);
  rdf::QuadCollector collected;
  rdf::ParseOptions options;
  options.base = base;
  auto const syntax = rdf::find_syntax_by_file_name(path.filename().string()).value_or(rdf::Syntax::turtle);
  rdf::parse(test_call(), syntax, source, collected, options);
  return std::move(collected.quads);
}

/// An answer written in the result set vocabulary.
Answer read_result_set(Graph const& graph, rdf::Term const& set) {
  Answer answer;
  if (auto const* const truth = graph.find_object(set, result_terms + "boolean")) {
    answer.truth = truth->value == "true";
    return answer;
  }
  for (auto const& name : graph.objects(set, result_terms + "resultVariable")) answer.names.push_back(name.value);
  std::vector<std::pair<int, sparql::Row>> rows;
  for (auto const& solution : graph.objects(set, result_terms + "solution")) {
    auto const* const index = graph.find_object(solution, result_terms + "index");
    auto& [place, row] =
        rows.emplace_back(index != nullptr ? std::stoi(index->value) : 0, sparql::Row(answer.names.size()));
    for (auto const& binding : graph.objects(solution, result_terms + "binding")) {
      auto const* const name = graph.find_object(binding, result_terms + "variable");
      auto const* const value = graph.find_object(binding, result_terms + "value");
      if (name == nullptr || value == nullptr) continue;
      auto const found = std::ranges::find(answer.names, name->value);
      if (found != answer.names.end()) row[static_cast<std::size_t>(found - answer.names.begin())] = *value;
    }
  }
  std::ranges::stable_sort(rows, {}, &std::pair<int, sparql::Row>::first);
  for (auto& [place, row] : rows) answer.rows.push_back(std::move(row));
  return answer;
}

std::string text_of(sparql::Row const& row) {
  std::string out;
  for (auto const& term : row) {
    if (term) rdf::append_term(out, term->view());
    out += term ? " " : "- ";
  }
  return out;
}

/// Maps blank nodes of one answer to those of another while rows are matched.
class Matcher {
 public:
  explicit Matcher(bool lax) : lax_(lax) {}

  bool match(std::vector<sparql::Row> const& expected, std::vector<sparql::Row> const& actual, bool ordered) {
    std::vector<bool> used(actual.size());
    return extend(expected, actual, 0, used, ordered);
  }

 private:
  bool extend(std::vector<sparql::Row> const& expected, std::vector<sparql::Row> const& actual, std::size_t at,
              std::vector<bool>& used, bool ordered) {
    if (at == expected.size()) return true;
    for (std::size_t i = ordered ? at : 0; i < (ordered ? at + 1 : actual.size()); ++i) {
      if (used[i] && !lax_) continue;
      auto const forward = forward_;
      auto const backward = backward_;
      if (same(expected[at], actual[i])) {
        bool const before = used[i];
        used[i] = true;
        if (extend(expected, actual, at + 1, used, ordered)) return true;
        used[i] = before;
      }
      forward_ = forward;
      backward_ = backward;
    }
    return false;
  }

  bool same(sparql::Row const& a, sparql::Row const& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i].has_value() != b[i].has_value()) return false;
      if (a[i] && !same(*a[i], *b[i])) return false;
    }
    return true;
  }
  bool same(rdf::Term const& a, rdf::Term const& b) {
    if (a.kind == rdf::TermKind::blank && b.kind == rdf::TermKind::blank) {
      return forward_.try_emplace(a.value, b.value).first->second == b.value &&
             backward_.try_emplace(b.value, a.value).first->second == a.value;
    }
    if (a == b) return true;
    auto const left = sparql::Value::of(a.view());
    auto const right = sparql::Value::of(b.view());
    return left.is_numeric() && left.datatype() == right.datatype() && sparql::equals(left, right) == true;
  }

  bool lax_;
  std::map<std::string, std::string> forward_;
  std::map<std::string, std::string> backward_;
};

}  // namespace

EvaluationSuite::EvaluationSuite(std::filesystem::path folder, std::string const& version, std::string const& name)
    : folder_(std::move(folder)), base_("https://w3c.github.io/rdf-tests/sparql/" + version + "/" + name + "/") {
  graph_.emplace(parse_file(folder_ / "manifest.ttl", base_ + "manifest.ttl"));
  suite.name = version + "-" + name;
  for (auto const& head : graph_->subjects_with(manifest_terms + "entries")) {
    for (auto const& entry : graph_->list(*graph_->find_object(head, manifest_terms + "entries"))) {
      auto const* const type = graph_->find_object(entry, std::string(rdf::rdf_type));
      if (type == nullptr || (!type->value.ends_with("EvaluationTest") && !type->value.ends_with("FormatTest")))
        continue;
      entries_.emplace(local_name(entry.value), entry);
      suite.cases.push_back({local_name(entry.value), local_name(type->value), "", {}, {}, ""});
    }
  }
}

std::filesystem::path EvaluationSuite::path_of(std::string const& iri) const {
  return iri.starts_with(base_) ? folder_ / iri.substr(base_.size()) : std::filesystem::path();
}

std::vector<rdf::Quad> EvaluationSuite::load(std::string const& iri, std::optional<std::string> const& graph) const {
  auto quads = parse_file(path_of(iri), iri);
  std::string const label = local_name(iri);
  auto const rename = [&](rdf::Term& term) {  // two files never share a blank node
    if (term.kind == rdf::TermKind::blank) term.value = fmt::format("{}.{}", term.value, label);
  };
  for (auto& quad : quads) {
    rename(quad.subject);
    rename(quad.object);
    if (graph) quad.graph = rdf::iri(*graph);
  }
  return quads;
}

void EvaluationSuite::add_data(rdf::Term const& of, std::string const& vocabulary, std::vector<rdf::Quad>& out) const {
  auto const add = [&](std::string const& iri, std::optional<std::string> const& graph) {
    std::ranges::move(load(iri, graph), std::back_inserter(out));
  };
  for (auto const& file : graph_->objects(of, vocabulary + "data")) add(file.value, std::nullopt);
  for (auto const& file : graph_->objects(of, vocabulary + "graphData")) {
    auto const* const inner = graph_->find_object(file, vocabulary + "graph");
    auto const* const label = graph_->find_object(file, label_term);
    add(inner != nullptr ? inner->value : file.value, label != nullptr   ? label->value
                                                      : inner != nullptr ? inner->value
                                                                         : file.value);
  }
}

EvaluationCase EvaluationSuite::read(std::string const& name) const {
  rdf::Term const& entry = entries_.at(name);
  rdf::Term const& action = *graph_->find_object(entry, manifest_terms + "action");
  EvaluationCase out;
  auto const* query = graph_->find_object(action, query_terms + "query");
  if (query == nullptr) query = graph_->find_object(action, update_terms + "request");
  out.query_iri = query != nullptr ? query->value : action.value;
  add_data(action, query_terms, out.data);
  add_data(action, update_terms, out.data);
  for (auto const& service : graph_->objects(action, query_terms + "serviceData")) {
    auto const* const endpoint = graph_->find_object(service, query_terms + "endpoint");
    if (endpoint != nullptr) add_data(service, query_terms, out.services[endpoint->value]);
  }
  if (auto const* const result = graph_->find_object(entry, manifest_terms + "result")) {
    out.result = path_of(result->value);
    add_data(*result, update_terms, out.result_data);
  }
  if (auto const* const regime = graph_->find_object(action, regime_term)) {
    auto const several = graph_->list(*regime);
    for (auto const& one : several.empty() ? std::vector{*regime} : several)
      out.regimes.push_back(local_name(one.value));
  }
  auto const* const cardinality = graph_->find_object(entry, manifest_terms + "resultCardinality");
  out.lax_cardinality = cardinality != nullptr && cardinality->value.ends_with("LaxCardinality");
  return out;
}

Answer read_answer(std::filesystem::path const& path, std::string const& iri) {
  std::string const extension = path.extension().string();
  auto const format = extension == ".srx"   ? std::optional(sparql::ResultFormat::xml)
                      : extension == ".srj" ? std::optional(sparql::ResultFormat::json)
                      : extension == ".csv" ? std::optional(sparql::ResultFormat::csv)
                      : extension == ".tsv" ? std::optional(sparql::ResultFormat::tsv)
                                            : std::nullopt;
  if (format) {
    sparql::ResultCollector collector;
    sparql::read_results(test_call(), *format, read_file(path), collector);
    return {collector.truth, std::move(collector.names), std::move(collector.rows), {}};
  }
  auto quads = parse_file(path, iri);
  Graph const graph(quads);
  for (auto const& set : graph.subjects_with(std::string(rdf::rdf_type))) {
    for (auto const& type : graph.objects(set, std::string(rdf::rdf_type))) {
      if (type.value == result_terms + "ResultSet") return read_result_set(graph, set);
    }
  }
  Answer answer;
  answer.graph = std::move(quads);
  return answer;
}

std::optional<std::string> compare(Answer const& expected, Answer const& actual, bool ordered, bool lax) {
  if (expected.truth != actual.truth) return "another truth than expected";
  if (expected.graph.has_value() != actual.graph.has_value()) return "another form of answer than expected";
  if (expected.graph) {
    if (rdf::isomorphic(test_call(), *expected.graph, *actual.graph)) return std::nullopt;
    return "other statements than expected:\n" + rdf::canonicalize(test_call(), *actual.graph).nquads + "instead of\n" +
           rdf::canonicalize(test_call(), *expected.graph).nquads;
  }
  // Columns in the order of the expected answer.
  std::vector<sparql::Row> rows;
  for (auto const& row : actual.rows) {
    sparql::Row& out = rows.emplace_back();
    for (auto const& name : expected.names) {
      auto const found = std::ranges::find(actual.names, name);
      out.push_back(found == actual.names.end() ? std::nullopt
                                                : row[static_cast<std::size_t>(found - actual.names.begin())]);
    }
  }
  bool const enough = lax ? rows.size() <= expected.rows.size() : rows.size() == expected.rows.size();
  bool const same_names = expected.names.size() == actual.names.size() || expected.rows.empty();
  if (enough && same_names && Matcher(lax).match(expected.rows, rows, ordered)) return std::nullopt;
  std::string difference = "other rows than expected:\n";
  for (auto const& row : rows) difference += text_of(row) + "\n";
  difference += "instead of\n";
  for (auto const& row : expected.rows) difference += text_of(row) + "\n";
  return difference;
}

}  // namespace lepton::conformance
