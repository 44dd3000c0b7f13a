#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/call.h"
#include "embed/link/embedding_options.h"
#include "embed/link/embedding_view.h"
#include "embed/link/ranking.h"

namespace lepton::embed {

/// What a training reads.
struct EmbeddingData {
  std::span<Triple const> train;
  std::span<Triple const> validation;  ///< for stopping early; never learnt from; may be empty
  std::uint32_t entities = 0, relations = 0;
};

/// Vectors that were learnt.
struct Embeddings {
  EmbeddingOptions options;
  std::uint32_t entities = 0, relations = 0;
  std::vector<float> entity_rows, relation_rows;
  std::int64_t epochs = 0;      ///< run
  std::int64_t best_epoch = 0;  ///< whose vectors these are
  double validation_mrr = 0;    ///< of these vectors; 0 without validation triples

  [[nodiscard]] EmbeddingView view() const;
};

struct EmbeddingProgress {
  std::int64_t epoch = 0;
  RankingReport const* validation = nullptr;  ///< where this epoch was validated
};
using EmbeddingSink = std::function<void(EmbeddingProgress const&)>;

/// Learns by Adagrad from batches of questions, each with some of its answers in the graph: the gradient is that of one
/// question a triple and costs a third. Not with all of them, because Adagrad takes one long step for many short ones,
/// and entities of many triples would not get far. Equal data and options give equal vectors on processors with
/// equal vector units. Throws Error{invalid} for options or data that cannot work and Error{exhausted} when the
/// vectors would take more than `memory_limit` bytes. Heeds the call.
[[nodiscard]] Embeddings train_embeddings(Call const& call, EmbeddingData const& data, EmbeddingOptions const& options,
                                          EmbeddingSink const& sink = {},
                                          std::size_t memory_limit = std::size_t{8} << 30);

}  // namespace lepton::embed
