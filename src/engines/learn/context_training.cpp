#include "learn/context_training.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "embed/dense_product.h"

namespace lepton::learn {

using runtime::ContextShape;

namespace {

constexpr float first_square = 0.01F;  // of Adagrad: no first step is as long as the rate

}  // namespace

ContextTrainer::ContextTrainer(ContextShape shape, ContextTables const& tables, ContextOptions const& options)
    : shape_(shape),
      tables_(tables),
      options_(options),
      random_(options.seed),
      weights_(shape.weights()),
      squares_(shape.weights(), first_square),
      gradient_(shape.weights()) {
  check(shape.units % embed::lanes == 0 && shape.units <= ContextShape::most_units, "units come in whole lanes");
  auto const spread = [](std::size_t from, std::size_t to) {  // Glorot & Bengio 2010
    return std::sqrt(6.0F / static_cast<float>(from + to));
  };
  auto const inputs = shape.inputs() * shape.units;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    float const uniform = static_cast<float>(random_() >> 40) / static_cast<float>(1 << 23) - 1;
    weights_[i] = uniform * (i < inputs ? spread(ContextShape::places * shape.word(), shape.units)
                                        : 0.3F * spread(shape.units, shape.width));
  }
  std::fill_n(weights_.begin() + static_cast<std::ptrdiff_t>(shape.bias_at() * shape.units), shape.units, 0.0F);
}

ContextTrainer ContextTrainer::to_score(ContextShape shape, ContextTables const& tables, std::vector<float> weights) {
  ContextTrainer out(shape, tables);
  out.kept_ = std::move(weights);
  return out;
}

bool ContextTrainer::chance(double share) {
  return static_cast<double>(random_() >> 11) * 0x1p-53 < share;
}

void ContextTrainer::read_token(std::span<ContextToken const> sentence, std::size_t token, bool learning, float* row) {
  constexpr std::size_t reach = ContextShape::places / 2;
  for (std::size_t place = 0; place < ContextShape::places; ++place) {
    bool const beyond = token + place < reach || token + place - reach >= sentence.size();
    if (beyond || (learning && chance(options_.word_dropout))) continue;
    auto const from = sentence[token + place - reach].word * shape_.word();
    std::copy_n(tables_.words.data() + from, shape_.word(), row + place * shape_.word());
  }
  for (auto lists = sentence[token].lists; lists != 0; lists &= lists - 1)
    row[shape_.lists_at() + static_cast<std::size_t>(std::countr_zero(lists))] = 1;
  std::copy_n(tables_.topics.data() + sentence[token].document * shape_.vector, shape_.vector, row + shape_.topic_at());
  row[shape_.bias_at()] = 1;
}

void ContextTrainer::read(std::span<ContextToken const> sentence, bool learning) {
  tokens_ = sentence.size();
  inputs_.assign(tokens_ * shape_.inputs(), 0.0F);
  for (std::size_t token = 0; token < tokens_; ++token)
    read_token(sentence, token, learning, inputs_.data() + token * shape_.inputs());
}

void ContextTrainer::add_scores(std::span<ContextToken const> sentence, bool learning, std::span<float> scores) {
  read(sentence, learning);
  units_.assign(tokens_ * shape_.units, 0.0F);
  auto const& weights = learning || kept_.empty() ? weights_ : kept_;
  embed::add_product(tokens_, shape_.units, shape_.inputs(), {inputs_.data(), shape_.inputs(), 1},
                     {weights.data(), shape_.units}, {units_.data(), shape_.units});
  factors_.assign(units_.size(), 0.0F);
  auto const scale = static_cast<float>(learning ? 1 / (1 - options_.unit_dropout) : 1);
  float const* const outputs = weights.data() + shape_.inputs() * shape_.units;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (units_[i] > 0 && !(learning && chance(options_.unit_dropout))) factors_[i] = scale;
    units_[i] *= factors_[i];
    if (units_[i] == 0) continue;
    float* const sum = scores.data() + i / shape_.units * shape_.width;
    float const* const row = outputs + i % shape_.units * shape_.width;
    for (std::size_t j = 0; j < shape_.width; ++j) sum[j] += units_[i] * row[j];
  }
}

void ContextTrainer::learn(std::span<float const> errors) {
  auto const outputs = shape_.inputs() * shape_.units;
  std::fill(gradient_.begin(), gradient_.end(), 0.0F);
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (factors_[i] == 0) continue;
    float const* const error = errors.data() + i / shape_.units * shape_.width;
    float const* const row = weights_.data() + outputs + i % shape_.units * shape_.width;
    float* const change = gradient_.data() + outputs + i % shape_.units * shape_.width;
    float sum = 0;
    for (std::size_t j = 0; j < shape_.width; ++j) {
      sum += error[j] * row[j];
      change[j] -= error[j] * units_[i];
    }
    factors_[i] *= -sum;  // what the unit's input should fall by
  }
  auto const from = learns_inputs_ ? 0 : outputs;
  if (learns_inputs_)
    embed::add_product(shape_.inputs(), shape_.units, tokens_, {inputs_.data(), 1, shape_.inputs()},
                       {factors_.data(), shape_.units}, {gradient_.data(), shape_.units});
  embed::adagrad_step(weights_.data() + from, squares_.data() + from, gradient_.data() + from,
                      static_cast<float>(options_.rate), weights_.size() - from);
}

void ContextTrainer::keep_inputs(std::span<float const> weights) {
  std::copy_n(weights.begin(), shape_.inputs() * shape_.units, weights_.begin());
  learns_inputs_ = false;
}

void ContextTrainer::keep(float share) {
  kept_.resize(weights_.size());
  for (std::size_t i = 0; i < kept_.size(); ++i) kept_[i] += share * (weights_[i] - kept_[i]);
}

}  // namespace lepton::learn
