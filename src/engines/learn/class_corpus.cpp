#include "learn/class_corpus.h"

#include <algorithm>
#include <array>

#include "embed/spherical_means.h"
#include "text/english.h"
#include "text/shape.h"

namespace lepton::learn {

void ClassCorpus::add(std::string_view text) {
  for (auto const sentence : sentences_.cut(text)) add_sentence(sentence.of(text));
}

void ClassCorpus::add(runtime::TagDocument const& document) {
  for (std::size_t s = 0; s < document.sentences.size(); ++s) {
    auto const first = document.words.begin() + document.sentences[s],
               last = document.words.begin() + document.end_of(s);
    if (unit_ == runtime::TagUnit::word) {
      add_words({first, last});
      continue;
    }
    std::string sentence;
    for (auto character = first; character != last; ++character) sentence += *character;
    add_sentence(sentence);
  }
}

void ClassCorpus::add_sentence(std::string_view sentence) {
  std::vector<std::string_view> words;
  for (auto const span : unit_ == runtime::TagUnit::word ? text::tokenize_english(sentence) : words_.cut(sentence))
    words.push_back(span.of(sentence));
  add_words(words);
  if (unit_ == runtime::TagUnit::word) return;
  words.clear();
  for (auto const character : text::characters(sentence)) words.push_back(character.of(sentence));
  add_masked(words, characters_);
}

void ClassCorpus::add_words(std::vector<std::string_view> const& words) {
  counts_.add(words);
  add_masked(words, vectors_);
}

void ClassCorpus::add_masked(std::vector<std::string_view> const& words, embed::WordVectorLearner& learner) {
  std::vector<std::string> masked;
  for (auto const word : words) masked.push_back(text::mask_digits(word));
  learner.add(std::vector<std::string_view>(masked.begin(), masked.end()));
}

namespace {

embed::WordVectors vectors_in_place(Call const& call, embed::WordVectorLearner const& text,
                                    text::LexiconOptions const& options) {
  return embed::WordVectors::parse(text.learn(call, {.company = embed::Company::in_place,
                                                     .window = 2,
                                                     .least_count = options.least_count,
                                                     .most_words = options.most_words}));
}

/// A word that keeps no company has no class by it.
void add_company(Call const& call, embed::WordVectors const& vectors, text::ClassLexicon& lexicon) {
  constexpr std::array<std::size_t, text::ClassLexicon::by_company> classes{200, 1000};
  constexpr int rounds = 12;
  std::vector<std::array<std::uint16_t, text::ClassLexicon::by_company>> of_word(vectors.size());
  for (std::size_t grain = 0; grain < classes.size(); ++grain) {
    auto const found = embed::spherical_means(call, vectors.values(), vectors.dimensions(), classes[grain], rounds);
    for (std::size_t i = 0; i < found.size(); ++i) of_word[i][grain] = static_cast<std::uint16_t>(found[i] + 1);
  }
  for (std::uint32_t i = 0; i < lexicon.size(); ++i) {
    auto const number = vectors.find(lexicon.word(i));
    if (!number) continue;
    auto const vector = vectors.vector(*number);
    if (std::any_of(vector.begin(), vector.end(), [](float value) { return value != 0; }))
      lexicon.set_company(i, of_word[*number]);
  }
}

/// The tokens that have vectors, then all other words.
text::ClassLexicon tokens_first(embed::WordVectors const& tokens, text::ClassLexicon const& words) {
  text::ClassLexicon out;
  for (std::uint32_t i = 0; i < tokens.size(); ++i) {
    auto const* const known = words.find(tokens.word(i));
    out.add(tokens.word(i), known != nullptr ? *known : text::ClassLexicon::Classes{});
  }
  for (std::uint32_t i = 0; i < words.size(); ++i) out.add(words.word(i), words.classes(i));
  return out;
}

}  // namespace

WordKnowledge ClassCorpus::learn(Call const& call, text::LexiconOptions const& options) const {
  WordKnowledge out;
  out.classes = counts_.learn(call, options);
  if (out.classes.size() == 0) return out;
  auto vectors = vectors_in_place(call, vectors_, options);
  add_company(call, vectors, out.classes);
  if (unit_ == runtime::TagUnit::character) vectors = vectors_in_place(call, characters_, options);
  out.classes = tokens_first(vectors, out.classes);
  out.dimensions = vectors.dimensions();
  out.vectors.assign(vectors.values().begin(), vectors.values().end());
  return out;
}

}  // namespace lepton::learn
