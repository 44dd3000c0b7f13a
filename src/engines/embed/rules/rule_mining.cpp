#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "embed/rules/edge_lists.h"
#include "embed/rules/path_rule.h"
#include "embed/thread_team.h"
#include "text/hash.h"

namespace lepton::embed {
namespace {

using Steps = std::array<std::uint32_t, PathRule::longest>;
constexpr std::uint32_t no_step = 0xFFFFFFFFu;

struct StepsHash {
  std::size_t operator()(Steps const& steps) const {
    std::uint64_t hash = text::hash_prime;
    for (auto const step : steps) hash = text::combine(hash, step);
    return hash;
  }
};

/// Mines one relation after the other; its own memory, so that each thread has one.
class Miner {
 public:
  Miner(EdgeLists const& edges, QueryIndex const& index, MiningOptions const& options)
      : edges_(edges), index_(index), options_(options) {}

  std::vector<PathRule> mine(std::uint32_t relation, std::span<Triple const> triples) {
    random_.seed(options_.seed * 1'000'003 + relation);
    counts_.clear();
    std::size_t const examples = std::min(options_.examples, triples.size());
    for (std::size_t i = 0; i < examples; ++i) {
      // All of them when they are few, otherwise as many at random.
      auto const at = triples.size() > examples ? random_() % triples.size() : i;
      look_between(triples[at]);
    }
    std::vector<std::pair<std::uint32_t, Steps>> found;
    for (auto const& [steps, count] : counts_)
      if (count >= options_.least_support) found.emplace_back(count, steps);
    std::sort(found.begin(), found.end(), [](auto const& a, auto const& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    found.resize(std::min(found.size(), 4 * options_.rules));
    std::vector<PathRule> rules;
    for (auto const& [count, steps] : found) {
      auto const rule = measure(relation, steps);
      if (rule.support >= options_.least_support && rule.confidence >= options_.least_confidence) rules.push_back(rule);
    }
    std::sort(rules.begin(), rules.end(), [](PathRule const& a, PathRule const& b) {
      return a.confidence != b.confidence ? a.confidence > b.confidence : a.steps < b.steps;
    });
    rules.resize(std::min(rules.size(), options_.rules));
    return rules;
  }

 private:
  /// Counts each path from head to tail once, whatever it passes by.
  void look_between(Triple const& triple) {
    seen_.clear();
    std::size_t left = options_.paths;
    into_.clear();
    for (auto const& edge : edges_.of(triple.tail)) {
      if (left-- == 0) break;
      into_.emplace(edge.to, edges_.back(edge.step));
    }
    for (auto const& edge : edges_.of(triple.head)) {
      if (edge.to == triple.tail) {
        if (edge.step != triple.relation) note({edge.step, no_step, no_step});
        continue;
      }
      if (left == 0) return;
      --left;
      if (options_.longest >= 2 && edge.to != triple.head) {
        auto const [first, last] = into_.equal_range(edge.to);
        for (auto at = first; at != last; ++at) note({edge.step, at->second, no_step});
      }
    }
    if (options_.longest >= 3) look_further(triple, left);
  }

  void look_further(Triple const& triple, std::size_t left) {
    for (auto const& first : edges_.of(triple.head)) {
      if (first.to == triple.tail || first.to == triple.head) continue;
      for (auto const& second : edges_.of(first.to)) {
        if (left-- == 0) return;
        if (second.to == triple.head || second.to == triple.tail || second.to == first.to) continue;
        auto const [begin, end] = into_.equal_range(second.to);
        for (auto at = begin; at != end; ++at) note({first.step, second.step, at->second});
      }
    }
  }

  void note(Steps const& steps) {
    if (seen_.insert(steps).second) ++counts_[steps];
  }

  /// Walks the path from entities where it begins.
  PathRule measure(std::uint32_t relation, Steps const& steps) {
    PathRule rule;
    rule.target = relation;
    rule.length = static_cast<std::uint32_t>(std::find(steps.begin(), steps.end(), no_step) - steps.begin());
    std::copy_n(steps.begin(), rule.length, rule.steps.begin());
    auto const [first, last] = index_.of_relation(steps[0]);
    std::size_t const starts = std::min(options_.starts, last - first);
    for (std::size_t i = 0; i < starts; ++i) {
      auto const start = index_.query(first + i * (last - first) / starts).source;
      reached_.assign(1, start);
      for (auto const step : rule.path()) walk(step);
      auto const true_ones = index_.find({start, relation});
      for (auto const end : reached_) {
        if (end == start) continue;
        ++rule.groundings;
        if (std::binary_search(true_ones.begin(), true_ones.end(), end)) ++rule.support;
      }
    }
    rule.confidence = static_cast<float>(rule.support) / (static_cast<float>(rule.groundings) + 5);
    return rule;
  }

  void walk(std::uint32_t step) {
    next_.clear();
    for (auto const at : reached_) {
      auto const ends = index_.find({at, step});
      next_.insert(next_.end(), ends.begin(), ends.end());
      if (next_.size() > 4 * options_.reached) break;
    }
    std::sort(next_.begin(), next_.end());
    next_.erase(std::unique(next_.begin(), next_.end()), next_.end());
    if (next_.size() > options_.reached) next_.resize(options_.reached);
    std::swap(reached_, next_);
  }

  EdgeLists const& edges_;
  QueryIndex const& index_;
  MiningOptions const& options_;
  std::mt19937_64 random_;
  std::unordered_map<Steps, std::uint32_t, StepsHash> counts_;
  std::unordered_set<Steps, StepsHash> seen_;
  std::unordered_multimap<std::uint32_t, std::uint32_t> into_;  // entity before the tail → step that leads there
  std::vector<std::uint32_t> reached_, next_;
};

void check_mining(MiningOptions const& options) {
  if (options.longest < 1 || options.longest > PathRule::longest)
    throw invalid(
        fmt::format("paths of at most {} steps are asked for, expected 1 to {}", options.longest, PathRule::longest));
  if (options.threads < 1 || options.threads > 256)
    throw invalid(fmt::format("expected 1 to 256 threads, found {}", options.threads));
}

}  // namespace

std::vector<PathRule> mine_rules(Call const& call, std::span<Triple const> triples, std::uint32_t entities,
                                 std::uint32_t relations, MiningOptions const& options) {
  check_mining(options);
  require_in_range(triples, entities, relations, "triples");
  EdgeLists const edges(triples, entities, relations);
  QueryIndex const index(triples, relations);
  std::vector<std::vector<Triple>> by_relation(relations);
  for (auto const& triple : triples) by_relation[triple.relation].push_back(triple);
  std::vector<std::vector<PathRule>> found(relations);
  std::atomic<std::uint32_t> next = 0;
  Team(options.threads).run([&](std::size_t) {
    Miner miner(edges, index, options);
    for (auto relation = next++; relation < relations && !call.stop.stop_requested(); relation = next++)
      found[relation] = miner.mine(relation, by_relation[relation]);
  });
  call.proceed();
  std::vector<PathRule> rules;
  for (auto const& part : found) rules.insert(rules.end(), part.begin(), part.end());
  return rules;
}

}  // namespace lepton::embed
