#include "embed/link/link_predictor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "base/error.h"
#include "base/fields.h"

namespace lepton::embed {
namespace {

struct Settings {
  EmbeddingOptions options;
  Calibration calibration;

  static constexpr auto fields() {
    return std::tuple{required("options", &Settings::options, "of the training"),
                      required("calibration", &Settings::calibration, "of the answers")};
  }
};

/// `score(entity)` for every entity → the best of them.
template <typename Score>
std::vector<LinkAnswer> choose(std::uint32_t entities, std::span<std::uint32_t const> excluded, std::size_t most,
                               Calibration const& calibration, Score score) {
  std::vector<LinkAnswer> answers;
  answers.reserve(entities);
  auto next = excluded.begin();
  for (std::uint32_t entity = 0; entity < entities; ++entity) {
    while (next != excluded.end() && *next < entity) ++next;
    if (next != excluded.end() && *next == entity) continue;
    float const value = score(entity);
    answers.push_back({entity, std::isnan(value) ? -std::numeric_limits<float>::infinity() : value, 0, 0});
  }
  auto const better = [](LinkAnswer const& a, LinkAnswer const& b) {
    return a.score != b.score ? a.score > b.score : a.entity < b.entity;
  };
  auto const keep = static_cast<std::ptrdiff_t>(std::min(most, answers.size()));
  std::partial_sort(answers.begin(), answers.begin() + keep, answers.end(), better);
  double sum = 0;
  float const highest = answers.empty() ? 0 : answers.front().score;
  for (auto const& answer : answers) sum += std::exp(static_cast<double>(answer.score - highest));
  answers.resize(static_cast<std::size_t>(keep));
  for (auto& answer : answers) {
    answer.log_share = static_cast<double>(answer.score - highest) - std::log(sum);
    answer.probability = calibration.probability(answer.log_share);
  }
  return answers;
}

}  // namespace

std::vector<LinkAnswer> best_answers(EmbeddingView const& view, Query query, std::span<std::uint32_t const> excluded,
                                     std::size_t most, Calibration const& calibration) {
  EntityScores scores(view, 1);
  scores.compute(std::span(&query, 1));
  return choose(view.entities, excluded, most, calibration, [&](std::uint32_t entity) { return scores.at(0, entity); });
}

std::vector<Outcome> answer_outcomes(Call const& call, EmbeddingView const& view, std::span<Triple const> held_out,
                                     QueryIndex const& known, std::size_t most, std::size_t queries) {
  QueryIndex const right(held_out, view.relations);
  std::size_t const count = std::min(queries, right.size());
  std::vector<Outcome> outcomes;
  EntityScores scores(view, 1);
  std::vector<Query> block;
  for (std::size_t from = 0; from < count; from += EntityScores::block) {
    call.proceed();
    std::size_t const to = std::min(count, from + EntityScores::block);
    block.clear();
    for (auto i = from; i < to; ++i) block.push_back(right.query(i * right.size() / count));
    scores.compute(block);
    for (std::size_t i = 0; i < block.size(); ++i) {
      auto const answers = right.find(block[i]);
      auto const others = known.find(block[i]);
      std::vector<std::uint32_t> excluded;  // held-out triples may stand among the known ones as well
      std::set_difference(others.begin(), others.end(), answers.begin(), answers.end(), std::back_inserter(excluded));
      auto const score = [&](std::uint32_t entity) { return scores.at(i, entity); };
      for (auto const& answer : choose(view.entities, excluded, most, {}, score))
        outcomes.push_back({answer.log_share, std::binary_search(answers.begin(), answers.end(), answer.entity)});
    }
  }
  return outcomes;
}

std::string LinkPredictor::write(Embeddings const& embeddings, std::span<std::string const> entities,
                                 std::span<std::string const> relations, Calibration const& calibration) {
  check(entities.size() == embeddings.entities && relations.size() == embeddings.relations, "every vector has a name");
  runtime::ModelFileWriter writer{std::string(kind), version};
  writer.add("settings", json::write(to_json(Settings{embeddings.options, calibration})));
  write_names(writer, "entity", entities);
  write_names(writer, "relation", relations);
  writer.add("entity-vectors", embeddings.entity_rows);
  writer.add("relation-vectors", embeddings.relation_rows);
  return writer.finish();
}

LinkPredictor LinkPredictor::parse(std::string_view artifact) {
  return LinkPredictor(runtime::ModelFile::parse(artifact, kind, version));
}

LinkPredictor LinkPredictor::open(std::filesystem::path const& path) {
  return LinkPredictor(runtime::ModelFile::open(path, kind, version));
}

LinkPredictor::LinkPredictor(runtime::ModelFile file)
    : file_(std::move(file)), entities_(file_, "entity"), relations_(file_, "relation") {
  auto settings = from_json<Settings>(json::parse(file_.section("settings")));
  check_options(settings.options);
  check_calibration(settings.calibration);
  options_ = settings.options;
  calibration_ = std::move(settings.calibration);
  auto const vectors = file_.array<float>("entity-vectors"), of_relations = file_.array<float>("relation-vectors");
  view_.scoring = options_.scoring;
  view_.reciprocal = options_.reciprocal;
  view_.entities = static_cast<std::uint32_t>(entities_.size());
  view_.relations = static_cast<std::uint32_t>(relations_.size());
  view_.size = static_cast<std::size_t>(options_.dimension);
  if (vectors.size() != entities_.size() * view_.size || of_relations.size() != view_.relation_row_count() * view_.size)
    throw invalid("the model file is damaged: it has other vectors than names");
  view_.entity_rows = vectors.data();
  view_.relation_rows = of_relations.data();
}

std::vector<LinkAnswer> LinkPredictor::predict(Query query, std::span<std::uint32_t const> excluded,
                                               std::size_t most) const {
  if (query.source >= view_.entities)
    throw invalid(fmt::format("entity {} is asked about, there are {}", query.source, view_.entities));
  if (query.relation >= 2 * std::uint64_t{view_.relations})
    throw invalid(fmt::format("relation {} is asked about, there are {}", query.relation, view_.relations));
  return best_answers(view_, query, excluded, most, calibration_);
}

}  // namespace lepton::embed
