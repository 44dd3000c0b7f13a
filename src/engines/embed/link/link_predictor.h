#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/call.h"
#include "embed/link/calibration.h"
#include "embed/link/embedding_training.h"
#include "embed/name_section.h"
#include "runtime/model_file.h"

namespace lepton::embed {

/// An entity that may answer a query.
struct LinkAnswer {
  std::uint32_t entity = 0;
  float score = 0;
  double log_share = 0;    ///< logarithm of its part of the softmax over all answers not excluded
  double probability = 0;  ///< that the triple holds, as far as validation tells; 0.5 without a calibration
};

/// The best answers to a query by the vectors. `excluded`: answers that are known, rising; they neither count nor come.
/// Scores that are no numbers come last.
[[nodiscard]] std::vector<LinkAnswer> best_answers(EmbeddingView const& view, Query query,
                                                   std::span<std::uint32_t const> excluded, std::size_t most,
                                                   Calibration const& calibration);

/// What came of the best `most` answers to the queries of held-out triples: whether they are among them. `known` are
/// the other triples of the graph, whose answers are left out. At most `queries` queries, evenly chosen. The outcome's
/// score is the log_share. Heeds the call.
[[nodiscard]] std::vector<Outcome> answer_outcomes(Call const& call, EmbeddingView const& view,
                                                   std::span<Triple const> held_out, QueryIndex const& known,
                                                   std::size_t most = 10, std::size_t queries = 5000);

/// A trained embedding with its names, kept in one file and used where it is mapped. Immutable; any number of threads
/// predict at once.
class LinkPredictor {
 public:
  static constexpr std::string_view kind = "graph-embedding";
  static constexpr std::uint32_t version = 1;

  [[nodiscard]] static std::string write(Embeddings const& embeddings, std::span<std::string const> entities,
                                         std::span<std::string const> relations, Calibration const& calibration);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static LinkPredictor parse(std::string_view artifact);
  [[nodiscard]] static LinkPredictor open(std::filesystem::path const& path);

  [[nodiscard]] EmbeddingView const& view() const { return view_; }
  [[nodiscard]] EmbeddingOptions const& options() const { return options_; }
  [[nodiscard]] NameSection const& entities() const { return entities_; }
  [[nodiscard]] NameSection const& relations() const { return relations_; }
  [[nodiscard]] Calibration const& calibration() const { return calibration_; }

  /// Throws Error{invalid} for numbers out of range.
  [[nodiscard]] std::vector<LinkAnswer> predict(Query query, std::span<std::uint32_t const> excluded,
                                                std::size_t most) const;

 private:
  explicit LinkPredictor(runtime::ModelFile file);

  runtime::ModelFile file_;
  EmbeddingOptions options_;
  Calibration calibration_;
  EmbeddingView view_;
  NameSection entities_, relations_;
};

}  // namespace lepton::embed
