#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "text/vocabulary.h"
#include "text/word_classes.h"

namespace lepton::text {

/// Words with their classes: by their neighbours at three grains, coarse to fine, then by their company at two. A plain
/// value.
class ClassLexicon {
 public:
  static constexpr std::size_t by_neighbours = 3, by_company = 2, grains = by_neighbours + by_company;
  using Classes = std::array<std::uint16_t, grains>;  ///< from 1; 0 stands for none

  void add(std::string_view word, Classes const& classes);
  /// Of the word with its digits masked; nullptr for one that is too rare.
  [[nodiscard]] Classes const* find(std::string_view masked_word) const;
  /// Sets a word's classes by company.
  void set_company(std::uint32_t number, std::array<std::uint16_t, by_company> const& classes);
  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] std::string_view word(std::uint32_t number) const { return words_.word(number); }
  [[nodiscard]] Classes const& classes(std::uint32_t number) const { return classes_[number]; }

  /// A line a word: "word<TAB>coarse<TAB>middle<TAB>fine<TAB>coarse<TAB>fine".
  [[nodiscard]] std::string write() const;
  /// Throws Error{invalid} with the line that is not such.
  [[nodiscard]] static ClassLexicon read(std::string_view lines);

 private:
  Vocabulary words_;
  std::vector<Classes> classes_;
};

/// How a lexicon is learnt.
struct LexiconOptions {
  std::array<std::uint32_t, ClassLexicon::by_neighbours> classes{128, 512, 1500};
  std::uint64_t least_count = 4;  ///< rarer words have no class
  std::size_t most_words = 60000;
  int rounds = 10;
  int threads = 1;
};

/// Counts words and neighbours of a corpus, then learns classes from them. One thread.
class CorpusCounts {
 public:
  /// The words of a sentence, as they are written; digits are masked here.
  void add(std::vector<std::string_view> const& sentence);
  [[nodiscard]] std::uint64_t tokens() const { return tokens_; }
  /// Classes by neighbours. Equal sentences in equal order give an equal lexicon. `sink` is told of every round of
  /// every grain.
  [[nodiscard]] ClassLexicon learn(Call const& call, LexiconOptions const& options,
                                   ClusteringSink const& sink = {}) const;

 private:
  Vocabulary words_;
  std::unordered_map<std::uint64_t, std::uint32_t> bigrams_;
  std::uint64_t tokens_ = 0;
};

}  // namespace lepton::text
