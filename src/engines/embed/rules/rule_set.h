#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "embed/rules/edge_lists.h"
#include "embed/rules/path_rule.h"
#include "runtime/model_file.h"

namespace lepton::embed {

/// Why a statement may hold: a rule, and the entities of one path that satisfies it, head and tail included.
struct RuleGround {
  std::uint32_t rule = 0;  ///< number in the rule set
  std::vector<std::uint32_t> path;
};

/// An entity that rules propose as an answer.
struct RuleAnswer {
  std::uint32_t entity = 0;
  std::vector<float> confidences;  ///< of the rules that lead to it, falling; at most RuleSet::most_confidences
};

/// Rules with the names of their relations, in memory or mapped; any thread may read.
class RuleSet {
 public:
  static constexpr std::string_view kind = "path-rules";
  static constexpr std::uint32_t version = 1;
  static constexpr std::size_t most_confidences = 8;

  [[nodiscard]] static std::string write(std::span<PathRule const> rules, std::span<std::string const> relations);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static RuleSet parse(std::string_view artifact);
  [[nodiscard]] static RuleSet open(std::filesystem::path const& path);

  [[nodiscard]] std::span<PathRule const> rules() const { return rules_; }
  [[nodiscard]] std::vector<std::string> const& relations() const { return relations_; }
  /// Rules with that target, most confident first.
  [[nodiscard]] std::span<PathRule const> of(std::uint32_t relation) const;

  /// What the rules answer to the query in this graph, best first: compared by their most confident rule, then the
  /// next. `most` entities a step are followed. `known`: answers to leave out, rising.
  [[nodiscard]] std::vector<RuleAnswer> answers(EdgeLists const& graph, Query query,
                                                std::span<std::uint32_t const> known, std::size_t most = 1000) const;
  /// The most confident rules that give this triple in this graph, without using the triple itself.
  [[nodiscard]] std::vector<RuleGround> explain(EdgeLists const& graph, Triple const& triple, std::size_t most) const;

 private:
  explicit RuleSet(runtime::ModelFile file);

  runtime::ModelFile file_;
  std::span<PathRule const> rules_;
  std::vector<std::string> relations_;
  std::vector<std::size_t> begin_;  // of each relation's rules
};

}  // namespace lepton::embed
