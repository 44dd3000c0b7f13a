#include "retrieval/term_query.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lepton::retrieval {
namespace {

double weight_of(IndexOptions const& options, TermKind kind) {
  switch (kind) {
    case TermKind::word:
      return options.word_weight;
    case TermKind::pair:
      return options.pair_weight;
    case TermKind::piece:
      return options.piece_weight;
  }
  return 0;
}

struct Asked {
  QueryTerm term;
  std::uint32_t times = 0;
};

/// The terms of a question, by hash.
std::map<std::uint64_t, Asked> asked_in(std::string_view question) {
  std::map<std::uint64_t, Asked> asked;
  auto const add = [&](QueryTerm const& term) { ++asked.try_emplace(term.term.hash, Asked{term}).first->second.times; };
  auto const text = cut_words(question);
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    auto const& word = text.words[i];
    add({{word.hash, TermKind::word}});
    if (i > 0) {
      auto const previous = text.words[i - 1].hash;
      add({{pair_of(previous, word.hash), TermKind::pair}, previous, word.hash});
    }
    if (word.has_pieces)
      for (auto const piece : pieces_of(text.view(word))) add({{piece, TermKind::piece}});
  }
  return asked;
}

}  // namespace

TermQuery::TermQuery(std::span<Segment const> segments, IndexOptions const& options, std::string_view question)
    : segments_(segments), options_(options) {
  std::uint64_t passages = 0;
  std::vector<std::uint64_t> totals(options.fields_of_passages.size(), 0);
  for (auto const& segment : segments) {
    passages += segment.size();
    for (std::size_t field = 0; field < totals.size(); ++field) totals[field] += segment.total_lengths()[field];
  }
  means_ = mean_lengths(totals, passages);
  for (auto& [hash, asked] : asked_in(question)) {
    double const weight = weight_of(options, asked.term.term.kind);
    std::uint64_t with = 0;
    for (auto const& segment : segments) with += weight > 0 ? segment.passages_with(asked.term.term) : 0;
    if (with == 0) continue;
    double const all = static_cast<double>(passages), some = static_cast<double>(with);
    asked.term.factor = weight * std::min(asked.times, 1000U) * std::log(1 + (all - some + 0.5) / (some + 0.5));
    terms_.push_back(asked.term);
  }
  if (terms_.size() > most_query_terms) {
    std::stable_sort(terms_.begin(), terms_.end(), [](auto const& a, auto const& b) { return a.factor > b.factor; });
    terms_.resize(most_query_terms);
  }
}

}  // namespace lepton::retrieval
