#include "embed/resolve/resolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "embed/resolve/clustering.h"
#include "embed/thread_team.h"

namespace lepton::embed {
namespace {

ComparedPairs compare_all(Call const& call, PairComparison const& comparison, std::vector<CandidatePair> pairs,
                          std::size_t threads) {
  ComparedPairs compared;
  compared.width = comparison.comparisons().size();
  compared.pairs = std::move(pairs);
  compared.values.resize(compared.pairs.size() * compared.width);
  Team(threads).run([&](std::size_t thread) {
    auto const [begin, end] = share_of(compared.pairs.size(), thread, threads);
    for (auto i = begin; i < end; ++i) {
      if (i % 1024 == 0 && call.stop.stop_requested()) return;
      comparison.compare(compared.pairs[i], compared.values.data() + i * compared.width);
    }
  });
  call.proceed();
  return compared;
}

/// Mean agreement in words, of what is there.
double mean_agreement(ComparedPairs const& pairs, std::size_t pair, std::vector<bool> const& of_words) {
  double sum = 0, count = 0;
  for (std::size_t c = 0; c < pairs.width; ++c) {
    float const value = pairs.row(pair)[c];
    if (!of_words[c] || value < 0) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

/// Before anything is learnt: pairs that agree much, and more than their rivals.
std::vector<double> first_guess(ComparedPairs const& pairs, std::vector<Comparison> const& comparisons,
                                std::size_t records, bool one_to_one) {
  constexpr double sharpness = 20, middle_of_linked = 0.25, middle_of_duplicates = 0.6;
  std::vector<bool> of_words;
  for (auto const& comparison : comparisons) of_words.push_back(!comparison.name.ends_with(": number"));
  std::vector<double> odds(pairs.pairs.size()), rivals(records);
  double const middle = one_to_one ? middle_of_linked : middle_of_duplicates;
  for (std::size_t i = 0; i < odds.size(); ++i) {
    odds[i] = std::exp(sharpness * (mean_agreement(pairs, i, of_words) - middle));
    rivals[pairs.pairs[i].left] += odds[i];
    rivals[pairs.pairs[i].right] += odds[i];
  }
  std::vector<double> probability(odds.size());
  for (std::size_t i = 0; i < odds.size(); ++i) {
    double const others = one_to_one ? rivals[pairs.pairs[i].left] + rivals[pairs.pairs[i].right] - odds[i] : odds[i];
    probability[i] = odds[i] / (1 + others);
  }
  return probability;
}

Merge merge_of(LearntMatches const& matches, ComparedPairs const& pairs, std::size_t pair,
               std::vector<Comparison> const& comparisons, std::uint32_t left_size) {
  Merge merge;
  merge.left = pairs.pairs[pair].left;
  merge.right = pairs.pairs[pair].right - left_size;
  merge.probability = matches.probability[pair];
  merge.log_odds = matches.log_odds[pair];
  merge.prior = matches.model.bias;
  for (std::size_t c = 0; c < pairs.width; ++c) {
    float const value = pairs.row(pair)[c];
    if (value >= 0) merge.evidence.push_back({comparisons[c].name, value, matches.model.weights[c].of(value)});
  }
  std::stable_sort(merge.evidence.begin(), merge.evidence.end(),
                   [](auto const& a, auto const& b) { return std::abs(a.log_odds) > std::abs(b.log_odds); });
  return merge;
}

Resolution resolve(Call const& call, RecordTable const& left, RecordTable const* right,
                   ResolutionOptions const& options) {
  if (options.nearest < 1 || options.nearest > 1000)
    throw invalid(fmt::format("each record is to be compared with {} others, expected 1 to 1000", options.nearest));
  if (options.threads < 1 || options.threads > 256)
    throw invalid(fmt::format("expected 1 to 256 threads, found {}", options.threads));
  bool const one_to_one = right != nullptr;
  ComparableRecords const records(call, left, right);
  PairComparison const comparison(records);
  auto const pairs =
      compare_all(call, comparison, candidate_pairs(call, records, options.nearest, options.threads), options.threads);
  auto const guess = first_guess(pairs, comparison.comparisons(), records.size(), one_to_one);
  auto const matches = learn_matches(call, pairs, guess, records.size(), records.left_size());
  auto const assignment = one_to_one ? assign_one_to_one(matches, pairs.pairs, records.size())
                                     : assign_clusters(matches, pairs.pairs, records.size());
  Resolution out;
  auto const left_size = one_to_one ? static_cast<std::uint32_t>(records.left_size()) : 0;
  for (auto const i : assignment.merged)
    out.merges.push_back(merge_of(matches, pairs, i, comparison.comparisons(), left_size));
  out.clusters = clusters_of(assignment.merged, pairs.pairs, records.size());
  out.compared = pairs.pairs.size();
  out.least_probability = assignment.least_probability;
  out.expected_precision = assignment.expected_precision;
  out.expected_recall = assignment.expected_recall;
  out.model = matches.model;
  out.comparisons = comparison.comparisons();
  return out;
}

}  // namespace

Resolution link_tables(Call const& call, RecordTable const& left, RecordTable const& right,
                       ResolutionOptions const& options) {
  return resolve(call, left, &right, options);
}

Resolution find_duplicates(Call const& call, RecordTable const& table, ResolutionOptions const& options) {
  return resolve(call, table, nullptr, options);
}

}  // namespace lepton::embed
