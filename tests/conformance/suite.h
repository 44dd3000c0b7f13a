#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "rdf/quad.h"

namespace lepton::conformance {

/// A small graph in memory with the two questions manifests need.
class Graph {
 public:
  explicit Graph(std::vector<rdf::Quad> const& quads);
  /// nullptr when there is none.
  [[nodiscard]] rdf::Term const* find_object(rdf::Term const& subject, std::string const& predicate) const;
  [[nodiscard]] std::vector<rdf::Term> objects(rdf::Term const& subject, std::string const& predicate) const;
  [[nodiscard]] std::vector<rdf::Term> list(rdf::Term head) const;
  [[nodiscard]] std::vector<rdf::Term> subjects_with(std::string const& predicate) const;

 private:
  std::map<rdf::Term, std::vector<std::pair<std::string, rdf::Term>>> statements_;
};

/// One case of a manifest.
struct Case {
  std::string name;  ///< the fragment of its IRI
  std::string type;  ///< local name of its class, e.g. "TestTurtleEval"
  std::string action_iri;
  std::filesystem::path action;
  std::filesystem::path result;
  std::string hash_algorithm;
};

/// A suite of the W3C as its manifest lists it. A plain value.
struct Suite {
  std::string name;
  std::vector<Case> cases;
};

/// The folder of a suite; nullopt when it is not on this machine.
[[nodiscard]] std::optional<std::filesystem::path> find_suite(std::string_view folder);

/// `base` is the manifest's own IRI, by which IRIs of its files are mapped back to the disk.
[[nodiscard]] Suite read_suite(std::string const& name, std::filesystem::path const& manifest, std::string const& base);

/// Runs every case: `check_case` returns what went wrong, or nothing. Fails the test for each case that fails without a
/// line in skips.txt, and for each line there that is not needed. Prints a line of counts.
void run_suite(Suite const& suite, std::function<std::optional<std::string>(Case const&)> const& check_case);

/// The caller of everything here.
[[nodiscard]] Call const& test_call();

}  // namespace lepton::conformance
