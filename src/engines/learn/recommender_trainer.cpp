#include "learn/recommender_trainer.h"

#include <fmt/format.h>

#include "learn/interaction_table.h"
#include "learn/parameter_problems.h"
#include "learn/recommendation_report.h"
#include "learn/recommender_training.h"
#include "recommend/recommender_model.h"

namespace lepton::learn {
namespace {

struct RecommenderParameters {
  std::string user, item;
  std::optional<std::string> value, time, item_text;
  std::optional<std::vector<std::string>> item_features;
  std::optional<ItemSource> items;
  std::optional<FactSource> facts;
  RecommendMethod method = RecommendMethod::automatic;
  bool blend = true, ranker = true;
  std::int64_t most = 10;
  double diversity = 0;
  std::optional<double> regularisation;
  std::int64_t dimension = 64;

  static constexpr auto fields() {
    using P = RecommenderParameters;
    return std::tuple{
        required("user", &P::user, "column of who"),
        required("item", &P::item, "column of what they took"),
        optional("value", &P::value, "column of how often or how strongly, from 0 on; else once"),
        optional("time", &P::time, "column of when: a date, a time or a number; each user's latest items are held out"),
        optional("item_text", &P::item_text, "column of what is written about the item"),
        optional("item_features", &P::item_features,
                 "columns of facts about the item; several stand in one field with '|' between"),
        optional("items", &P::items, "table of items: what is known of them, also of those that nobody took"),
        optional("facts", &P::facts, "table of facts, as a question to a graph answers with: paths from item to item"),
        optional("method", &P::method, "auto, popularity, neighbours, ease or als"),
        optional("blend", &P::blend, "whether several methods may be weighed against each other"),
        optional("ranker", &P::ranker, "whether trees may correct the order of a blend"),
        optional("most", &P::most, "items recommended, 1 to 1000"),
        optional("diversity", &P::diversity, "0: the likeliest items; towards 1: different ones among them"),
        optional("regularisation", &P::regularisation, "of ease or als; without it some are tried"),
        optional("dimension", &P::dimension, "of als: numbers of a vector, a multiple of 16, at most 1024")};
  }

  [[nodiscard]] static RecommenderParameters read(TrainingSpec const& spec) {
    ParameterProblems problems;
    auto p = problems.read<RecommenderParameters>(spec.parameters);
    if (p.items) problems.expect_input("items", p.items->input, spec.inputs);
    if (p.facts) {
      problems.expect_input("facts", p.facts->input, spec.inputs);
      problems.expect_parameter(p.facts->steps >= 1 && p.facts->steps <= 3, "facts/steps", "must be between 1 and 3");
    }
    problems.expect_parameter(p.most >= 1 && p.most <= 1000, "most", "must be between 1 and 1000");
    problems.expect_parameter(p.diversity >= 0 && p.diversity <= 1, "diversity", "must be between 0 and 1");
    problems.expect_parameter(!p.regularisation || (*p.regularisation >= 1e-6 && *p.regularisation <= 1e6),
                              "regularisation", "must be between 0.000001 and 1000000");
    problems.expect_parameter(
        !p.regularisation || p.method == RecommendMethod::ease || p.method == RecommendMethod::als, "regularisation",
        "goes with method ease or als");
    problems.expect_parameter(p.dimension >= 16 && p.dimension <= 1024 && p.dimension % 16 == 0, "dimension",
                              "must be a multiple of 16, at most 1024");
    bool const has_features = p.item_text || p.item_features || p.items;
    problems.expect_parameter(p.diversity == 0 || p.method != RecommendMethod::popularity || has_features, "diversity",
                              "needs a method that knows which items are alike, or features of the items");
    problems.throw_if_any();
    return p;
  }

  [[nodiscard]] InteractionColumns columns() const {
    return {user, item, value, time, item_text, item_features.value_or(std::vector<std::string>())};
  }
  [[nodiscard]] ItemTables further(TrainingInput const& input) const {
    ItemTables tables{items, facts, {}, {}};
    if (items) tables.items_file = input.inputs.at(items->input);
    if (facts) tables.facts_file = input.inputs.at(facts->input);
    return tables;
  }
  [[nodiscard]] RecommenderOptions options(TrainingSpec const& spec) const {
    return {.method = method,
            .blend = blend,
            .ranker = ranker,
            .regularisation = regularisation,
            .dimension = dimension,
            .path_steps = facts ? static_cast<std::size_t>(facts->steps) : 3,
            .most = static_cast<std::size_t>(most),
            .diversity = diversity,
            .threads = spec.threads,
            .seed = spec.seed};
  }
};

void say_what_is_odd(RecommendationReport const& test, TrainingReport& report) {
  if (test.facts && test.facts->items * 10 < test.items)
    report.warnings.push_back(
        fmt::format("the facts name {} of {} items: are items called there as in the other tables?", test.facts->items,
                    test.items));
  if (test.above_popularity.low <= 0)
    report.warnings.push_back(
        "the model is not surely better than recommending what most people take: there may be too few interactions");
  if (test.users < 100)
    report.warnings.push_back(fmt::format("only {} users have held-out items: the figures are rough", test.users));
}

}  // namespace

json::Object RecommenderTrainer::parameter_schema() const {
  return schema_of<RecommenderParameters>();
}

void RecommenderTrainer::complete(TrainingSpec& spec) const {
  ParameterProblems problems;
  problems.expect(spec.key.empty(), "/key", "is not for a recommender, which holds out items of every user");
  spec.parameters = to_json(RecommenderParameters::read(spec)).get_object();
  problems.throw_if_any();
}

TrainingResult RecommenderTrainer::train(Call const& call, TrainingInput const& input,
                                         ProgressSink const& progress) const {
  auto const parameters = RecommenderParameters::read(input.spec);
  auto const table = read_interactions(call, input.data, parameters.columns(), parameters.further(input));
  auto const parts = split_interactions(table, input.spec.split, input.spec.seed);
  auto const sink = [&](std::size_t done, std::size_t steps, std::string const& what) {
    progress({static_cast<double>(done) / static_cast<double>(steps), what, static_cast<int>(done)});
  };
  auto trained = train_recommender(call, table, parts, parameters.options(input.spec), sink);
  auto const model = recommend::Recommender::parse(trained.artifact);
  auto const test = evaluate_recommender(call, model, trained, table, parts, input.spec.seed);
  TrainingResult result;
  result.artifact = std::move(trained.artifact);
  result.signature = recommend::recommender_signature(parameters.item);
  auto& report = result.report;
  report.train_rows = static_cast<std::int64_t>(parts.train.size());
  report.validation_rows = static_cast<std::int64_t>(parts.validation.size());
  report.test_rows = static_cast<std::int64_t>(parts.test.size());
  report.test = to_json(test).get_object();
  report.metrics = {{"test_recall", test.recall},
                    {"test_ndcg", test.ndcg},
                    {"test_hit_rate", test.hit_rate},
                    {"test_coverage", test.coverage},
                    {"test_popularity_ndcg", test.methods.back().ndcg.mean},
                    {"test_ndcg_low", test.methods.front().ndcg.low},
                    {"test_ndcg_high", test.methods.front().ndcg.high}};
  if (test.ranker && test.ranker->kept) report.importance = test.ranker->importance;
  if (test.cold) report.metrics["test_cold_recall"] = test.cold->recall;
  say_what_is_odd(test, report);
  return result;
}

}  // namespace lepton::learn
