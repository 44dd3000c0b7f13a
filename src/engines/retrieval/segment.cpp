#include "retrieval/segment.h"

#include <algorithm>

#include "base/error.h"

namespace lepton::retrieval {

Segment::Segment(runtime::ModelFile const& file, std::string const& name, std::size_t fields, std::size_t dimensions)
    : name_(name),
      fields_(fields),
      keys_(file, name),
      texts_(file.section(name + "-texts")),
      text_ends_(file.array<std::uint64_t>(name + "-text-ends")),
      gone_(file.array<std::uint8_t>(name + "-gone")),
      words_(file.array<std::uint32_t>(name + "-sequence")),
      word_ends_(file.array<std::uint64_t>(name + "-sequence-ends")),
      total_lengths_(fields, 0),
      word_lists_(file, name + "-words", keys_.size()),
      pair_lists_(file, name + "-pairs", keys_.size()),
      pieces_(file, name + "-pieces", word_lists_.size(), keys_.size()),
      vectors_(file, name, keys_.size(), dimensions) {
  std::size_t const passages = keys_.size();
  require(gone_.size() == passages, "marks of what is gone");
  require(word_ends_.size() == passages * fields && std::is_sorted(word_ends_.begin(), word_ends_.end()) &&
              (passages == 0 ? 0 : word_ends_.back()) == words_.size(),
          "words");
  std::uint32_t greatest = 0;
  for (auto const word : words_) greatest = std::max(greatest, word);
  require(words_.empty() || greatest < word_lists_.size(), "words");
  require(text_ends_.size() == passages * fields && std::is_sorted(text_ends_.begin(), text_ends_.end()) &&
              (passages == 0 ? texts_.empty() : text_ends_.back() == texts_.size()),
          "texts");
  for (std::size_t i = 0; i < word_ends_.size(); ++i)
    total_lengths_[i % fields] += word_ends_[i] - (i == 0 ? 0 : word_ends_[i - 1]);
  alive_ = static_cast<std::uint32_t>(std::count(gone_.begin(), gone_.end(), std::uint8_t{0}));
}

void Segment::require(bool condition, std::string_view what) const {
  if (!condition)
    throw invalid(fmt::format("the index is damaged: the {} of segment {} do not fit together", what, name_));
}

std::string_view Segment::text(std::uint32_t passage, std::size_t field) const {
  std::size_t const i = passage * fields_ + field;
  std::uint64_t const begin = i == 0 ? 0 : text_ends_[i - 1];
  return texts_.substr(begin, text_ends_[i] - begin);
}

Passage Segment::passage(std::uint32_t number) const {
  Passage out{std::string(key(number)), {}};
  for (std::size_t field = 0; field < fields_; ++field) out.texts.emplace_back(text(number, field));
  return out;
}

std::array<std::uint32_t, most_fields> Segment::lengths(std::uint32_t passage) const {
  std::array<std::uint32_t, most_fields> lengths{};
  for (std::size_t field = 0; field < fields_; ++field)
    lengths[field] = static_cast<std::uint32_t>(words(passage, field).size());
  return lengths;
}

std::uint64_t Segment::passages_with(Term const& term) const {
  if (term.kind == TermKind::piece) {
    auto const piece = pieces_.find(term.hash);
    return piece ? pieces_.passages(*piece) : 0;
  }
  auto const& lists = term.kind == TermKind::word ? word_lists_ : pair_lists_;
  auto const number = lists.find(term.hash);
  return number ? lists[*number].passages.size() : 0;
}

}  // namespace lepton::retrieval
