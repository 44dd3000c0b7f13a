#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/context_training.h"
#include "runtime/linear_chain.h"
#include "runtime/tag_scheme.h"

namespace lepton::learn {

/// Sentences as features: a token is a range of feature numbers and a label. A plain value that grows by tokens.
struct ChainExamples {
  std::vector<std::uint32_t> features;
  std::vector<std::uint64_t> token_begin{0};     ///< of each token in `features`, and the end
  std::vector<std::uint8_t> labels;              ///< of each token
  std::vector<std::uint32_t> sentence_begin{0};  ///< of each sentence in `labels`, and the end
  runtime::ContextShape shape;                   ///< of a layer that is learnt with the weights of features
  ContextTables const* tables = nullptr;         ///< that `context` points into; null: there is no layer
  std::vector<ContextToken> context;             ///< of each token, where there is a layer
  std::vector<float> layer;                      ///< weights of its inputs that are kept; empty: they are learnt

  [[nodiscard]] std::size_t sentences() const { return sentence_begin.size() - 1; }
  [[nodiscard]] std::span<std::uint32_t const> token(std::size_t i) const {
    return {features.data() + token_begin[i], features.data() + token_begin[i + 1]};
  }
};

struct CrfOptions {
  int rounds = 16;       ///< passes over the sentences
  double penalty = 1.0;  ///< L2: of the squared weights, per data set
  double rate = 0;       ///< step of the first update; 0: what a sample learns most by
  int patience = 0;      ///< rounds without a gain by the judge that end it; 0: all rounds are run
  std::uint64_t seed = 1;
};

/// Weights of a linear chain in floating point: rows of `width` numbers.
struct ChainWeights {
  std::size_t labels = 0, width = 0;
  std::vector<float> rows;
  std::vector<float> context;      ///< of a runtime::ContextLayer, or none
  std::vector<float> transitions;  ///< as runtime::LinearChain orders them; illegal ones are never used
};

struct CrfRound {
  int number = 0;
  double loss = 0;               ///< mean negative log likelihood of a sentence while it was learnt
  std::optional<double> judged;  ///< what the judge said
  bool best = true;              ///< none before was judged as high
};
/// Told of each round. False: stop.
using CrfSink = std::function<bool(CrfRound const&)>;
/// How good weights are, more is better; asked after each round where there is patience.
using CrfJudge = std::function<double(ChainWeights const&)>;

/// Maximum likelihood with L2 by stochastic gradient descent, a sentence a step (Bottou's schedule), over legal label
/// sequences only; the weights are the mean of those after each round of the second half. With patience nobody knows
/// beforehand which half that is: then it is a mean of all rounds so far in which later ones count more (Shamir & Zhang
/// 2013, §4), and the one that was judged best. One thread, and equal input gives equal weights, with
/// a layer on the same kind of processor. A rate that is chosen here is halved, at most three times, where the weights
/// run away; the rounds then begin anew. Throws Error{invalid} where they still do. Heeds the call.
[[nodiscard]] ChainWeights train_chain(Call const& call, ChainExamples const& examples, std::size_t features,
                                       std::size_t labels, CrfOptions const& options, CrfSink const& sink = {},
                                       CrfJudge const& judge = {});

/// Transitions as whole multiples of `unit`, illegal ones forbidden: what runtime::LinearChain takes.
[[nodiscard]] std::vector<std::int32_t> whole_transitions(ChainWeights const& weights, float unit);
/// The best labels of every sentence by these weights, in order.
[[nodiscard]] std::vector<std::uint8_t> decode_chain(ChainExamples const& examples, ChainWeights const& weights);

}  // namespace lepton::learn
