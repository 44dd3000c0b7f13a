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

/// What is answered with: an item that the model knows, or one that came with the request.
struct Answer {
  std::string name;
  double score = 0;
  std::optional<std::uint32_t> item;
  std::vector<SharedFeature> shared{};  ///< of a new one
};

/// One request, read.
struct Asked {
  std::vector<Taken> history;
  std::vector<Answer> answers;
};

class RecommenderModel final : public runtime::Model {
 public:
  RecommenderModel(Recommender recommender, runtime::Signature signature)
      : Model(std::move(signature)), recommender_(std::move(recommender)) {}

  [[nodiscard]] std::string_view platform() const override { return Recommender::kind; }
  [[nodiscard]] std::size_t memory_bytes() const override { return recommender_.bytes(); }

 private:
  /// New items stand among the others by their scores, behind equal ones.
  [[nodiscard]] Asked ask(runtime::RowsView input, std::size_t row) const try {
    auto const request = read_history_request(input.texts[0][row]);
    Asked asked{known_of(recommender_, request.history), {}};
    for (auto const& one : recommender_.recommend(asked.history))
      asked.answers.push_back({std::string(recommender_.names()[one.item]), static_cast<double>(one.score), one.item});
    for (auto const& item : request.items) {
      auto placed = recommender_.place(asked.history, item);
      auto const behind = std::upper_bound(asked.answers.begin(), asked.answers.end(), placed.score,
                                           [](double score, Answer const& one) { return score > one.score; });
      asked.answers.insert(behind, {placed.name, placed.score, std::nullopt, std::move(placed.shared)});
    }
    if (asked.answers.size() > recommender_.most()) asked.answers.resize(recommender_.most());
    return asked;
  } catch (Error const& error) {
    throw invalid(fmt::format("row {} of '{}': {}", row, signature().inputs[0].name, error.what()));
  }

  void run(runtime::RowsView input, runtime::Prediction& out) const override {
    out.texts.resize(out.columns);
    for (std::size_t row = 0; row < input.rows(); ++row) {
      auto const asked = ask(input, row);
      json::Array items, scores;
      for (auto const& one : asked.answers) {
        items.emplace_back(one.name);
        scores.emplace_back(one.score);
      }
      out.texts[0].push_back(json::write(items));
      out.texts[1].push_back(json::write(scores));
      out.values[row * out.columns + 2] = static_cast<double>(asked.history.size());
    }
  }

  /// Of each item: its popularity as base, the items of the history that were taken together with it, the features
  /// that it shares with them, each with the way there ("item of the history – feature"), paths of facts, and what the
  /// ranker made of it.
  [[nodiscard]] std::vector<runtime::Explanation> explain_row(runtime::RowsView input, std::size_t row) const override {
    auto const asked = ask(input, row);
    auto const corrections = recommender_.corrections(asked.history);
    std::vector<runtime::Explanation> out;
    for (auto const& one : asked.answers) {
      auto& said = out.emplace_back(runtime::Explanation{one.name, 0, {}});
      if (one.item) {
        explain_known(asked.history, *one.item, corrections, said);
      } else {
        add_shared(one.shared, said);
      }
    }
    return out;
  }

  void explain_known(std::span<Taken const> history, std::uint32_t item,
                     std::vector<RankedScorer::Correction> const& corrections, runtime::Explanation& out) const {
    out.base = recommender_.popularity_part(history, item);
    for (auto const& reason : first_above(recommender_.taken_together(history, item)))
      out.contributions.push_back({std::string(recommender_.names()[reason.item]), reason.part});
    add_shared(recommender_.shared_features(history, item), out);
    for (auto const& path : first_above(recommender_.paths(history, item, most_reasons)))
      out.contributions.push_back({recommender_.text_of(path), path.part});
    auto const correction = std::lower_bound(corrections.begin(), corrections.end(), item,
                                             [](auto const& some, auto wanted) { return some.item < wanted; });
    if (correction != corrections.end() && correction->item == item && correction->part != 0)
      out.contributions.push_back({"ranker", correction->part});
  }

  void add_shared(std::vector<SharedFeature> const& features, runtime::Explanation& out) const {
    for (auto const& shared : first_above(features))
      out.contributions.push_back(
          {fmt::format("{} – {}", recommender_.names()[shared.from], recommender_.feature_names()[shared.feature]),
           shared.part});
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
                       "between; or {\"history\": …, \"items\": [{\"item\": name, column: field}]} with items that "
                       "came after the training"}};
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
