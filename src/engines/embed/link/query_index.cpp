#include "embed/link/query_index.h"

#include <algorithm>

namespace lepton::embed {
namespace {

bool before(Query const& a, Query const& b) {
  return a.relation != b.relation ? a.relation < b.relation : a.source < b.source;
}

}  // namespace

QueryIndex::QueryIndex(std::span<std::span<Triple const> const> lists, std::uint32_t relations) {
  std::vector<Triple> both;  // source, relation, answer
  std::size_t total = 0;
  for (auto const list : lists) total += list.size();
  both.reserve(2 * total);
  for (auto const list : lists)
    for (auto const& [head, relation, tail] : list) {
      both.push_back({head, relation, tail});
      both.push_back({tail, relation + relations, head});
    }
  std::sort(both.begin(), both.end(), [](Triple const& a, Triple const& b) {
    if (a.relation != b.relation) return a.relation < b.relation;
    return a.head != b.head ? a.head < b.head : a.tail < b.tail;
  });
  both.erase(std::unique(both.begin(), both.end()), both.end());
  answers_.reserve(both.size());
  for (auto const& [source, relation, answer] : both) {
    Query const query{source, relation};
    if (queries_.empty() || queries_.back() != query) {
      queries_.push_back(query);
      begin_.push_back(answers_.size());
    }
    answers_.push_back(answer);
  }
  begin_.push_back(answers_.size());
}

std::span<std::uint32_t const> QueryIndex::find(Query query) const {
  auto const found = std::lower_bound(queries_.begin(), queries_.end(), query, before);
  if (found == queries_.end() || *found != query) return {};
  return answers(static_cast<std::size_t>(found - queries_.begin()));
}

std::pair<std::size_t, std::size_t> QueryIndex::of_relation(std::uint32_t relation) const {
  auto const first = std::lower_bound(queries_.begin(), queries_.end(), Query{0, relation}, before);
  auto const last = std::lower_bound(first, queries_.end(), Query{0, relation + 1}, before);
  return {static_cast<std::size_t>(first - queries_.begin()), static_cast<std::size_t>(last - queries_.begin())};
}

bool QueryIndex::contains(Triple const& triple) const {
  auto const tails = find({triple.head, triple.relation});
  return std::binary_search(tails.begin(), tails.end(), triple.tail);
}

}  // namespace lepton::embed
