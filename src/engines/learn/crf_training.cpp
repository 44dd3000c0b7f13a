#include "learn/crf_training.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "base/check.h"
#include "base/error.h"

namespace lepton::learn {
namespace {

using runtime::LinearChain;
using runtime::TagScheme;

/// Gradient of one sentence after the other, with weights kept as scale × stored value so that L2 costs one
/// multiplication a step.
class ChainTrainer {
 public:
  ChainTrainer(ChainExamples const& examples, std::size_t features, std::size_t labels, CrfOptions const& options)
      : examples_(examples),
        labels_(labels),
        width_(LinearChain::width_of(labels)),
        rows_(features * width_),
        transitions_(LinearChain::transitions_of(labels)),
        legal_(transitions_.size()) {
    for (std::size_t i = 0; i < labels; ++i) {
      for (std::size_t j = 0; j < labels; ++j)
        legal_[i * width_ + j] = TagScheme::may_follow(static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j));
      legal_[first() + i] = TagScheme::may_begin(static_cast<std::uint8_t>(i));
      legal_[last() + i] = TagScheme::may_end(static_cast<std::uint8_t>(i));
    }
    if (examples.tables != nullptr) {
      check(examples.shape.width == width_, "the layer scores these labels");
      layer_.emplace(examples.shape, *examples.tables, ContextOptions{.seed = options.seed});
      if (!examples.layer.empty()) layer_->keep_inputs(examples.layer);
    }
    decay_ = options.penalty / static_cast<double>(std::max<std::size_t>(1, examples.sentences()));
    start_ = 1 / (options.rate * decay_);
  }

  /// Negative log likelihood before the step.
  double step(std::size_t sentence) {
    auto const begin = examples_.sentence_begin[sentence], end = examples_.sentence_begin[sentence + 1];
    double const rate = 1 / (decay_ * (start_ + static_cast<double>(steps_++)));
    scale_ *= 1 - rate * decay_;
    score(begin, end);
    forward();
    double const loss = log_total_ - gold(begin);
    backward_and_learn(begin, static_cast<float>(rate / scale_));
    if (scale_ < 1e-4) fold_scale();
    return loss;
  }

  /// Takes the weights as they are now into the mean, with this share of it.
  void keep(float share) {
    fold_scale();
    mix(kept_rows_, rows_, share);
    mix(kept_transitions_, transitions_, share);
    if (layer_) layer_->keep(share);
  }

  /// The mean of all that were kept, or the weights as they are now.
  [[nodiscard]] ChainWeights weights() {
    fold_scale();
    bool const kept = !kept_rows_.empty();
    return {labels_, width_, kept ? kept_rows_ : rows_, layer_ ? layer_->weights() : std::vector<float>(),
            kept ? kept_transitions_ : transitions_};
  }

 private:
  [[nodiscard]] std::size_t first() const { return width_ * width_; }
  [[nodiscard]] std::size_t last() const { return width_ * width_ + width_; }

  static void mix(std::vector<float>& mean, std::vector<float> const& values, float share) {
    mean.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) mean[i] += share * (values[i] - mean[i]);
  }

  void fold_scale() {
    auto const factor = static_cast<float>(scale_);
    for (auto& weight : rows_) weight *= factor;
    for (auto& weight : transitions_) weight *= factor;
    scale_ = 1;
  }

  void score(std::size_t begin, std::size_t end) {
    tokens_ = end - begin;
    scores_.assign(tokens_ * width_, 0);
    auto const scale = static_cast<float>(scale_);
    for (std::size_t token = 0; token < tokens_; ++token) {
      float* const sum = scores_.data() + token * width_;
      for (auto const feature : examples_.token(begin + token)) {
        float const* const row = rows_.data() + feature * width_;
        for (std::size_t j = 0; j < width_; ++j) sum[j] += row[j];
      }
      for (std::size_t j = 0; j < width_; ++j) sum[j] *= scale;
    }
    if (layer_) layer_->add_scores(std::span(examples_.context).subspan(begin, tokens_), true, scores_);
    factors_.resize(transitions_.size());
    for (std::size_t i = 0; i < factors_.size(); ++i)
      factors_[i] = legal_[i] != 0 ? std::exp(std::clamp(transitions_[i] * scale, -20.0f, 20.0f)) : 0;
  }

  /// Probabilities in the linear domain, brought back to sum 1 at every token. Exponents are bounded, so that the sum
  /// is a number even where the labels that fit a token may not follow those that fit the token before.
  void forward() {
    emissions_.assign(tokens_ * width_, 0);
    alpha_.assign(tokens_ * width_, 0);
    log_total_ = 0;
    for (std::size_t token = 0; token < tokens_; ++token) {
      float const* const score = scores_.data() + token * width_;
      float const most = *std::max_element(score, score + labels_);
      float* const emission = emissions_.data() + token * width_;
      for (std::size_t j = 0; j < labels_; ++j) emission[j] = std::exp(std::max(score[j] - most, -40.0f));
      float* const out = alpha_.data() + token * width_;
      if (token == 0) {
        std::copy_n(factors_.data() + first(), width_, out);
      } else {
        float const* const before = out - width_;
        for (std::size_t i = 0; i < labels_; ++i)
          for (std::size_t j = 0; j < width_; ++j) out[j] += before[i] * factors_[i * width_ + j];
      }
      for (std::size_t j = 0; j < width_; ++j) out[j] *= emission[j];
      if (token + 1 == tokens_)
        for (std::size_t j = 0; j < width_; ++j) out[j] *= factors_[last() + j];
      float sum = 0;
      for (std::size_t j = 0; j < width_; ++j) sum += out[j];
      for (std::size_t j = 0; j < width_; ++j) out[j] /= sum;
      log_total_ += std::log(sum) + most;
    }
  }

  [[nodiscard]] double gold(std::size_t begin) const {
    double sum = 0;
    for (std::size_t token = 0; token < tokens_; ++token) {
      auto const label = examples_.labels[begin + token];
      sum += scores_[token * width_ + label];
      auto const at = token == 0 ? first() + label : examples_.labels[begin + token - 1] * width_ + label;
      sum += transitions_[at] * scale_;
    }
    return sum + transitions_[last() + examples_.labels[begin + tokens_ - 1]] * scale_;
  }

  void backward_and_learn(std::size_t begin, float rate) {
    std::vector<float>& beta = beta_;
    beta.assign(width_, 1);
    changes_.assign(transitions_.size(), 0);
    errors_.assign(tokens_ * width_, 0);
    bool any_error = false;
    std::vector<float> marginal(width_);
    for (std::size_t token = tokens_; token-- > 0;) {
      float const* const alpha = alpha_.data() + token * width_;
      float sum = 0;
      for (std::size_t j = 0; j < width_; ++j) sum += marginal[j] = alpha[j] * beta[j];
      for (std::size_t j = 0; j < width_; ++j) marginal[j] /= sum;
      auto const label = examples_.labels[begin + token];
      if (token + 1 == tokens_) end_change(last(), marginal, label, rate);
      if (token == 0) {
        end_change(first(), marginal, label, rate);
      } else {
        pass_back(token, examples_.labels[begin + token - 1], label, rate);
      }
      // A token that is right beyond doubt teaches nothing: most are, after a few rounds.
      if (marginal[label] > 0.9995f) continue;
      any_error = true;
      for (std::size_t j = 0; j < labels_; ++j) errors_[token * width_ + j] = (j == label ? 1.0f : 0.0f) - marginal[j];
      learn_token(begin + token, errors_.data() + token * width_, rate);
    }
    if (layer_ && any_error) layer_->learn(errors_);
    // A long sentence counts the same pair of labels many times over: one step must not throw the weights far away.
    auto const most = static_cast<float>(0.5 / scale_);
    for (std::size_t i = 0; i < changes_.size(); ++i) transitions_[i] += std::clamp(changes_[i], -most, most);
  }

  void end_change(std::size_t at, std::vector<float> const& marginal, std::uint8_t label, float rate) {
    for (std::size_t j = 0; j < labels_; ++j)
      if (legal_[at + j] != 0) changes_[at + j] -= rate * marginal[j];
    changes_[at + label] += rate;
  }

  /// Pair marginals between token − 1 and token, then beta of token − 1.
  void pass_back(std::size_t token, std::uint8_t before, std::uint8_t label, float rate) {
    float const* const alpha = alpha_.data() + (token - 1) * width_;
    float const* const emission = emissions_.data() + token * width_;
    auto& weighted = room_;
    weighted.resize(width_);
    for (std::size_t j = 0; j < width_; ++j) weighted[j] = emission[j] * beta_[j];
    if (token + 1 == tokens_)
      for (std::size_t j = 0; j < width_; ++j) weighted[j] *= factors_[last() + j];
    next_beta_.assign(width_, 0);
    float total = 0;
    for (std::size_t i = 0; i < labels_; ++i) {
      float const* const factor = factors_.data() + i * width_;
      float sum = 0;
      for (std::size_t j = 0; j < labels_; ++j) sum += factor[j] * weighted[j];
      next_beta_[i] = sum;
      total += alpha[i] * sum;
    }
    for (std::size_t i = 0; i < labels_; ++i) {
      float const share = rate * alpha[i] / total;
      if (share < 1e-7f * rate) continue;
      float* const change = changes_.data() + i * width_;
      float const* const factor = factors_.data() + i * width_;
      for (std::size_t j = 0; j < width_; ++j) change[j] -= share * factor[j] * weighted[j];
    }
    changes_[before * width_ + label] += rate;
    float most = 0;
    for (auto const value : next_beta_) most = std::max(most, value);
    for (std::size_t j = 0; j < width_; ++j) beta_[j] = next_beta_[j] / most;
  }

  void learn_token(std::size_t token, float const* errors, float rate) {
    auto& change = room_;
    change.resize(width_);
    for (std::size_t j = 0; j < width_; ++j) change[j] = rate * errors[j];
    for (auto const feature : examples_.token(token)) {
      float* const row = rows_.data() + feature * width_;
      for (std::size_t j = 0; j < width_; ++j) row[j] += change[j];
    }
  }

  ChainExamples const& examples_;
  std::size_t labels_, width_, tokens_ = 0;
  std::vector<float> rows_, transitions_, kept_rows_, kept_transitions_;
  std::vector<char> legal_;
  double decay_ = 0, start_ = 0, scale_ = 1, log_total_ = 0;
  std::uint64_t steps_ = 0;
  std::optional<ContextTrainer> layer_;
  std::vector<float> scores_, factors_, emissions_, alpha_, beta_, next_beta_, room_, changes_, errors_;
};

/// Which weights are kept, and when it ends.
class Keeper {
 public:
  Keeper(CrfOptions const& options, CrfJudge const& judge)
      : options_(options), judge_(options.patience > 0 ? judge : CrfJudge{}) {}

  /// False: no more rounds.
  bool take(ChainTrainer& trainer, CrfRound& round) {
    if (!judge_) {
      int const averaged = round.number - options_.rounds / 2;
      if (averaged > 0) trainer.keep(1 / static_cast<float>(averaged));
      return true;
    }
    constexpr float later = 3;  // how much more later rounds count: by about this power of their number
    trainer.keep((later + 1) / (static_cast<float>(round.number) + later));
    auto weights = trainer.weights();
    round.judged = judge_(weights);
    round.best = best_round_ == 0 || *round.judged > best_;
    if (round.best) {
      best_ = *round.judged;
      best_round_ = round.number;
      weights_ = std::move(weights);
    }
    return round.number - best_round_ < options_.patience;
  }
  [[nodiscard]] ChainWeights weights(ChainTrainer& trainer) && {
    return best_round_ > 0 ? std::move(weights_) : trainer.weights();
  }

 private:
  CrfOptions const& options_;
  CrfJudge judge_;
  ChainWeights weights_;
  double best_ = 0;
  int best_round_ = 0;
};

/// The rate that learns most from a sample in one pass: the schedule's first step (Bottou 2012, §5).
double calibrated_rate(Call const& call, ChainExamples const& examples, std::size_t features, std::size_t labels,
                       CrfOptions options, std::vector<std::uint32_t> const& order) {
  std::size_t const sample = std::min<std::size_t>(order.size(), 400);
  double best_loss = 0, best_rate = 0;
  for (double const rate : {0.4, 0.2, 0.1, 0.05, 0.02, 0.01, 0.004, 0.001}) {
    call.proceed();
    options.rate = rate;
    ChainTrainer trainer(examples, features, labels, options);
    double loss = 0;
    for (int pass = 0; pass < 2; ++pass) {
      loss = 0;
      for (std::size_t i = 0; i < sample; ++i) loss += trainer.step(order[i]);
    }
    // a rate that throws the weights about may have the least loss of all by chance, or a negative one by rounding
    if (!std::isfinite(loss) || loss < 0) continue;
    if (best_rate == 0 || loss < best_loss) {
      best_loss = loss;
      best_rate = rate;
    }
  }
  if (best_rate == 0) throw invalid("the training diverges at every rate: raise 'penalty'");
  return best_rate / 2;  // the weights go on growing for many passes
}

constexpr int most_halvings = 3;

/// Nothing when the weights run away.
std::optional<ChainWeights> learn_rounds(Call const& call, ChainExamples const& examples, std::size_t features,
                                         std::size_t labels, CrfOptions const& options,
                                         std::vector<std::uint32_t> order, std::mt19937_64& random, CrfSink const& sink,
                                         CrfJudge const& judge) {
  ChainTrainer trainer(examples, features, labels, options);
  Keeper keeper(options, judge);
  for (int round = 1; round <= options.rounds; ++round) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    double loss = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i % 64 == 0) call.proceed();
      loss += trainer.step(order[i]);
    }
    if (!std::isfinite(loss)) return {};
    CrfRound told{round, loss / static_cast<double>(order.size()), {}};
    bool const go_on = keeper.take(trainer, told);
    if ((sink && !sink(told)) || !go_on) break;
  }
  return std::move(keeper).weights(trainer);
}

}  // namespace

ChainWeights train_chain(Call const& call, ChainExamples const& examples, std::size_t features, std::size_t labels,
                         CrfOptions const& options, CrfSink const& sink, CrfJudge const& judge) {
  if (examples.sentences() == 0) throw invalid("there is no sentence to learn from");
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < examples.sentences(); ++i)
    if (examples.sentence_begin[i] != examples.sentence_begin[i + 1]) order.push_back(i);
  std::mt19937_64 random(options.seed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  auto calibrated = options;
  if (options.rate == 0) calibrated.rate = calibrated_rate(call, examples, features, labels, options, order);
  auto const orders = random;
  int halvings = options.rate == 0 ? most_halvings : 0;  // a sample may bear a step that all sentences do not
  for (;; --halvings, calibrated.rate /= 2, random = orders) {
    auto learnt = learn_rounds(call, examples, features, labels, calibrated, order, random, sink, judge);
    if (learnt) return std::move(*learnt);
    if (halvings == 0) throw invalid("the training diverged: lower 'rate' or raise 'penalty'");
  }
}

std::vector<std::int32_t> whole_transitions(ChainWeights const& weights, float unit) {
  std::vector<std::int32_t> whole(weights.transitions.size(), LinearChain::forbidden);
  auto const width = weights.width;
  auto const set = [&](std::size_t at, bool legal) {
    if (legal) whole[at] = static_cast<std::int32_t>(std::lround(weights.transitions[at] / unit));
  };
  for (std::size_t i = 0; i < weights.labels; ++i) {
    auto const label = static_cast<std::uint8_t>(i);
    for (std::size_t j = 0; j < weights.labels; ++j)
      set(i * width + j, TagScheme::may_follow(label, static_cast<std::uint8_t>(j)));
    set(width * width + i, TagScheme::may_begin(label));
    set(width * width + width + i, TagScheme::may_end(label));
  }
  return whole;
}

std::vector<std::uint8_t> decode_chain(ChainExamples const& examples, ChainWeights const& weights) {
  constexpr float unit = 1.0f / 4096;
  LinearChain const chain(weights.labels, whole_transitions(weights, unit));
  std::vector<std::uint8_t> labels;
  std::vector<float> sums;
  std::vector<std::int32_t> scores;
  std::optional<ContextTrainer> layer;
  if (!weights.context.empty())
    layer.emplace(ContextTrainer::to_score(examples.shape, *examples.tables, weights.context));
  for (std::size_t sentence = 0; sentence < examples.sentences(); ++sentence) {
    auto const begin = examples.sentence_begin[sentence], end = examples.sentence_begin[sentence + 1];
    scores.clear();
    sums.assign((end - begin) * weights.width, 0.0f);
    for (auto token = begin; token < end; ++token)
      for (auto const feature : examples.token(token))
        for (std::size_t j = 0; j < weights.width; ++j)
          sums[(token - begin) * weights.width + j] += weights.rows[feature * weights.width + j];
    if (layer) layer->add_scores(std::span(examples.context).subspan(begin, end - begin), false, sums);
    for (auto const value : sums) scores.push_back(static_cast<std::int32_t>(std::lround(value / unit)));
    chain.decode(scores, labels);
  }
  return labels;
}

}  // namespace lepton::learn
