#include "runtime/linear_chain.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/error.h"

namespace lepton::runtime {

LinearChain::LinearChain(std::size_t labels, std::span<std::int32_t const> transitions)
    : labels_(labels), width_(width_of(labels)) {
  if (labels == 0 || transitions.size() != transitions_of(labels))
    throw invalid("the model's transitions do not fit its labels");
  for (auto const score : transitions)
    if (score < forbidden || score > -forbidden) throw invalid("a transition of the model is out of range");
  auto const* at = transitions.data();
  into_.assign(at, at + width_ * width_);
  first_.assign(at + width_ * width_, at + width_ * width_ + width_);
  last_.assign(at + width_ * width_ + width_, at + width_ * width_ + 2 * width_);
}

void LinearChain::decode(std::span<std::int32_t const> scores, std::vector<std::uint8_t>& labels) const {
  std::size_t const tokens = scores.size() / width_;
  if (tokens == 0) return;
  std::vector<std::int32_t> best(first_.begin(), first_.end()), next(width_), from(width_);
  std::vector<std::uint8_t> back(tokens * width_);
  for (std::size_t j = 0; j < width_; ++j) best[j] += scores[j];
  for (std::size_t token = 1; token < tokens; ++token) {
    std::fill(next.begin(), next.end(), 4 * forbidden);
    for (std::size_t i = 0; i < labels_; ++i) {
      auto const* const row = into_.data() + i * width_;
      std::int32_t const base = best[i];
      for (std::size_t j = 0; j < width_; ++j) {
        std::int32_t const value = base + row[j];
        bool const better = value > next[j];
        next[j] = better ? value : next[j];
        from[j] = better ? static_cast<std::int32_t>(i) : from[j];
      }
    }
    auto const* const emission = scores.data() + token * width_;
    auto* const link = back.data() + token * width_;
    for (std::size_t j = 0; j < width_; ++j) {
      best[j] = std::max(next[j], forbidden) + emission[j];
      link[j] = static_cast<std::uint8_t>(from[j]);
    }
    // only differences count: however long the sequence, sums stay small
    auto const most = *std::max_element(best.begin(), best.begin() + static_cast<long>(labels_));
    for (auto& score : best) score -= most;
  }
  for (std::size_t j = 0; j < width_; ++j) best[j] += last_[j];
  auto label = static_cast<std::uint8_t>(std::max_element(best.begin(), best.begin() + static_cast<long>(labels_)) -
                                         best.begin());
  auto const offset = labels.size();
  labels.resize(offset + tokens);
  for (std::size_t token = tokens; token-- > 0;) {
    labels[offset + token] = label;
    label = back[token * width_ + label];
  }
}

std::vector<LinearChain::Sequence> LinearChain::decode_best(std::span<std::int32_t const> scores,
                                                            std::size_t count) const {
  struct Way {
    std::int64_t score;
    std::uint8_t label;
    std::uint32_t before;  // index among the ways of the token before
  };
  std::size_t const tokens = scores.size() / width_;
  if (tokens == 0 || count == 0) return {};
  // For each token the best `count` ways to each label.
  std::vector<std::vector<Way>> ways(tokens);
  auto const higher = [](Way const& a, Way const& b) { return a.score > b.score; };
  for (std::size_t token = 0; token < tokens; ++token)
    for (std::size_t j = 0; j < labels_; ++j) {
      std::vector<Way> found;
      std::int64_t const own = scores[token * width_ + j] + (token + 1 == tokens ? last_[j] : 0);
      if (token == 0) found.push_back({own + first_[j], static_cast<std::uint8_t>(j), 0});
      for (std::uint32_t i = 0; token > 0 && i < ways[token - 1].size(); ++i) {
        auto const& way = ways[token - 1][i];
        found.push_back({way.score + into_[way.label * width_ + j] + own, static_cast<std::uint8_t>(j), i});
      }
      std::erase_if(found, [](Way const& way) { return way.score <= forbidden / 2; });
      auto const kept = std::min(count, found.size());
      std::partial_sort(found.begin(), found.begin() + static_cast<long>(kept), found.end(), higher);
      ways[token].insert(ways[token].end(), found.begin(), found.begin() + static_cast<long>(kept));
    }
  auto& ends = ways.back();
  std::vector<std::uint32_t> order(ends.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return higher(ends[a], ends[b]); });
  std::vector<Sequence> sequences;
  for (std::size_t rank = 0; rank < std::min(count, order.size()); ++rank) {
    Sequence sequence{std::vector<std::uint8_t>(tokens), ends[order[rank]].score};
    auto at = order[rank];
    for (std::size_t token = tokens; token-- > 0;) {
      sequence.labels[token] = ways[token][at].label;
      at = ways[token][at].before;
    }
    sequences.push_back(std::move(sequence));
  }
  return sequences;
}

LinearChain::Marginals::Marginals(LinearChain const& chain, std::span<std::int32_t const> scores, float scale)
    : width_(chain.width_), tokens_(scores.size() / chain.width_), scale_(static_cast<double>(scale)) {
  auto const exponential = [&](std::int64_t score) {
    return score <= forbidden / 2 ? 0.0 : std::exp(static_cast<double>(score) * scale);
  };
  factors_.resize(width_ * width_);
  for (std::size_t i = 0; i < factors_.size(); ++i) factors_[i] = exponential(chain.into_[i]);
  emissions_.resize(tokens_ * width_);
  forward_.resize(tokens_ * width_);
  backward_.resize(tokens_ * width_);
  auto const normalise = [&](double* row) {
    double sum = 0;
    for (std::size_t j = 0; j < width_; ++j) sum += row[j];
    for (std::size_t j = 0; j < width_; ++j) row[j] /= sum > 0 ? sum : 1;
    return sum;
  };
  for (std::size_t token = 0; token < tokens_; ++token) {
    auto const* const row = scores.data() + token * width_;
    auto const most = *std::max_element(row, row + chain.labels_);
    for (std::size_t j = 0; j < chain.labels_; ++j)
      emissions_[token * width_ + j] = exponential(std::int64_t{row[j]} - most);
    auto* const out = forward_.data() + token * width_;
    for (std::size_t j = 0; j < chain.labels_; ++j) {
      double sum = token == 0 ? exponential(chain.first_[j]) : 0;
      for (std::size_t i = 0; token > 0 && i < chain.labels_; ++i) sum += (out - width_)[i] * factors_[i * width_ + j];
      out[j] = sum * emissions_[token * width_ + j];
    }
    log_total_ += std::log(normalise(out)) + most * scale_;
  }
  double ends = 0;
  for (std::size_t j = 0; tokens_ > 0 && j < chain.labels_; ++j)
    ends += forward_[(tokens_ - 1) * width_ + j] * exponential(chain.last_[j]);
  log_total_ += tokens_ > 0 ? std::log(ends) : 0;
  for (std::size_t token = tokens_; token-- > 0;) {
    auto* const out = backward_.data() + token * width_;
    for (std::size_t i = 0; i < chain.labels_; ++i) {
      double sum = token + 1 == tokens_ ? exponential(chain.last_[i]) : 0;
      for (std::size_t j = 0; token + 1 < tokens_ && j < chain.labels_; ++j)
        sum += factors_[i * width_ + j] * emissions_[(token + 1) * width_ + j] * (out + width_)[j];
      out[i] = sum;
    }
    (void)normalise(out);
  }
}

float LinearChain::Marginals::of_label(std::size_t token, std::uint8_t label) const {
  double sum = 0;
  for (std::size_t j = 0; j < width_; ++j) sum += forward_[token * width_ + j] * backward_[token * width_ + j];
  double const own = forward_[token * width_ + label] * backward_[token * width_ + label];
  return sum > 0 ? static_cast<float>(own / sum) : 0;
}

float LinearChain::Marginals::of_sequence(std::int64_t score) const {
  return static_cast<float>(std::exp(static_cast<double>(score) * scale_ - log_total_));
}

/// P(next at token+1 | label at token): what the chain makes of it from there on.
double LinearChain::Marginals::step(std::size_t token, std::uint8_t label, std::uint8_t next) const {
  auto const weight = [&](std::size_t j) {
    return factors_[label * width_ + j] * emissions_[(token + 1) * width_ + j] * backward_[(token + 1) * width_ + j];
  };
  double sum = 0;
  for (std::size_t j = 0; j < width_; ++j) sum += weight(j);
  return sum > 0 ? weight(next) / sum : 0;
}

float LinearChain::Marginals::of_span(TagSpan const& span) const {
  check(span.begin < span.end && span.end <= tokens_, "spans lie inside their sentence");
  auto const label_at = [&](std::uint32_t token) {
    auto const position = span.end - span.begin == 1 ? TagScheme::unit
                          : token == span.begin      ? TagScheme::begin
                          : token + 1 == span.end    ? TagScheme::last
                                                     : TagScheme::inside;
    return TagScheme::label(position, span.type);
  };
  double probability = of_label(span.begin, label_at(span.begin));
  for (auto token = span.begin; token + 1 < span.end; ++token)
    probability *= step(token, label_at(token), label_at(token + 1));
  return static_cast<float>(probability);
}

}  // namespace lepton::runtime
