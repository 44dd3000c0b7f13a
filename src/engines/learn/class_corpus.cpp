#include "learn/class_corpus.h"

#include "text/english.h"

namespace lepton::learn {

void ClassCorpus::add(std::string_view text) {
  for (auto const sentence : sentences_.cut(text)) add_sentence(sentence.of(text));
}

void ClassCorpus::add(runtime::TagDocument const& document) {
  for (std::size_t s = 0; s < document.sentences.size(); ++s) {
    auto const first = document.words.begin() + document.sentences[s],
               last = document.words.begin() + document.end_of(s);
    if (unit_ == runtime::TagUnit::word) {
      counts_.add({first, last});
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
  counts_.add(words);
}

}  // namespace lepton::learn
