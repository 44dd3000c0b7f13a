#include "learn/slices.h"

#include <algorithm>
#include <map>

#include "learn/binary_report.h"

namespace lepton::learn {
namespace {

constexpr std::size_t most_slices = 100;

Slice slice_of(TestAnswers const& answers, std::vector<std::size_t> const& chosen) {
  Slice out;
  out.rows = static_cast<std::int64_t>(chosen.size());
  auto const rows = static_cast<double>(chosen.size());
  std::vector<float> scores, labels;
  for (auto const i : chosen) {
    out.accuracy += (answers.predicted[i] == answers.actual[i] ? 1 : 0) / rows;
    if (answers.scores.empty()) continue;
    scores.push_back(answers.scores[i]);
    labels.push_back(static_cast<float>(answers.actual[i]));
    out.positive_rate = out.positive_rate.value_or(0) + labels.back() / rows;
    out.mean_score = out.mean_score.value_or(0) + scores.back() / rows;
  }
  auto const positive = std::count(labels.begin(), labels.end(), 1.0F);
  if (positive == 0 || positive == out.rows) return out;
  auto const report = evaluate_binary(scores, labels, 0.5);
  out.auc = report.auc;
  out.ks = report.ks;
  return out;
}

}  // namespace

SlicedColumn slice(TestAnswers const& answers, std::string const& column, std::vector<std::string> const& values,
                   std::int64_t least_rows) {
  std::map<std::string_view, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < answers.rows.size(); ++i) groups[values.at(answers.rows[i])].push_back(i);
  std::vector<std::pair<std::string_view, std::vector<std::size_t> const*>> sorted;
  for (auto const& [value, chosen] : groups) sorted.emplace_back(value, &chosen);
  std::stable_sort(sorted.begin(), sorted.end(), [](auto& a, auto& b) { return a.second->size() > b.second->size(); });
  SlicedColumn out;
  for (auto const& [value, chosen] : sorted) {
    if (out.slices.size() == most_slices || static_cast<std::int64_t>(chosen->size()) < least_rows) {
      ++out.values_hidden;
      out.rows_hidden += static_cast<std::int64_t>(chosen->size());
      continue;
    }
    auto& found = out.slices.emplace_back(slice_of(answers, *chosen));
    found.column = column;
    found.value = value;
  }
  return out;
}

}  // namespace lepton::learn
