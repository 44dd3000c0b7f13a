#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "embed/link/answer_layer.h"
#include "embed/link/embedding_options.h"
#include "embed/link/embedding_view.h"

namespace lepton::embed {

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

  void fill(std::span<std::uint32_t const> questions, std::mt19937_64& random);

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
  void choose_candidates(std::mt19937_64& random);
  void add_candidate(std::uint32_t entity);
  void choose_relations();
  void add_pairs();

  QueryIndex const& index_;
  EmbeddingView shape_;
  bool all_entities_, predict_relations_, softmax_;
  std::size_t drawn_;
  std::vector<std::uint32_t> questions_;
  std::vector<std::uint32_t> place_, relation_place_;  // of entities and relation rows; none: not in the batch
};

}  // namespace lepton::embed
