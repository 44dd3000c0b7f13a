#include "embed/link/training_batch.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace lepton::embed {
namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

}  // namespace

TrainingBatch::TrainingBatch(QueryIndex const& index, EmbeddingView const& shape, EmbeddingOptions const& options)
    : index_(index),
      shape_(shape),
      all_entities_(options.candidates == 0 || options.candidates >= shape.entities),
      predict_relations_(options.relation_weight > 0),
      softmax_(options.objective == Loss::softmax),
      drawn_(static_cast<std::size_t>(options.candidates)),
      place_(shape.entities, none),
      relation_place_(shape.relation_row_count(), none) {
  if (all_entities_) {
    candidates.resize(shape.entities);
    std::iota(candidates.begin(), candidates.end(), 0u);
    std::iota(place_.begin(), place_.end(), 0u);
  }
  if (predict_relations_) {
    relation_rows.resize(shape.relation_row_count());
    std::iota(relation_rows.begin(), relation_rows.end(), 0u);
    std::iota(relation_place_.begin(), relation_place_.end(), 0u);
  }
}

void TrainingBatch::add_candidate(std::uint32_t entity) {
  if (place_[entity] != none) return;
  place_[entity] = static_cast<std::uint32_t>(candidates.size());
  candidates.push_back(entity);
}

/// Those that the batch's triples name, and others drawn at random, each of which stands for many.
void TrainingBatch::choose_candidates(std::mt19937_64& random) {
  if (all_entities_) return;
  for (auto const entity : candidates) place_[entity] = none;
  candidates.clear();
  for (auto const& part : parts_) {
    add_candidate(index_.query(part.question).source);
    for (auto const answer : answers(part)) add_candidate(answer);
  }
  std::size_t const named = candidates.size();
  for (std::size_t i = 0; i < drawn_; ++i) add_candidate(static_cast<std::uint32_t>(random() % shape_.entities));
  offsets.clear();
  if (!softmax_ || candidates.size() == named) return;
  offsets.assign(candidates.size(), 0);
  auto const stands_for = static_cast<float>(shape_.entities - named) / static_cast<float>(candidates.size() - named);
  std::fill(offsets.begin() + static_cast<std::ptrdiff_t>(named), offsets.end(), std::log(stands_for));
}

void TrainingBatch::choose_relations() {
  if (!predict_relations_) {
    for (auto const row : relation_rows) relation_place_[row] = none;
    relation_rows.clear();
    for (auto const query : queries) {
      auto const row = shape_.relation_row(query);
      if (relation_place_[row] != none) continue;
      relation_place_[row] = static_cast<std::uint32_t>(relation_rows.size());
      relation_rows.push_back(row);
    }
  }
  relation_occurrences.assign(relation_rows.size(), 0);
  relation_places.clear();
  for (std::size_t i = 0; i < queries.size(); ++i) {
    auto const place = relation_place_[shape_.relation_row(queries[i])];
    relation_places.push_back(place);
    relation_occurrences[place] += static_cast<std::uint32_t>(answers(parts_[i]).size());
  }
}

void TrainingBatch::add_pairs() {
  std::size_t const step = (triples + most_pairs - 1) / most_pairs;
  pair_weight = static_cast<float>(step);
  std::size_t count = 0;
  for (std::size_t i = 0; i < queries.size(); ++i)
    for (auto const answer : answers(parts_[i])) {
      if (count++ % step != 0) continue;
      Pair pair{queries[i].source, answer, sources[i], place_[answer], shape_.relation_row(queries[i])};
      if (shape_.inverse(queries[i])) {
        std::swap(pair.head, pair.tail);
        std::swap(pair.head_candidate, pair.tail_candidate);
      }
      pairs.push_back(pair);
    }
}

std::vector<QuestionPart> question_parts(QueryIndex const& index, std::size_t most) {
  std::vector<QuestionPart> parts;
  for (std::uint32_t question = 0; question < index.size(); ++question) {
    auto const count = index.answers(question).size();
    // as equal as they can be, so that none has a weight of its own
    std::size_t const pieces = (count + most - 1) / most;
    for (std::size_t i = 0; i < pieces; ++i)
      parts.push_back({question, static_cast<std::uint32_t>(count * i / pieces),
                       static_cast<std::uint32_t>(count * (i + 1) / pieces)});
  }
  return parts;
}

void TrainingBatch::fill(std::span<QuestionPart const> parts, std::mt19937_64& random) {
  parts_.assign(parts.begin(), parts.end());
  choose_candidates(random);
  occurrences.assign(candidates.size(), 0);
  queries.clear();
  sources.clear();
  targets.clear();
  pairs.clear();
  triples = 0;
  for (auto const& part : parts_) {
    auto const i = static_cast<std::uint32_t>(queries.size());
    queries.push_back(index_.query(part.question));
    sources.push_back(place_[queries.back().source]);
    occurrences[sources.back()] += part.end - part.begin;
    for (auto const answer : answers(part)) {
      targets.push_back({i, place_[answer]});
      ++occurrences[place_[answer]];
    }
    triples += part.end - part.begin;
  }
  choose_relations();
  if (predict_relations_) add_pairs();
}

}  // namespace lepton::embed
