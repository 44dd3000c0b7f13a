#include "retrieval/passage_scorer.h"

#include <algorithm>

namespace lepton::retrieval {
namespace {

constexpr std::uint32_t nothing = 1;

}  // namespace

PassageScorer::PassageScorer(TermQuery const& query, Segment const& segment)
    : query_(query),
      segment_(segment),
      piece_is_asked_(segment.pieces().size() / 64 + 1, 0),
      term_of_piece_(segment.pieces().size()),
      profile_(segment.word_lists().size(), 0),
      times_(query.terms().size()),
      seen_(query.terms().size(), 0) {
  std::vector<std::pair<std::uint32_t, std::optional<std::uint16_t>>> asked;  // words, their own terms
  for (std::uint16_t i = 0; i < query.terms().size(); ++i) {
    auto const& query_term = query.terms()[i];
    auto const hash = query_term.term.hash;
    if (query_term.term.kind == TermKind::word) {
      if (auto const word = segment.word_lists().find(hash)) asked.emplace_back(*word, i);
    } else if (query_term.term.kind == TermKind::piece) {
      if (auto const piece = segment.pieces().find(hash)) {
        piece_is_asked_[*piece / 64] |= std::uint64_t{1} << *piece % 64;
        term_of_piece_[*piece] = i;
      }
    } else {
      auto const first = segment.word_lists().find(query_term.first),
                 second = segment.word_lists().find(query_term.second);
      if (!first || !second) continue;
      ends_.push_back({*second, *first, i});
      asked.emplace_back(*second, std::nullopt);
    }
  }
  std::sort(ends_.begin(), ends_.end(), [](auto const& a, auto const& b) { return a.second < b.second; });
  std::sort(asked.rbegin(), asked.rend());  // a word with its own term before the same without
  for (auto const& [word, term] : asked)
    if (profile_[word] == 0) profile_[word] = make_profile(word, term);
}

std::uint32_t PassageScorer::make_profile(std::uint32_t word, std::optional<std::uint16_t> asked) {
  Profile found{static_cast<std::uint32_t>(terms_.size())};
  if (asked) terms_.push_back(*asked);
  for (auto const piece : segment_.pieces().of_word(word))
    if ((piece_is_asked_[piece / 64] >> piece % 64 & 1U) != 0) terms_.push_back(term_of_piece_[piece]);
  found.terms = static_cast<std::uint16_t>(std::min<std::size_t>(terms_.size() - found.begin, 0xFFFF));
  auto const end = std::lower_bound(ends_.begin(), ends_.end(), word,
                                    [](PairEnd const& pair, std::uint32_t wanted) { return pair.second < wanted; });
  found.pair = static_cast<std::uint16_t>(end - ends_.begin());
  while (found.pair + found.pairs < static_cast<int>(ends_.size()) && ends_[found.pair + found.pairs].second == word)
    ++found.pairs;
  if (found.terms == 0 && found.pairs == 0) return nothing;
  profiles_.push_back(found);
  return static_cast<std::uint32_t>(profiles_.size() + nothing);
}

void PassageScorer::count(std::uint16_t term, std::size_t field) {
  if (std::exchange(seen_[term], std::uint8_t{1}) == 0) touched_.push_back(term);
  auto& times = times_[term][field];
  if (times < 0xFFFF) ++times;
}

Score PassageScorer::score(std::uint32_t passage) {
  for (std::size_t field = 0; field < query_.means().size(); ++field) {
    std::uint32_t previous = 0xFFFFFFFF;
    for (auto const word : segment_.words(passage, field)) {
      if (auto const number = profile_of(word); number != nothing) {
        auto const& profile = profiles_[number - nothing - 1];
        for (std::uint32_t i = 0; i < profile.terms; ++i) count(terms_[profile.begin + i], field);
        for (std::uint32_t i = 0; i < profile.pairs; ++i)
          if (auto const& end = ends_[profile.pair + i]; end.first == previous) count(end.term, field);
      }
      previous = word;
    }
  }
  return sum_up(passage);
}

Score PassageScorer::sum_up(std::uint32_t passage) {
  auto const fields = query_.means().size();
  auto const lengths = segment_.lengths(passage);
  auto const scales = field_scales(std::span(lengths).first(fields), query_.means(), query_.options());
  Score sum = 0;
  for (auto const term : touched_) {
    double frequency = 0;
    for (std::size_t field = 0; field < fields; ++field)
      frequency += scales[field] * std::exchange(times_[term][field], std::uint16_t{0});
    sum += query_.contribution(query_.terms()[term], frequency);
    seen_[term] = 0;
  }
  touched_.clear();
  return sum;
}

}  // namespace lepton::retrieval
