#include "learn/term_context.h"

#include <string>

#include "embed/words/word_vectors.h"
#include "runtime/text_terms.h"
#include "text/breaks.h"
#include "text/hash.h"
#include "text/utf8.h"

namespace lepton::learn {
namespace {

constexpr std::size_t texts_between_calls = 256;

bool any_han(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto const [character, bytes] = text::decode(text, at);
    if (text::is_han(character)) return true;
    at += bytes;
  }
  return false;
}

/// Cuts texts into words as they are known to a classifier: its own words, or, of sentences with Han characters, runs
/// of its words.
class WordReader {
 public:
  void read(std::string_view text) {
    for (auto const span : sentences_.cut(text)) {
      auto const sentence = span.of(text);
      found_.clear();
      if (any_han(sentence)) {
        for (auto const word : breaker_.cut(sentence)) add_whole(word.of(sentence));
      } else {
        terms_.read(sentence);
        for (std::size_t i = 0; i < terms_.words(); ++i)
          add(std::string(terms_.word(i)), {.hash = terms_.hash(i), .words = 1});
      }
      std::vector<std::string_view> const views(found_.begin(), found_.end());
      learner_.add(views);
    }
  }

  [[nodiscard]] TermContext learn(Call const& call) const {
    auto const vectors = embed::WordVectors::parse(learner_.learn(call));
    TermContext out;
    out.dimensions = vectors.dimensions();
    std::vector<double> mean(out.dimensions);
    for (std::uint32_t i = 0; i < vectors.size(); ++i) {
      auto const& named = names_.at(std::string(vectors.word(i)));
      out.terms.try_emplace(named.hash, TermContext::Term{i, named.words});
      auto const vector = vectors.vector(i);
      for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += vector[k] / static_cast<double>(vectors.size());
      out.values.insert(out.values.end(), vector.begin(), vector.end());
    }
    for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] -= static_cast<float>(mean[i % out.dimensions]);
    return out;
  }

 private:
  struct Named {
    std::uint64_t hash;
    std::uint32_t words;
  };

  void add(std::string word, Named named) {
    names_.try_emplace(word, named);
    found_.push_back(std::move(word));
  }
  /// A word that TextTerms cuts again: what TextTerms::add_run_terms makes of its parts.
  void add_whole(std::string_view word) {
    terms_.read(word);
    if (terms_.words() == 0) return;
    std::string all(terms_.word(0));
    std::uint64_t hash = terms_.hash(0);
    for (std::size_t i = 1; i < terms_.words(); ++i) {
      all += terms_.word(i);
      hash = text::combine(hash, terms_.hash(i));
    }
    add(std::move(all), {.hash = hash, .words = static_cast<std::uint32_t>(terms_.words())});
  }

  text::Breaker sentences_{text::Breaker::Unit::sentence}, breaker_{text::Breaker::Unit::word};
  runtime::TextTerms terms_{{}};
  std::vector<std::string> found_;
  std::unordered_map<std::string, Named> names_;
  embed::WordVectorLearner learner_;
};

}  // namespace

TermContext learn_term_context(Call const& call, std::span<std::string_view const> texts) {
  WordReader reader;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i % texts_between_calls == 0) call.proceed();
    reader.read(texts[i]);
  }
  return reader.learn(call);
}

}  // namespace lepton::learn
