#include "learn/scorecard_trainer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "learn/binary_evaluation.h"
#include "learn/parameter_problems.h"
#include "learn/scorecard_training.h"
#include "runtime/scorecard_model.h"

namespace lepton::learn {
namespace {

struct ScorecardParameters {
  std::string target;
  std::vector<std::string> features, ignore;
  std::map<std::string, Monotone> monotone;
  ThresholdGoal threshold_goal = ThresholdGoal::f1;
  int most_ranges = 6;
  double least_share = 0.03, least_information = 0.02;
  double base_points = 600, base_odds = 50, double_odds = 20;
  runtime::ReasonReference reasons = runtime::ReasonReference::best;

  static constexpr auto fields() {
    using P = ScorecardParameters;
    return std::tuple{
        required("target", &P::target, "column to predict: 1 where the event came, else 0"),
        optional("features", &P::features, "columns to learn from; default: all others"),
        optional("ignore", &P::ignore, "columns to leave out"),
        optional("monotone", &P::monotone, "features by which the event's rate may only grow, or only fall"),
        optional("threshold_goal", &P::threshold_goal, "what the threshold is chosen for"),
        optional("most_ranges", &P::most_ranges, "ranges of a feature, 2 to 20"),
        optional("least_share", &P::least_share, "share of the rows that a range must hold, above 0, at most 0.5"),
        optional("least_information", &P::least_information, "of a feature on the card, 0 or more"),
        optional("base_points", &P::base_points, "points where the odds against the event are base_odds; to 100000"),
        optional("base_odds", &P::base_odds, "odds against the event at the base points, above 0"),
        optional("double_odds", &P::double_odds, "points that double the odds, 1 to 10000"),
        optional("reasons", &P::reasons, "what lost points are told against: the best range or the mean row")};
  }

  [[nodiscard]] static ScorecardParameters read(json::Object const& object) {
    ParameterProblems problems;
    auto p = problems.read<ScorecardParameters>(object);
    problems.expect_parameter(!p.target.empty(), "target", "must name a column");
    problems.expect_parameter(p.most_ranges >= 2 && p.most_ranges <= 20, "most_ranges", "must be between 2 and 20");
    problems.expect_parameter(p.least_share > 0 && p.least_share <= 0.5, "least_share",
                              "must be above 0 and at most 0.5");
    problems.expect_parameter(p.least_information >= 0, "least_information", "must be 0 or more");
    problems.expect_parameter(p.base_points >= -1e5 && p.base_points <= 1e5, "base_points",
                              "must be between -100000 and 100000");
    problems.expect_parameter(p.base_odds > 0 && p.base_odds <= 1e6, "base_odds", "must be above 0, at most 1000000");
    problems.expect_parameter(p.double_odds >= 1 && p.double_odds <= 1e4, "double_odds", "must be between 1 and 10000");
    problems.throw_if_any();
    return p;
  }

  [[nodiscard]] ScorecardOptions options() const {
    return {most_ranges, least_share, least_information, monotone, base_points, base_odds, double_odds, reasons};
  }
};

/// The columns whose rates may go one way only are there.
void require_monotone_known(Examples const& examples, ScorecardParameters const& parameters) {
  for (auto const& [name, direction] : parameters.monotone)
    if (std::find(examples.features.begin(), examples.features.end(), name) == examples.features.end())
      throw invalid(fmt::format("there is no feature '{}'", name),
                    {{"/parameters/monotone/" + name, "is not a feature"}});
}

}  // namespace

json::Object ScorecardTrainer::parameter_schema() const {
  return schema_of<ScorecardParameters>();
}

void ScorecardTrainer::complete(TrainingSpec& spec) const {
  auto const parameters = ScorecardParameters::read(spec.parameters);
  ParameterProblems problems;
  problems.expect(spec.key.empty() || spec.key != parameters.target, "/key", "is the target");
  problems.throw_if_any();
  spec.parameters = to_json(parameters).get_object();
}

TrainingResult ScorecardTrainer::train(Call const& call, TrainingInput const& input,
                                       ProgressSink const& progress) const {
  auto const& spec = input.spec;
  auto const parameters = ScorecardParameters::read(spec.parameters);
  auto const task = runtime::Task::binary_classification;
  auto const examples =
      read_csv(call, input.data, {parameters.target, spec.key, parameters.features, parameters.ignore}, task);
  require_monotone_known(examples, parameters);
  auto const parts = split(examples, spec.split, spec.split.by.value(), spec.seed, task);
  auto trained = train_scorecard(call, parts.train, parameters.options());
  if (trained.card.features.empty())
    throw invalid("no column tells the target apart enough for a scorecard; see 'least_information'");
  progress(
      {1, fmt::format("{} of {} columns are on the card", trained.card.features.size(), examples.features.size()), 1});
  TrainingResult result;
  auto& report = result.report;
  report.train_rows = static_cast<std::int64_t>(parts.train.rows());
  report.validation_rows = static_cast<std::int64_t>(parts.validation.rows());
  report.test_rows = static_cast<std::int64_t>(parts.test.rows());
  report.importance = std::move(trained.importance);
  report.warnings = std::move(trained.left_out);
  auto const names = trained.card.feature_names();
  result.signature = runtime::signature_of(trained.card, parameters.target);
  result.artifact = runtime::Scorecard(std::move(trained.card)).write();
  Split const on_card{parts.train.with_features(names), parts.validation.with_features(names),
                      parts.test.with_features(names)};
  evaluate_two_classes(*runtime::load(result.artifact, result.signature), result, on_card, parameters.threshold_goal,
                       spec.seed);
  return result;
}

}  // namespace lepton::learn
