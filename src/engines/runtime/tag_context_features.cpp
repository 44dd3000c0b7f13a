// What characters around a token, and the labels of a first pass, say of it.
#include <cmath>

#include "runtime/context_layer.h"
#include "runtime/feature_kinds.h"
#include "runtime/tag_features.h"
#include "text/hash.h"

namespace lepton::runtime {

using namespace feature;

namespace {

constexpr std::uint16_t common_words = 150;         // that say nothing about what a document is about
constexpr float vector_scale = 3, topic_scale = 5;  // so that inputs are of the size that steps are made for

}  // namespace

void TagFeatures::add_characters(std::uint32_t token, FeatureList& out) const {
  using text::combine;
  auto const c = [&](int offset) { return word(token, offset).lower; };
  for (int from : {-2, -1, 0, 1}) out.add(kind_of(char_pair, from), combine(c(from), c(from + 1)));
  out.add(kind_of(char_pair, 5), combine(c(-1), c(1)));
  for (int from : {-2, -1, 0}) out.add(kind_of(char_triple, from), combine(c(from), combine(c(from + 1), c(from + 2))));
  auto const& here = segment_of_[token];
  std::uint64_t const place = (here.first == token ? 2u : 0u) + (here.last == token ? 1u : 0u);
  out.add(kind_of(segment), combine(here.word, place));
  out.add(kind_of(segment_place), place);
  if (auto const* const before = segment_left_of(here)) out.add(kind_of(segment_before), combine(before->word, place));
  if (auto const* const after = segment_right_of(here)) out.add(kind_of(segment_after), combine(after->word, place));
  add_segment_classes(token, out);
  add_names(token, out);
}

TagFeatures::Segment const* TagFeatures::segment_left_of(Segment const& segment) const {
  return segment.first > document_->sentences[sentence_of_[segment.first]] ? &segment_of_[segment.first - 1] : nullptr;
}

TagFeatures::Segment const* TagFeatures::segment_right_of(Segment const& segment) const {
  return segment.last + 1 < document_->end_of(sentence_of_[segment.last]) ? &segment_of_[segment.last + 1] : nullptr;
}

void TagFeatures::add_segment_classes(std::uint32_t token, FeatureList& out) const {
  if (knowledge_.classes.slots().empty()) return;
  using text::combine;
  auto const& here = segment_of_[token];
  std::uint64_t const place = (here.first == token ? 2u : 0u) + (here.last == token ? 1u : 0u);
  auto const add = [&](Segment const* segment, int offset) {
    if (segment == nullptr || segment->classes.coarse == 0) return;
    out.add(kind_of(segment_coarse, offset), combine(segment->classes.coarse, place));
    out.add(kind_of(segment_middle, offset), combine(segment->classes.middle, place));
    out.add(kind_of(segment_fine, offset), combine(segment->classes.fine, place));
    if (segment->classes.company == 0) return;
    out.add(kind_of(segment_company, offset), combine(segment->classes.company, place));
    out.add(kind_of(segment_fine_company, offset), combine(segment->classes.fine_company, place));
  };
  auto const *const before = segment_left_of(here), *const after = segment_right_of(here);
  add(&here, 0);
  add(before, -1);
  add(after, 1);
  if (before != nullptr) add(segment_left_of(*before), -2);
  if (after != nullptr) add(segment_right_of(*after), 2);
  auto const middle = [](Segment const* segment) -> std::uint64_t {
    return segment == nullptr ? 65535 : segment->classes.middle;
  };
  out.add(kind_of(segment_classes), combine(middle(before), combine(middle(&here), place)));
  out.add(kind_of(segment_classes, 1), combine(combine(middle(&here), place), middle(after)));
}

std::span<std::int16_t const> TagFeatures::vector_of(Word const& word) const {
  auto const at = word.classes.rank * knowledge_.vector_size;
  if (!word.classed || at + knowledge_.vector_size > knowledge_.vectors.size()) return {};
  return knowledge_.vectors.subspan(at, knowledge_.vector_size);
}

void TagFeatures::read_word_numbers(std::uint32_t number, std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  if (number <= after_line) return;
  auto const& w = words_[number];
  auto const vector = vector_of(w);
  for (std::size_t i = 0; i < vector.size(); ++i) out[i] = vector_scale * static_cast<float>(vector[i]) / 32767;
  out[knowledge_.vector_size] = vector.empty() ? 1 : 0;
  for (std::size_t bit = 0; bit < ContextShape::spelling; ++bit)
    out[knowledge_.vector_size + 1 + bit] = static_cast<float>(w.spelling >> bit & 1U);
}

void TagFeatures::read_topic(std::span<float> out) const {
  std::fill(out.begin(), out.end(), 0.0F);
  for (auto const number : word_of_) {
    auto const& w = words_[number];
    if (w.classes.rank < common_words) continue;
    auto const vector = vector_of(w);
    for (std::size_t i = 0; i < vector.size(); ++i) out[i] += static_cast<float>(vector[i]);
  }
  float squares = 0;
  for (float const value : out) squares += value * value;
  if (squares == 0) return;
  for (float& value : out) value *= topic_scale / std::sqrt(squares);
}

std::uint64_t TagFeatures::lists_at(std::uint32_t token) const {
  auto const& at = names_[token].at;
  return at[0] | at[1] | at[2] | at[3];
}

void TagFeatures::read_labels(std::vector<std::uint8_t> const& labels) {
  labels_ = labels;
  label_counts_.clear();
  phrase_counts_.clear();
  phrase_of_.assign(labels.size(), 0);
  auto const count = [](auto& counts, std::uint64_t key, std::uint8_t label) {
    auto& list = counts[key];
    if (list.size() <= label) list.resize(label + 1u);
    ++list[label];
  };
  for (std::uint32_t i = 0; i < labels.size(); ++i)
    if (words_[word_of_[i]].capital) count(label_counts_, words_[word_of_[i]].lower, labels[i]);
  for (auto const& span : TagScheme::decode(labels)) {
    std::uint64_t phrase = span.end - span.begin;
    for (auto i = span.begin; i < span.end; ++i) phrase = text::combine(phrase, words_[word_of_[i]].lower);
    for (auto i = span.begin; i < span.end; ++i) phrase_of_[i] = phrase;
    count(phrase_counts_, phrase, static_cast<std::uint8_t>(span.type));
  }
}

void TagFeatures::add_label_features(std::uint32_t token, FeatureList& out) const {
  auto const sentence = sentence_of_[token];
  auto const own = labels_[token];
  out.add(kind_of(own_label), own);
  out.add(kind_of(label_before), token > document_->sentences[sentence] ? labels_[token - 1] : 255u);
  out.add(kind_of(label_after), token + 1 < document_->end_of(sentence) ? labels_[token + 1] : 255u);
  if (!words_[word_of_[token]].capital) return;
  auto const counts_without_own = [&](auto const& table, std::uint64_t key, std::uint8_t label, auto const& found) {
    auto const entry = table.find(key);
    if (entry == table.end()) return;
    std::uint32_t total = 0, most = 0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < entry->second.size(); ++i) {
      std::uint32_t const count = entry->second[i] - (i == label ? 1u : 0u);
      if (count > most) {
        most = count;
        best = i;
      }
      total += count;
      if (count > 0) found(i, false);
    }
    if (total > 0) found(best * 2 + (most == total ? 1 : 0), true);
  };
  counts_without_own(label_counts_, words_[word_of_[token]].lower, own, [&](std::size_t value, bool majority) {
    out.add(kind_of(majority ? document_majority : document_label), value);
  });
  if (phrase_of_[token] == 0) return;
  auto const type = static_cast<std::uint8_t>(TagScheme::type_of(own));
  counts_without_own(phrase_counts_, phrase_of_[token], type, [&](std::size_t value, bool majority) {
    if (majority) out.add(kind_of(phrase_majority), text::combine(value, TagScheme::position_of(own)));
  });
}

}  // namespace lepton::runtime
