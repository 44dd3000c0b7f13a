#include "suite.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "rdf/parse.h"

namespace lepton::conformance {

namespace {

std::string const manifest_terms = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";

std::string local_name(std::string const& iri) {
  return iri.substr(iri.find_last_of("#/") + 1);
}

/// Case → reason.
std::map<std::string, std::string> read_skips(std::string const& suite) {
  std::map<std::string, std::string> skips;
  std::ifstream file(LEPTON_SKIPS);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string of_suite, name, reason;
    words >> of_suite >> name;
    std::getline(words >> std::ws, reason);
    if (of_suite != suite) continue;
    EXPECT_FALSE(reason.empty()) << "a skip without a reason: " << line;
    skips.emplace(name, reason);
  }
  return skips;
}

}  // namespace

Graph::Graph(std::vector<rdf::Quad> const& quads) {
  for (auto const& quad : quads) statements_[quad.subject].emplace_back(quad.predicate.value, quad.object);
}

rdf::Term const* Graph::find_object(rdf::Term const& subject, std::string const& predicate) const {
  auto const found = statements_.find(subject);
  if (found == statements_.end()) return nullptr;
  for (auto const& [name, object] : found->second) {
    if (name == predicate) return &object;
  }
  return nullptr;
}

std::vector<rdf::Term> Graph::objects(rdf::Term const& subject, std::string const& predicate) const {
  std::vector<rdf::Term> out;
  auto const found = statements_.find(subject);
  if (found == statements_.end()) return out;
  for (auto const& [name, object] : found->second) {
    if (name == predicate) out.push_back(object);
  }
  return out;
}

std::vector<rdf::Term> Graph::list(rdf::Term head) const {
  std::vector<rdf::Term> members;
  while (auto const* first = find_object(head, std::string(rdf::rdf_first))) {
    members.push_back(*first);
    auto const* rest = find_object(head, std::string(rdf::rdf_rest));
    if (rest == nullptr) break;
    head = *rest;
  }
  return members;
}

std::vector<rdf::Term> Graph::subjects_with(std::string const& predicate) const {
  std::vector<rdf::Term> subjects;
  for (auto const& [subject, statements] : statements_) {
    if (find_object(subject, predicate) != nullptr) subjects.push_back(subject);
  }
  return subjects;
}

std::optional<std::filesystem::path> find_suite(std::string_view folder) {
  char const* const chosen = std::getenv("LEPTON_SUITES");
  std::filesystem::path const path = std::filesystem::path(chosen != nullptr ? chosen : LEPTON_SUITES) / folder;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

Suite read_suite(std::string const& name, std::filesystem::path const& manifest, std::string const& base) {
  rdf::FileSource source(manifest);
  rdf::QuadCollector collected;
  rdf::ParseOptions options;
  options.base = base;
  rdf::parse(test_call(), rdf::Syntax::turtle, source, collected, options);
  Graph const graph(collected.quads);
  std::string const folder = base.substr(0, base.rfind('/') + 1);
  auto const path_of = [&](rdf::Term const* iri) {
    if (iri == nullptr || !iri->value.starts_with(folder)) return std::filesystem::path();
    return manifest.parent_path() / iri->value.substr(folder.size());
  };

  Suite suite{name, {}};
  for (auto const& head : graph.subjects_with(manifest_terms + "entries")) {
    for (auto const& entry : graph.list(*graph.find_object(head, manifest_terms + "entries"))) {
      auto const* type = graph.find_object(entry, std::string(rdf::rdf_type));
      auto const* action = graph.find_object(entry, manifest_terms + "action");
      auto const* algorithm = graph.find_object(entry, "https://w3c.github.io/rdf-canon/tests/vocab#hashAlgorithm");
      if (type == nullptr || action == nullptr) {
        ADD_FAILURE() << "a case without a type or an action: " << entry.value;
        continue;
      }
      suite.cases.push_back({local_name(entry.value), local_name(type->value), action->value, path_of(action),
                             path_of(graph.find_object(entry, manifest_terms + "result")),
                             algorithm != nullptr ? algorithm->value : ""});
    }
  }
  return suite;
}

void run_suite(Suite const& suite, std::function<std::optional<std::string>(Case const&)> const& check_case) {
  auto skips = read_skips(suite.name);
  std::size_t passed = 0;
  std::size_t skipped = 0;
  for (Case const& one : suite.cases) {
    std::optional<std::string> const failure = check_case(one);
    auto const skip = skips.extract(one.name);
    if (!failure) {
      ++passed;
      if (!skip.empty()) ADD_FAILURE() << suite.name << " " << one.name << " passes: remove its line from skips.txt";
    } else if (!skip.empty()) {
      ++skipped;
    } else {
      ADD_FAILURE() << suite.name << " " << one.name << " (" << one.type << "): " << *failure;
    }
  }
  for (auto const& [name, reason] : skips)
    ADD_FAILURE() << "skips.txt names an unknown case: " << suite.name << " " << name;
  EXPECT_FALSE(suite.cases.empty());
  fmt::print("{}: {} cases, {} passed, {} skipped\n", suite.name, suite.cases.size(), passed, skipped);
}

Call const& test_call() {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  return call;
}

}  // namespace lepton::conformance
