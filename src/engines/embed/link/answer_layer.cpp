#include "embed/link/answer_layer.h"

#include <algorithm>
#include <cmath>

namespace lepton::embed {
namespace {

constexpr float lowest = -1e30f;

/// Of values that are to lie side by side with those of equal candidates, in the order they came.
template <typename Value, typename Candidate>
void sort_by_candidate(std::vector<Value>& values, Candidate candidate) {
  std::stable_sort(values.begin(), values.end(),
                   [&](Value const& a, Value const& b) { return candidate(a) < candidate(b); });
}

}  // namespace

void LearntTable::step(std::size_t row, float const* gradient, float rate) {
  adagrad_step(values_.data() + row * size_, squares_.data() + row * size_, gradient, rate, size_);
}

AnswerLayer::AnswerLayer(LayerOptions const& options, std::size_t threads)
    : options_(options), threads_(threads), scratch_(threads) {
  for (auto& scratch : scratch_) {
    scratch.rows.resize(tile * row_stride());
    scratch.gradient.resize(tile * row_stride());
  }
}

void AnswerLayer::begin(std::size_t queries, std::span<std::uint32_t const> candidates, std::span<float const> offsets,
                        std::vector<Target> targets, float weight) {
  queries_ = queries;
  weight_ = weight;
  candidates_.assign(candidates.begin(), candidates.end());
  offsets_.assign(offsets.begin(), offsets.end());
  targets_ = std::move(targets);
  sort_by_candidate(targets_, [](Target const& target) { return target.candidate; });
  query_weights_.assign(width(), 0);
  for (auto const& target : targets_) query_weights_[target.query] += weight;
  queries_by_row_.assign(padded(queries_) * row_stride(), 0);
  queries_by_column_.resize(options_.size * width());
  query_squares_.assign(width(), 0);
  scores_.resize(candidates_.size() * width());
  if (options_.distance) {
    distances_.resize(scores_.size());
    row_pull_.resize(candidates_.size());
  }
  normaliser_.assign(width(), 0);
  for (auto& scratch : scratch_) {
    scratch.exponentials.resize(width());
    scratch.most.assign(width(), lowest);
    scratch.sums.assign(width(), 0);
    scratch.pull.assign(width(), 0);
    scratch.of_queries.assign(padded(queries_) * row_stride(), 0);
  }
  extra_begin_.assign(candidates_.size() + 1, 0);
  extra_rows_.clear();
  occurrences_.assign(candidates_.size(), 0);
}

void AnswerLayer::finish_queries(std::size_t thread) {
  auto const [begin, end] = share(thread);
  for (std::size_t i = begin; i < padded(end); ++i) {
    float const* const row = query(i);
    float square = 0;
    for (std::size_t k = 0; k < options_.size; ++k) {
      queries_by_column_[k * width() + i] = row[k];
      square += row[k] * row[k];
    }
    query_squares_[i] = square;
  }
}

void AnswerLayer::load(Scratch& scratch, LearntTable const& table, std::size_t from, std::size_t to) const {
  for (std::size_t j = from; j < to; ++j)
    std::copy_n(table.row(candidates_[j]), options_.size, scratch.rows.data() + (j - from) * row_stride());
}

void AnswerLayer::to_distances(Scratch const& scratch, std::size_t from, std::size_t to) {
  for (std::size_t j = from; j < to; ++j) {
    float const* const row = scratch.rows.data() + (j - from) * row_stride();
    float square = 0;
    for (std::size_t k = 0; k < options_.size; ++k) square += row[k] * row[k];
    float* const score = scores(j);
    float* const distance = distances_.data() + j * width();
    for (std::size_t i = 0; i < padded(queries_); ++i) {
      distance[i] = std::sqrt(std::max(query_squares_[i] + square - 2 * score[i], 1e-6f));
      score[i] = -distance[i];
    }
  }
}

void AnswerLayer::score(std::size_t thread, LearntTable const& table) {
  auto& scratch = scratch_[thread];
  auto const [begin, end] = candidate_share(thread);
  for (std::size_t from = begin; from < end; from += tile) {
    std::size_t const to = std::min(end, from + tile);
    load(scratch, table, from, to);
    std::fill(scores(from), scores(from) + (to - from) * width(), 0.0f);
    add_product(to - from, padded(queries_), options_.size, {scratch.rows.data(), row_stride(), 1},
                {queries_by_column_.data(), width()}, {scores(from), width()});
    if (options_.distance) to_distances(scratch, from, to);
    for (std::size_t j = from; j < to; ++j) {
      float* const row = scores(j);
      if (!offsets_.empty())
        for (std::size_t i = 0; i < padded(queries_); ++i) row[i] += offsets_[j];
      for (std::size_t i = 0; i < padded(queries_); ++i) scratch.most[i] = std::max(scratch.most[i], row[i]);
    }
  }
}

void AnswerLayer::sum(std::size_t thread) {
  auto& scratch = scratch_[thread];
  float const heat = options_.loss == Loss::logistic ? options_.temperature : 1.0f;
  std::vector<float> most(width(), lowest);
  for (auto const& other : scratch_)
    for (std::size_t i = 0; i < padded(queries_); ++i) most[i] = std::max(most[i], heat * other.most[i]);
  auto const [begin, end] = candidate_share(thread);
  auto target = std::lower_bound(targets_.begin(), targets_.end(), begin,
                                 [](Target const& t, std::size_t j) { return t.candidate < j; });
  for (std::size_t j = begin; j < end; ++j) {
    float const* const row = scores(j);
    for (std::size_t i = 0; i < padded(queries_); ++i) scratch.exponentials[i] = heat * row[i];
    for (; target != targets_.end() && target->candidate == j; ++target)
      if (options_.loss == Loss::logistic) scratch.exponentials[target->query] = lowest;
    exp_and_add(scratch.exponentials.data(), most.data(), scratch.sums.data(), padded(queries_));
  }
  if (thread == 0) normaliser_ = std::move(most);
}

void AnswerLayer::softmax_coefficients(Scratch& scratch, std::size_t from, std::size_t to) {
  for (std::size_t j = from; j < to; ++j) {
    float* const row = scores(j);
    exp_and_add(row, normaliser_.data(), scratch.exponentials.data(), padded(queries_));
    for (std::size_t i = 0; i < padded(queries_); ++i) row[i] *= scratch.most[i];
  }
  auto target = std::lower_bound(targets_.begin(), targets_.end(), from,
                                 [](Target const& t, std::size_t j) { return t.candidate < j; });
  for (; target != targets_.end() && target->candidate < to; ++target)
    scores(target->candidate)[target->query] -= weight_;
}

void AnswerLayer::logistic_coefficients(Scratch& scratch, std::size_t from, std::size_t to) {
  auto target = std::lower_bound(targets_.begin(), targets_.end(), from,
                                 [](Target const& t, std::size_t j) { return t.candidate < j; });
  for (std::size_t j = from; j < to; ++j) {
    float* const row = scores(j);
    auto const first = target;
    std::vector<float> of_targets;
    for (; target != targets_.end() && target->candidate == j; ++target)
      of_targets.push_back(-weight_ / (1 + std::exp(options_.margin + row[target->query])));
    for (std::size_t i = 0; i < padded(queries_); ++i) scratch.exponentials[i] = options_.temperature * row[i];
    exp_and_add(scratch.exponentials.data(), normaliser_.data(), scratch.pull.data(), padded(queries_));
    for (std::size_t i = 0; i < padded(queries_); ++i)
      row[i] = scratch.most[i] * scratch.exponentials[i] / (1 + std::exp(-options_.margin - row[i]));
    for (std::size_t t = 0; t < of_targets.size(); ++t)
      row[(first + static_cast<std::ptrdiff_t>(t))->query] = of_targets[t];
  }
  std::fill(scratch.pull.begin(), scratch.pull.end(), 0.0f);
}

/// The score is −distance, whose slope towards the candidate is (candidate − query) / distance.
void AnswerLayer::divide_by_distances(Scratch& scratch, std::size_t from, std::size_t to) {
  for (std::size_t j = from; j < to; ++j) {
    float* const row = scores(j);
    float const* const distance = distances_.data() + j * width();
    float pull = 0;
    for (std::size_t i = 0; i < queries_; ++i) {
      row[i] /= distance[i];
      scratch.pull[i] += row[i];
      pull += row[i];
    }
    row_pull_[j] = pull;
  }
}

void AnswerLayer::differentiate(std::size_t thread, LearntTable const& table) {
  auto& scratch = scratch_[thread];
  // From here `most` holds what an exponential is multiplied with: the query's weight over its sum.
  std::fill(scratch.most.begin(), scratch.most.end(), 0.0f);
  for (auto const& other : scratch_)
    for (std::size_t i = 0; i < queries_; ++i) scratch.most[i] += other.sums[i];
  for (std::size_t i = 0; i < padded(queries_); ++i)
    scratch.most[i] = scratch.most[i] > 0 ? query_weights_[i] / scratch.most[i] : 0;
  auto const [begin, end] = candidate_share(thread);
  for (std::size_t from = begin; from < end; from += tile) {
    std::size_t const to = std::min(end, from + tile);
    load(scratch, table, from, to);
    if (options_.loss == Loss::softmax)
      softmax_coefficients(scratch, from, to);
    else
      logistic_coefficients(scratch, from, to);
    if (options_.distance) divide_by_distances(scratch, from, to);
    add_product(queries_, options_.size, to - from, {scores(from), 1, width()}, {scratch.rows.data(), row_stride()},
                {scratch.of_queries.data(), row_stride()});
  }
}

void AnswerLayer::query_gradient(std::size_t i, float* out) const {
  std::fill_n(out, options_.size, 0.0f);
  float pull = 0;
  for (auto const& scratch : scratch_) {
    float const* const part = scratch.of_queries.data() + i * row_stride();
    for (std::size_t k = 0; k < options_.size; ++k) out[k] += part[k];
    pull += scratch.pull[i];
  }
  if (!options_.distance) return;
  float const* const row = queries_by_row_.data() + i * row_stride();
  for (std::size_t k = 0; k < options_.size; ++k) out[k] -= pull * row[k];
}

void AnswerLayer::set_extra(std::vector<ExtraGradient> const& extra, std::span<std::uint32_t const> occurrences) {
  for (auto const& gradient : extra) ++extra_begin_[gradient.candidate + 1];
  for (std::size_t j = 0; j < candidates_.size(); ++j) extra_begin_[j + 1] += extra_begin_[j];
  extra_rows_.resize(extra.size());
  auto next = extra_begin_;
  for (auto const& gradient : extra) extra_rows_[next[gradient.candidate]++] = gradient.row;
  occurrences_.assign(occurrences.begin(), occurrences.end());
}

void AnswerLayer::add_elsewhere(LearntTable const& table, std::size_t candidate, float* gradient, float cubes,
                                bool complex) const {
  std::size_t const size = options_.size, half = size / 2;
  for (auto at = extra_begin_[candidate]; at < extra_begin_[candidate + 1]; ++at)
    for (std::size_t k = 0; k < size; ++k) gradient[k] += extra_rows_[at][k];
  float const* const value = table.row(candidates_[candidate]);
  float const factor = 3 * cubes * static_cast<float>(occurrences_[candidate]);
  if (factor == 0) return;
  if (complex) {
    for (std::size_t k = 0; k < half; ++k) {
      float const length = factor * std::sqrt(value[k] * value[k] + value[half + k] * value[half + k]);
      gradient[k] += length * value[k];
      gradient[half + k] += length * value[half + k];
    }
  } else {
    for (std::size_t k = 0; k < size; ++k) gradient[k] += factor * std::abs(value[k]) * value[k];
  }
}

void AnswerLayer::learn(std::size_t thread, LearntTable& table, float rate, float cubes, bool complex) {
  auto& scratch = scratch_[thread];
  auto const [begin, end] = candidate_share(thread);
  for (std::size_t from = begin; from < end; from += tile) {
    std::size_t const to = std::min(end, from + tile);
    std::fill_n(scratch.gradient.begin(), (to - from) * row_stride(), 0.0f);
    add_product(to - from, options_.size, queries_, {scores(from), width(), 1}, {queries_by_row_.data(), row_stride()},
                {scratch.gradient.data(), row_stride()});
    for (std::size_t j = from; j < to; ++j) {
      float* const gradient = scratch.gradient.data() + (j - from) * row_stride();
      if (options_.distance && queries_ > 0) {
        float const* const value = table.row(candidates_[j]);
        for (std::size_t k = 0; k < options_.size; ++k) gradient[k] -= row_pull_[j] * value[k];
      }
      add_elsewhere(table, j, gradient, cubes, complex);
      table.step(candidates_[j], gradient, rate);
    }
  }
}

}  // namespace lepton::embed
