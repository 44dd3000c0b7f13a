#include "recommend/recommender_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "recommend/history_text.h"

namespace lepton::recommend {
namespace {

constexpr std::size_t most_reasons = 3;  // of each kind

/// The first few, those that speak for the item.
template <typename Part>
std::vector<Part> first_above(std::vector<Part> parts) {
  std::erase_if(parts, [](Part const& one) { return !(one.part > 0); });
  if (parts.size() > most_reasons) parts.resize(most_reasons);
  return parts;
}

/// Names that the model does not know are passed over: it was trained before they came.
std::vector<Taken> known_of(Recommender const& recommender, std::vector<NamedTaken> const& named) {
  std::vector<Taken> history;
  for (auto const& [name, value] : named)
    if (auto const item = recommender.names().find(name)) history.push_back({*item, value});
  std::stable_sort(history.begin(), history.end(), [](auto const& a, auto const& b) { return a.item < b.item; });
  history.erase(
      std::unique(history.begin(), history.end(), [](auto const& a, auto const& b) { return a.item == b.item; }),
      history.end());
  return history;
}

class RecommenderModel final : public runtime::Model {
 public:
  RecommenderModel(Recommender recommender, runtime::Signature signature)
      : Model(std::move(signature)), recommender_(std::move(recommender)) {}

  [[nodiscard]] std::string_view platform() const override { return Recommender::kind; }
  [[nodiscard]] std::size_t memory_bytes() const override { return recommender_.bytes(); }

 private:
  [[nodiscard]] std::vector<Taken> history(runtime::RowsView input, std::size_t row) const try {
    return known_of(recommender_, read_history(input.texts[0][row]));
  } catch (Error const& error) {
    throw invalid(fmt::format("row {} of '{}': {}", row, signature().inputs[0].name, error.what()));
  }

  void run(runtime::RowsView input, runtime::Prediction& out) const override {
    out.texts.resize(out.columns);
    for (std::size_t row = 0; row < input.rows(); ++row) {
      auto const taken = history(input, row);
      json::Array items, scores;
      for (auto const& one : recommender_.recommend(taken)) {
        items.emplace_back(recommender_.names()[one.item]);
        scores.emplace_back(static_cast<double>(one.score));
      }
      out.texts[0].push_back(json::write(items));
      out.texts[1].push_back(json::write(scores));
      out.values[row * out.columns + 2] = static_cast<double>(taken.size());
    }
  }

  /// Of each item: its popularity as base, the items of the history that were taken together with it, and the facts
  /// that it shares with them, each with the way there: "item of the history – fact".
  [[nodiscard]] std::vector<runtime::Explanation> explain_row(runtime::RowsView input, std::size_t row) const override {
    auto const taken = history(input, row);
    std::vector<runtime::Explanation> out;
    for (auto const& one : recommender_.recommend(taken)) {
      runtime::Explanation explanation{
          std::string(recommender_.names()[one.item]), recommender_.popularity_part(taken, one.item), {}};
      auto& said = explanation.contributions;
      for (auto const& reason : first_above(recommender_.taken_together(taken, one.item)))
        said.push_back({std::string(recommender_.names()[reason.item]), reason.part});
      for (auto const& shared : first_above(recommender_.shared_features(taken, one.item)))
        said.push_back(
            {fmt::format("{} – {}", recommender_.names()[shared.from], recommender_.feature_names()[shared.feature]),
             shared.part});
      out.push_back(std::move(explanation));
    }
    return out;
  }

  Recommender recommender_;
};

}  // namespace

runtime::Signature recommender_signature(std::string const& target) {
  using runtime::DataType;
  runtime::Signature signature;
  signature.task = runtime::Task::recommendation;
  signature.target = target;
  signature.inputs = {{"history", DataType::bytes, false,
                       "items that somebody took: a JSON array of names or {\"item\", \"value\"}, or names with commas "
                       "between"}};
  signature.outputs = {
      {"items", DataType::bytes, false, "JSON array of names, the best first"},
      {"scores", DataType::bytes, false, "JSON array of their scores"},
      {"known", DataType::int64, false, "items of the history that the model knows; 0: by popularity"}};
  return signature;
}

runtime::ModelKind recommender_kind() {
  return {Recommender::kind,
          [](std::string_view artifact, runtime::Signature signature) -> std::unique_ptr<runtime::Model> {
            auto recommender = Recommender::parse(artifact);
            runtime::require_agreement(signature, recommender_signature(""));
            return std::make_unique<RecommenderModel>(std::move(recommender), std::move(signature));
          }};
}

}  // namespace lepton::recommend
