#include "retrieval/passage_scorer.h"

#include <algorithm>

namespace lepton::retrieval {
namespace {

constexpr std::uint32_t not_looked_up = 0, nothing = 1;

}  // namespace

PassageScorer::PassageScorer(TermQuery const& query, Segment const& segment)
    : query_(query),
      segment_(segment),
      term_of_piece_(segment.pieces().size(), 0),
      profile_(segment.word_lists().size(), not_looked_up),
      times_(query.terms().size()),
      seen_(query.terms().size(), 0) {
  for (std::uint16_t i = 0; i < query.terms().size(); ++i) {
    auto const& [term, first, second, factor] = query.terms()[i];
    if (term.kind == TermKind::word) {
      if (auto const word = segment.word_lists().find(term.hash)) asked_words_.emplace_back(*word, i);
    } else if (term.kind == TermKind::piece) {
      if (auto const piece = segment.pieces().find(term.hash))
        term_of_piece_[*piece] = static_cast<std::uint16_t>(i + 1);
    } else {
      auto const begin = segment.word_lists().find(first), end = segment.word_lists().find(second);
      if (begin && end) ends_.push_back({*end, *begin, i});
    }
  }
  std::sort(ends_.begin(), ends_.end(), [](auto const& a, auto const& b) { return a.second < b.second; });
}

std::uint32_t PassageScorer::profile_of(std::uint32_t word) {
  if (profile_[word] != not_looked_up) return profile_[word];
  Profile found{static_cast<std::uint32_t>(terms_.size())};
  for (auto const& [asked, term] : asked_words_)
    if (asked == word) terms_.push_back(term);
  for (auto const piece : segment_.pieces().of_word(word))
    if (auto const term = term_of_piece_[piece]; term != 0) terms_.push_back(static_cast<std::uint16_t>(term - 1));
  found.terms = static_cast<std::uint16_t>(std::min<std::size_t>(terms_.size() - found.begin, 0xFFFF));
  for (std::uint16_t i = 0; i < ends_.size(); ++i)
    if (ends_[i].second == word) {
      if (found.pairs++ == 0) found.pair = i;
    }
  profile_[word] = nothing;
  if (found.terms > 0 || found.pairs > 0) {
    profiles_.push_back(found);
    profile_[word] = static_cast<std::uint32_t>(profiles_.size() + nothing);
  }
  return profile_[word];
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
