#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/call.h"
#include "retrieval/segment.h"
#include "retrieval/term_vectors.h"

namespace lepton::retrieval {

/// A question and the key of a passage that answers it.
struct AnsweredQuestion {
  std::string question;
  std::string key;
};

/// How vectors are learnt.
struct LearningOptions {
  std::uint64_t seed = 1;
  std::uint32_t least_passages = 2;    ///< rarer terms have no vector
  std::size_t most_terms = 200'000;    ///< the most frequent are kept
  std::size_t most_passages = 50'000;  ///< more are sampled evenly
  double ridge = 0.3;                  ///< how far questions are smoothed
  double own_words = 0.5;              ///< how much a question means what a passage of its words would
};

/// Vectors that were learnt, in memory of their own.
struct LearntVectors {
  std::size_t dimensions = 0;
  std::vector<TermVectors::Numbers::Slot> slots;
  std::vector<float> idf, passages, questions;

  [[nodiscard]] TermVectors view() const { return {dimensions, TermVectors::Numbers(slots), idf, passages, questions}; }
};

/// Latent semantic analysis (Deerwester et al. 1990) of the passages; where there are `answered` questions, then a
/// linear map from the terms of questions to the vectors of the passages that answer them (ridge regression). Questions
/// whose passage is not among these are left out. Equal input gives equal bits. No term in least_passages: empty. Heeds
/// the call.
[[nodiscard]] LearntVectors learn_vectors(Call const& call, std::span<Passage const> passages,
                                          std::span<AnsweredQuestion const> answered, std::size_t dimensions,
                                          LearningOptions const& options);

}  // namespace lepton::retrieval
