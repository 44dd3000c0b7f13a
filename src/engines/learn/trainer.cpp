#include "learn/trainer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "learn/anomaly_trainer.h"
#include "learn/linear_text_trainer.h"
#include "learn/recommender_trainer.h"
#include "learn/scorecard_trainer.h"
#include "learn/sequence_tagger_trainer.h"
#include "learn/xgboost_trainer.h"

namespace lepton::learn {
namespace {

std::vector<std::unique_ptr<Trainer>> all_trainers() {
  std::vector<std::unique_ptr<Trainer>> all;
  all.push_back(std::make_unique<AnomalyTrainer>());
  all.push_back(std::make_unique<LinearTextTrainer>());
  all.push_back(std::make_unique<RecommenderTrainer>());
  all.push_back(std::make_unique<ScorecardTrainer>());
  all.push_back(std::make_unique<SequenceTaggerTrainer>());
  all.push_back(std::make_unique<XgboostTrainer>());
  return all;
}

}  // namespace

std::unique_ptr<Trainer> make_trainer(std::string_view name) {
  for (auto& trainer : all_trainers())
    if (trainer->name() == name) return std::move(trainer);
  auto const names = fmt::format("{}", fmt::join(trainer_names(), ", "));
  throw invalid(fmt::format("there is no trainer '{}'; the trainers are: {}", name, names),
                {{"/trainer", "expected one of " + names}});
}

std::vector<std::string> trainer_names() {
  std::vector<std::string> names;
  for (auto const& trainer : all_trainers()) names.emplace_back(trainer->name());
  return names;
}

}  // namespace lepton::learn
