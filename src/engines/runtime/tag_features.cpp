#include "runtime/tag_features.h"

#include <fmt/format.h>

#include "runtime/feature_kinds.h"
#include "text/hash.h"
#include "text/normal.h"
#include "text/shape.h"
#include "text/utf8.h"

namespace lepton::runtime {

using namespace feature;

namespace {

constexpr int most_occurrences = 3;  // of the same word, on either side

std::uint64_t characters_from(std::string_view word, std::size_t first, std::size_t last) {
  return text::hash64(word.substr(first, last - first), 13);
}

}  // namespace

void FeatureList::add(std::uint16_t kind, std::uint64_t value) {
  hashes.push_back(text::combine(value, kind));
  if (keep_kinds) kinds.push_back(kind);
}

TagFeatures::TagFeatures(TagUnit unit, TagKnowledge knowledge) : unit_(unit), knowledge_(knowledge) {
  if (unit_ == TagUnit::character) breaker_ = std::make_unique<text::Breaker>(text::Breaker::Unit::word);
  words_.resize(2);
  for (std::uint32_t end : {before_line, after_line}) {
    words_[end].lower = words_[end].exact = words_[end].shape = text::hash64(end == before_line ? "<s>" : "</s>", 17);
    auto const own = static_cast<std::uint16_t>(65534 + end);
    words_[end].classes = {own, own, own, own, own, 0};
  }
}

void TagFeatures::look_up_classes(Word& made, std::string_view word) const {
  auto const masked = text::mask_digits(word);
  auto const* found = knowledge_.classes.find(text::hash64(masked));
  if (found == nullptr) found = knowledge_.classes.find(text::hash64(text::lower(masked)));
  if (found == nullptr && made.all_capitals) found = knowledge_.classes.find(text::hash64(text::title(masked)));
  if (found == nullptr) return;
  made.classes = *found;
  made.classed = true;
}

TagFeatures::Word TagFeatures::describe_word(std::string_view word, bool in_capitals) const {
  Word made;
  auto const spelling = text::spelling(word);
  std::string const low = text::lower(word);
  std::string masked = text::mask_digits(word);
  std::uint64_t salt = 0;
  if (in_capitals && spelling.all_capitals && word.size() > 1) {  // read it as it would stand in an ordinary line
    std::string const titled = text::title(word);
    auto const* const as_name = knowledge_.classes.find(text::hash64(text::mask_digits(titled)));
    auto const* const as_word = knowledge_.classes.find(text::hash64(text::mask_digits(low)));
    bool const is_word = as_word != nullptr && (as_name == nullptr || as_word->rank < as_name->rank);
    masked = text::mask_digits(is_word ? low : titled);
    salt = 1;
  }
  auto const facts = salt == 0 ? spelling : text::spelling(masked);
  made.lower = text::hash64(text::mask_digits(low), 1);
  made.exact = text::hash64(masked, 2);
  made.shape = text::hash64(text::shape(masked, true), 3 + salt * 100);
  made.full_shape = text::hash64(text::shape(masked, false), 4 + salt * 100);
  made.spelling = facts.bits();
  made.capital = facts.initial_capital;
  made.all_capitals = facts.all_capitals;
  made.lower_case = facts.lower_case;
  made.digits = facts.digits;
  for (std::size_t n = 1; n <= 4; ++n) {
    made.prefixes[n - 1] = characters_from(low, 0, std::min(n, low.size()));
    made.suffixes[n - 1] = characters_from(low, low.size() - std::min(n, low.size()), low.size());
  }
  made.name_hash = text::Gazetteer::token_hash(low);
  made.listed = knowledge_.gazetteer.types_of_word(made.name_hash);
  look_up_classes(made, masked);
  return made;
}

std::uint32_t TagFeatures::number_of(std::string_view word, bool in_capitals) {
  auto const [entry, is_new] =
      numbers_.try_emplace(text::hash64(word, in_capitals ? 5 : 6), static_cast<std::uint32_t>(words_.size()));
  if (is_new) words_.push_back(describe_word(word, in_capitals));
  return entry->second;
}

bool TagFeatures::read(TagDocument const& document) {
  document_ = &document;
  bool const full = words_.size() > most_words;
  if (full) {
    words_.resize(2);
    numbers_.clear();
  }
  auto const tokens = document.words.size();
  sentence_of_.resize(tokens);
  word_of_.resize(tokens);
  for (std::size_t s = 0; s < document.sentences.size(); ++s)
    std::fill(sentence_of_.begin() + document.sentences[s], sentence_of_.begin() + document.end_of(s),
              static_cast<std::uint32_t>(s));
  find_capital_lines();
  for (std::uint32_t i = 0; i < tokens; ++i) word_of_[i] = number_of(document.words[i], capital_line_[sentence_of_[i]]);
  match_names();
  if (unit_ == TagUnit::word) {
    link_occurrences();
  } else {
    cut_segments();
  }
  topic_ = !capital_line_.empty() && capital_line_[0] && tokens > 0 ? words_[word_of_[0]].lower : 0;
  return full;
}

void TagFeatures::find_capital_lines() {
  capital_line_.assign(document_->sentences.size(), false);
  if (unit_ == TagUnit::character) return;
  for (std::size_t s = 0; s < capital_line_.size(); ++s) {
    int capitals = 0;
    bool other = false;
    for (auto i = document_->sentences[s]; i < document_->end_of(s) && !other; ++i) {
      int upper = 0;
      for (char const c : document_->words[i]) {
        other |= c >= 'a' && c <= 'z';
        upper += c >= 'A' && c <= 'Z';
      }
      capitals += upper > 1;
    }
    capital_line_[s] = !other && capitals >= 3;
  }
}

void TagFeatures::match_names() {
  names_.assign(document_->words.size(), {});
  if (knowledge_.gazetteer.empty()) return;
  std::vector<std::uint64_t> hashes;
  std::vector<text::GazetteerMatch> matches;
  for (std::size_t s = 0; s < document_->sentences.size(); ++s) {
    hashes.clear();
    matches.clear();
    auto const first = document_->sentences[s];
    for (auto i = first; i < document_->end_of(s); ++i) hashes.push_back(words_[word_of_[i]].name_hash);
    knowledge_.gazetteer.match(hashes, matches);
    for (auto const& match : matches) {
      if (match.end - match.begin == 1) {
        names_[first + match.begin].at[TagScheme::unit] |= match.types;
        continue;
      }
      names_[first + match.begin].at[TagScheme::begin] |= match.types;
      names_[first + match.end - 1].at[TagScheme::last] |= match.types;
      for (auto i = match.begin + 1; i + 1 < match.end; ++i) names_[first + i].at[TagScheme::inside] |= match.types;
    }
  }
}

void TagFeatures::link_occurrences() {
  auto const tokens = static_cast<std::uint32_t>(word_of_.size());
  previous_same_.assign(tokens, tokens);
  next_same_.assign(tokens, tokens);
  std::unordered_map<std::uint64_t, std::uint32_t> latest;
  for (std::uint32_t i = 0; i < tokens; ++i) {
    auto const [entry, is_new] = latest.try_emplace(words_[word_of_[i]].lower, i);
    if (is_new) continue;
    previous_same_[i] = entry->second;
    next_same_[entry->second] = i;
    entry->second = i;
  }
}

void TagFeatures::cut_segments() {
  segment_of_.assign(document_->words.size(), {});
  std::string line;
  for (std::size_t s = 0; s < document_->sentences.size(); ++s) {
    line.clear();
    std::vector<std::uint32_t> token_at;  // of each byte
    for (auto i = document_->sentences[s]; i < document_->end_of(s); ++i) {
      line += document_->words[i];
      token_at.resize(line.size(), i);
    }
    for (auto const span : breaker_->cut(line)) {
      Segment made{text::hash64(span.of(line), 23), {}, token_at[span.begin], token_at[span.end - 1]};
      if (auto const* const found = knowledge_.classes.find(text::hash64(text::mask_digits(span.of(line)))))
        made.classes = *found;
      for (auto i = made.first; i <= made.last; ++i) segment_of_[i] = made;
    }
  }
}

std::uint32_t TagFeatures::word_at(std::uint32_t token, int offset) const {
  auto const sentence = sentence_of_[token];
  auto const at = static_cast<std::int64_t>(token) + offset;
  if (at < document_->sentences[sentence]) return before_line;
  if (at >= document_->end_of(sentence)) return after_line;
  return word_of_[static_cast<std::size_t>(at)];
}

TagFeatures::Word const& TagFeatures::word(std::uint32_t token, int offset) const {
  return words_[word_at(token, offset)];
}

void TagFeatures::add_word_features(std::uint32_t number, int offset, FeatureList& out) const {
  auto const& w = words_[number];
  bool const near = offset >= -1 && offset <= 1;
  out.add(kind_of(lower_word, offset), w.lower);
  out.add(kind_of(word_shape, offset), w.shape);
  if (unit_ == TagUnit::character) return;
  if (w.classes.coarse != 0) {
    out.add(kind_of(coarse_class, offset), w.classes.coarse);
    out.add(kind_of(middle_class, offset), w.classes.middle);
    out.add(kind_of(fine_class, offset), w.classes.fine);
  }
  if (w.classes.company != 0) {
    out.add(kind_of(company_class, offset), w.classes.company);
    out.add(kind_of(fine_company_class, offset), w.classes.fine_company);
  }
  if (near) {
    out.add(kind_of(word_spelling, offset), w.spelling);
    out.add(kind_of(suffix, offset * 5 + 3), w.suffixes[2]);
  }
  if (offset != 0) return;
  out.add(kind_of(exact_word), w.exact);
  out.add(kind_of(full_shape), w.full_shape);
  for (int n = 0; n < 4; ++n) out.add(kind_of(prefix, n), w.prefixes[static_cast<std::size_t>(n)]);
  for (int n : {0, 1, 3}) out.add(kind_of(suffix, 9 + n), w.suffixes[static_cast<std::size_t>(n)]);
  for (auto lists = w.listed; lists != 0; lists &= lists - 1)
    out.add(kind_of(listed), static_cast<std::uint64_t>(std::countr_zero(lists)));
}

void TagFeatures::add_token_features(std::uint32_t token, FeatureList& out) const {
  if (unit_ == TagUnit::character) return add_characters(token, out);
  add_neighbours(token, out);
  add_names(token, out);
  add_document(token, out);
}

void TagFeatures::add_neighbours(std::uint32_t token, FeatureList& out) const {
  auto const &w = word(token, 0), &before = word(token, -1), &after = word(token, 1);
  using text::combine;
  out.add(kind_of(pair_before), combine(before.lower, w.lower));
  out.add(kind_of(pair_after), combine(w.lower, after.lower));
  out.add(kind_of(shape_before), combine(before.shape, w.shape));
  out.add(kind_of(shape_after), combine(w.shape, after.shape));
  out.add(kind_of(shape_around), combine(before.shape, combine(w.shape, after.shape)));
  out.add(kind_of(middle_before), combine(before.classes.middle, w.classes.middle));
  out.add(kind_of(middle_after), combine(w.classes.middle, after.classes.middle));
  out.add(kind_of(class_shape_before), combine(before.classes.middle, w.shape));
  out.add(kind_of(class_shape_after), combine(after.classes.middle, w.shape));
  out.add(kind_of(word_shape_before), combine(before.lower, w.shape));
  out.add(kind_of(word_shape_after), combine(after.lower, w.shape));
  out.add(kind_of(two_before), combine(word(token, -2).lower, before.lower));
  out.add(kind_of(two_after), combine(after.lower, word(token, 2).lower));
  auto const sentence = sentence_of_[token];
  auto const from_start = std::min<std::uint32_t>(token - document_->sentences[sentence], 1);
  auto const to_end = std::min<std::uint32_t>(document_->end_of(sentence) - token - 1, 1);
  out.add(kind_of(line_start), combine(from_start * 2 + to_end, w.shape));
  if (capital_line_[sentence]) {
    out.add(kind_of(capital_line), w.classes.coarse);
    out.add(kind_of(capital_line, 1), w.lower);
  }
  auto const length = document_->end_of(sentence) - document_->sentences[sentence];
  if (topic_ != 0 && w.capital) {
    out.add(kind_of(topic), combine(topic_, w.shape));
    out.add(kind_of(topic, 1), combine(topic_, combine(from_start, after.shape)));
  }
  if (w.capital) out.add(kind_of(pattern), combine(std::min(length, 12u), combine(from_start, after.digits)));
}

void TagFeatures::add_names(std::uint32_t token, FeatureList& out) const {
  auto const& here = names_[token];
  auto const shape = word(token, 0).shape;
  auto const sentence = sentence_of_[token];
  auto const each = [](Names const& names, auto const& found) {
    for (std::uint64_t place = 0; place < 4; ++place)
      for (auto lists = names.at[place]; lists != 0; lists &= lists - 1)
        found(static_cast<std::uint64_t>(std::countr_zero(lists)) * 4 + place);
  };
  each(here, [&](std::uint64_t value) {
    out.add(kind_of(name), value);
    out.add(kind_of(name_shape), text::combine(value, shape));
  });
  if (token > document_->sentences[sentence])
    each(names_[token - 1], [&](std::uint64_t value) { out.add(kind_of(name_before), value); });
  if (token + 1 < document_->end_of(sentence))
    each(names_[token + 1], [&](std::uint64_t value) { out.add(kind_of(name_after), value); });
}

void TagFeatures::add_document(std::uint32_t token, FeatureList& out) const {
  auto const& w = word(token, 0);
  if (!w.capital) return;
  auto const tokens = static_cast<std::uint32_t>(word_of_.size());
  bool lower_elsewhere = false, capital_elsewhere = false;
  auto const look = [&](std::uint32_t other) {
    auto const &before = word(other, -1), &after = word(other, 1);
    auto const& same = words_[word_of_[other]];
    out.add(kind_of(same_before), before.lower);
    out.add(kind_of(same_after), after.lower);
    if (before.classes.middle != 0) out.add(kind_of(same_class_before), before.classes.middle);
    if (after.classes.middle != 0) out.add(kind_of(same_class_after), after.classes.middle);
    for (std::uint64_t place = 0; place < 3; ++place)  // names of several words only
      for (auto lists = names_[other].at[place]; lists != 0; lists &= lists - 1)
        out.add(kind_of(same_name), static_cast<std::uint64_t>(std::countr_zero(lists)) * 4 + place);
    lower_elsewhere |= same.lower_case && !capital_line_[sentence_of_[other]];
    bool const starts = document_->sentences[sentence_of_[other]] == other;
    capital_elsewhere |= same.capital && !starts && !capital_line_[sentence_of_[other]];
  };
  int seen = 0;
  for (auto i = previous_same_[token]; i < tokens && seen < most_occurrences; i = previous_same_[i], ++seen) look(i);
  seen = 0;
  for (auto i = next_same_[token]; i < tokens && seen < most_occurrences; i = next_same_[i], ++seen) look(i);
  bool const starts = document_->sentences[sentence_of_[token]] == token;
  std::uint64_t const where = starts ? 1 : capital_line_[sentence_of_[token]] ? 2 : 0;
  if (lower_elsewhere) out.add(kind_of(same_lower), where);
  if (capital_elsewhere) out.add(kind_of(same_capital), where);
}

std::string TagFeatures::describe(std::uint16_t kind) {
  auto const name = kind / 16u;
  int const variant = kind % 16;
  if (name >= kinds) return "unknown";
  bool const around = name <= fine_class || name == company_class || name == fine_company_class;
  if (!around) return std::string(kind_names[name]);
  if (name == prefix) return fmt::format("prefix of {}", variant + 1);
  if (name == suffix && variant >= 9 && variant != 14) return fmt::format("suffix of {}", variant - 8);
  int const offset = name == suffix ? (variant == 8    ? 1
                                       : variant == 14 ? -1
                                                       : 0)
                     : variant > 7  ? variant - 16
                                    : variant;
  std::string const what = name == suffix ? "suffix of 3" : std::string(kind_names[name]);
  return offset == 0 ? what : fmt::format("{}, {} {}", what, std::abs(offset), offset < 0 ? "before" : "after");
}

}  // namespace lepton::runtime
