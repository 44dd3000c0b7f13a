#include "runtime/scorecard_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace lepton::runtime {
namespace {

bool same_names(std::vector<Column> const& a, std::vector<Column> const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](Column const& x, Column const& y) { return x.name == y.name && x.datatype == y.datatype; });
}

class ScorecardModel final : public Model {
 public:
  ScorecardModel(Scorecard card, Signature signature) : Model(std::move(signature)), card_(std::move(card)) {}

  [[nodiscard]] std::string_view platform() const override { return Scorecard::kind; }
  [[nodiscard]] std::size_t memory_bytes() const override {
    std::size_t bytes = sizeof *this;
    for (auto const& line : card_.content().features)
      bytes += sizeof line + line.name.size() + 4 * line.rows.size() * sizeof(double);
    return bytes;
  }

 private:
  void run(RowsView input, Prediction& out) const override {
    for (std::size_t row = 0; row < input.rows(); ++row) {
      auto const points = card_.points(input.numbers.row(row));
      auto* const values = out.values.data() + row * out.columns;
      values[0] = static_cast<float>(card_.probability(points));
      values[1] = values[0] >= signature().threshold.value_or(0.5) ? 1 : 0;
      values[2] = static_cast<double>(points);
    }
  }

  [[nodiscard]] std::vector<Explanation> explain_row(RowsView input, std::size_t row) const override {
    Explanation explanation{"points", 0, {}};
    auto const values = input.numbers.row(row);
    auto const& features = card_.content().features;
    for (std::size_t i = 0; i < features.size(); ++i) {
      double const reference = card_.reference(i);
      double const change = static_cast<double>(Scorecard::points_of(features[i], values[i])) - reference;
      explanation.base += reference;
      if (change != 0) explanation.contributions.push_back({features[i].name, change});
    }
    std::stable_sort(explanation.contributions.begin(), explanation.contributions.end(),
                     [](auto& a, auto& b) { return a.value < b.value; });
    return {std::move(explanation)};
  }

  Scorecard card_;
};

}  // namespace

Signature signature_of(ScorecardContent const& card, std::string const& target) {
  Signature signature;
  signature.task = Task::binary_classification;
  signature.target = target;
  for (auto const& line : card.features) signature.inputs.push_back({line.name, DataType::fp32, true, std::nullopt});
  signature.outputs = {{"score", DataType::fp32, false, fmt::format("probability that {} is 1", target)},
                       {"class", DataType::int64, false, fmt::format("{} as the threshold has it", target)},
                       {"points", DataType::int64, false, "sum of the card: more points, less risk"}};
  return signature;
}

std::unique_ptr<Model> load_scorecard(std::string_view artifact, Signature signature) {
  auto card = Scorecard::parse(artifact);
  auto const own = signature_of(card.content(), "");
  if (signature.task != own.task || !same_names(signature.inputs, own.inputs) ||
      !same_names(signature.outputs, own.outputs))
    throw invalid("the signature does not name the columns that the scorecard reads and gives");
  return std::make_unique<ScorecardModel>(std::move(card), std::move(signature));
}

}  // namespace lepton::runtime
