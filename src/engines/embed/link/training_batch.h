#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "embed/link/answer_layer.h"
#include "embed/link/embedding_options.h"
#include "embed/link/embedding_view.h"

namespace lepton::embed {

/// Some of the answers of a question of the index, by position among them: what is asked in one step.
struct QuestionPart {
  std::uint32_t question = 0;
  std::uint32_t begin = 0, end = 0;
};
/// All answers of all questions, at most `most` in a part.
[[nodiscard]] std::vector<QuestionPart> question_parts(QueryIndex const& index, std::size_t most);

/// One step's questions, who may answer them, and what the answers are, by position in lists. Reused from step to step;
/// one thread fills it, then any may read.
class TrainingBatch {
 public:
  /// A triple whose relation is to be predicted.
  struct Pair {
    std::uint32_t head, tail;                      ///< entities
    std::uint32_t head_candidate, tail_candidate;  ///< where they stand among the candidates
    std::uint32_t relation_row;
  };

  TrainingBatch(QueryIndex const& index, EmbeddingView const& shape, EmbeddingOptions const& options);

  void fill(std::span<QuestionPart const> parts, std::mt19937_64& random);

  std::vector<Query> queries;
  std::vector<std::uint32_t> sources;     ///< of each query, where it stands among the candidates
  std::vector<std::uint32_t> candidates;  ///< entities
  std::vector<float> offsets;             ///< of their scores; empty: none
  std::vector<Target> targets;
  std::vector<std::uint32_t> occurrences;  ///< of each candidate in the batch's triples
  std::size_t triples = 0;

  std::vector<std::uint32_t> relation_rows;    ///< those that may answer
  std::vector<std::uint32_t> relation_places;  ///< of each query, where its relation stands among them
  std::vector<std::uint32_t> relation_occurrences;
  std::vector<Pair> pairs;
  float pair_weight = 1;  ///< how many triples a pair stands for

  static constexpr std::size_t most_pairs = 4096;

 private:
  [[nodiscard]] std::span<std::uint32_t const> answers(QuestionPart const& part) const {
    return index_.answers(part.question).subspan(part.begin, part.end - part.begin);
  }
  void choose_candidates(std::mt19937_64& random);
  void add_candidate(std::uint32_t entity);
  void choose_relations();
  void add_pairs();

  QueryIndex const& index_;
  EmbeddingView shape_;
  bool all_entities_, predict_relations_, softmax_;
  std::size_t drawn_;
  std::vector<QuestionPart> parts_;
  std::vector<std::uint32_t> place_, relation_place_;  // of entities and relation rows; none: not in the batch
};

}  // namespace lepton::embed
