#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "runtime/context_layer.h"

namespace lepton::learn {

/// What a runtime::ContextLayer sees of documents, as tables that tokens point into.
struct ContextTables {
  std::vector<float> words;   ///< shape.word() numbers a word
  std::vector<float> topics;  ///< shape.vector numbers a document
};
struct ContextToken {
  std::uint32_t word = 0, document = 0;
  std::uint64_t lists = 0;
};

/// How a layer is learnt.
struct ContextOptions {
  double rate = 0.03;         ///< of Adagrad
  double unit_dropout = 0.3;  ///< share of units that are off while a sentence is learnt
  double word_dropout = 0.1;  ///< share of words that are not seen
  std::uint64_t seed = 1;
};

/// Learns the weights of a ContextLayer, a sentence at a time: scores first, then what they should have been. Products
/// by the processor's widest vectors: the same processor gives the same weights. The tables outlive it. One thread.
class ContextTrainer {
 public:
  ContextTrainer(runtime::ContextShape shape, ContextTables const& tables, ContextOptions const& options);
  /// To score alone, by weights that are learnt.
  [[nodiscard]] static ContextTrainer to_score(runtime::ContextShape shape, ContextTables const& tables,
                                               std::vector<float> weights);

  /// Adds to the scores of a sentence, `width` a token; while learning, some units and words are left out.
  void add_scores(std::span<ContextToken const> sentence, bool learning, std::span<float> scores);
  /// One step after add_scores: `errors` are how much each score should rise, `width` a token.
  void learn(std::span<float const> errors);

  /// Takes these weights of inputs and leaves them as they are: outputs alone are learnt.
  void keep_inputs(std::span<float const> weights);

  /// Takes the weights into the mean that weights() gives, with this share of it.
  void keep(float share);
  [[nodiscard]] std::vector<float> const& weights() const { return kept_.empty() ? weights_ : kept_; }

 private:
  ContextTrainer(runtime::ContextShape shape, ContextTables const& tables) : shape_(shape), tables_(tables) {}
  void read(std::span<ContextToken const> sentence, bool learning);
  void read_token(std::span<ContextToken const> sentence, std::size_t token, bool learning, float* row);
  [[nodiscard]] bool chance(double share);

  runtime::ContextShape shape_;
  ContextTables const& tables_;
  ContextOptions options_;
  bool learns_inputs_ = true;
  std::mt19937_64 random_;
  std::vector<float> weights_, squares_, kept_, gradient_;
  std::size_t tokens_ = 0;
  std::vector<float> inputs_, units_, factors_;  ///< of the sentence
};

}  // namespace lepton::learn
