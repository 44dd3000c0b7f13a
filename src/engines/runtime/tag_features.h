#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/fields.h"
#include "runtime/tag_scheme.h"
#include "text/breaks.h"
#include "text/gazetteer.h"
#include "text/hashed_table.h"

namespace lepton::runtime {

/// What one token of a sequence is.
enum class TagUnit {
  word,       ///< of English: case, affixes, gazetteers, classes and the rest of the document count
  character,  ///< of Chinese: neighbouring characters and the words they form count
};

/// Classes of a word by its neighbours and by its company, and its place among all words by frequency.
struct ClassEntry {
  std::uint16_t coarse = 0, middle = 0, fine = 0, company = 0, fine_company = 0, rank = 0;
};
using ClassTable = text::HashedTable<ClassEntry>;

/// What a tagger knows beside its weights. Views: the arrays behind them outlive the tagger.
struct TagKnowledge {
  text::Gazetteer gazetteer;
  ClassTable classes;
  std::span<std::int16_t const> vectors;  ///< of the words of `classes`, by rank; 32767 is 1
  std::size_t vector_size = 0;            ///< numbers of a vector
};

/// A document as tokens; `sentences` holds where each sentence begins. The text outlives it.
struct TagDocument {
  std::vector<std::string_view> words;
  std::vector<std::uint32_t> sentences;

  [[nodiscard]] std::uint32_t end_of(std::size_t sentence) const {
    return sentence + 1 < sentences.size() ? sentences[sentence + 1] : static_cast<std::uint32_t>(words.size());
  }
};

/// Features of a token as hashes; kinds are kept beside them only to explain.
struct FeatureList {
  std::vector<std::uint64_t> hashes;
  std::vector<std::uint16_t> kinds;
  bool keep_kinds = false;

  void add(std::uint16_t kind, std::uint64_t value);
  void clear() {
    hashes.clear();
    kinds.clear();
  }
};

/// Turns documents into features, the same in training and in serving. What depends on a word alone is computed once
/// per word, however often it occurs. Keeps a table of the words it met: one thread at a time, one object a thread.
class TagFeatures {
 public:
  static constexpr int reach = 2;  ///< words before and after that a token looks at
  static constexpr std::size_t most_words = 40000;

  TagFeatures(TagUnit unit, TagKnowledge knowledge);

  /// Prepares a document; it stays in use until the next one. True when the table of words was full and begins anew:
  /// numbers given before mean nothing then.
  bool read(TagDocument const& document);
  /// Number of the word `offset` places from `token` in its sentence; beyond its ends stand two words of their own.
  [[nodiscard]] std::uint32_t word_at(std::uint32_t token, int offset) const;
  /// What the word itself says when it stands `offset` places from a token.
  void add_word_features(std::uint32_t word, int offset, FeatureList& out) const;
  /// What the token's surroundings say.
  void add_token_features(std::uint32_t token, FeatureList& out) const;

  /// What a ContextLayer takes: the numbers of a word (none beyond a sentence), the mean vector of the document, and
  /// the lists that names at a token are on.
  void read_word_numbers(std::uint32_t word, std::span<float> out) const;
  void read_topic(std::span<float> out) const;
  [[nodiscard]] std::uint64_t lists_at(std::uint32_t token) const;

  /// Labels of a first pass over the document, as context of the second.
  void read_labels(std::vector<std::uint8_t> const& labels);
  void add_label_features(std::uint32_t token, FeatureList& out) const;

  /// "suffix of 3, 1 after": what a kind of feature is, in words.
  [[nodiscard]] static std::string describe(std::uint16_t kind);

 private:
  static constexpr std::uint32_t before_line = 0, after_line = 1;  ///< numbers of the words beyond the ends

  /// What is known of a word wherever it stands: hashes of its forms, and facts.
  struct Word {
    std::uint64_t lower = 0, exact = 0, shape = 0, full_shape = 0, name_hash = 0, listed = 0;
    std::array<std::uint64_t, 4> prefixes{}, suffixes{};
    ClassEntry classes;
    std::uint32_t spelling = 0;
    bool capital = false, all_capitals = false, lower_case = false, digits = false, classed = false;
  };
  /// A word that a line of characters is cut into: its first and last token.
  struct Segment {
    std::uint64_t word = 0;
    ClassEntry classes;
    std::uint32_t first = 0, last = 0;
  };
  [[nodiscard]] std::uint32_t number_of(std::string_view word, bool in_capitals);
  [[nodiscard]] std::span<std::int16_t const> vector_of(Word const& word) const;
  [[nodiscard]] Word describe_word(std::string_view word, bool in_capitals) const;
  void look_up_classes(Word& made, std::string_view word) const;
  void find_capital_lines();
  void match_names();
  void link_occurrences();
  void cut_segments();
  void add_names(std::uint32_t token, FeatureList& out) const;
  void add_neighbours(std::uint32_t token, FeatureList& out) const;
  void add_document(std::uint32_t token, FeatureList& out) const;
  void add_characters(std::uint32_t token, FeatureList& out) const;
  void add_segment_classes(std::uint32_t token, FeatureList& out) const;
  [[nodiscard]] Segment const* segment_left_of(Segment const& segment) const;
  [[nodiscard]] Segment const* segment_right_of(Segment const& segment) const;
  [[nodiscard]] Word const& word(std::uint32_t token, int offset) const;

  TagUnit unit_;
  TagKnowledge knowledge_;
  TagDocument const* document_ = nullptr;
  std::vector<Word> words_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;

  // per token of the document
  std::vector<std::uint32_t> word_of_, sentence_of_, previous_same_, next_same_;
  struct Names {
    std::uint64_t at[4] = {};  ///< lists by position in the name: begin, inside, last, unit
  };
  std::vector<Names> names_;
  std::vector<Segment> segment_of_;
  std::vector<bool> capital_line_;
  std::uint64_t topic_ = 0;
  std::vector<std::uint8_t> labels_;
  std::unordered_map<std::uint64_t, std::vector<std::uint16_t>> label_counts_;
  std::unordered_map<std::uint64_t, std::vector<std::uint16_t>> phrase_counts_;
  std::vector<std::uint64_t> phrase_of_;
  std::unique_ptr<text::Breaker> breaker_;
};

}  // namespace lepton::runtime

template <>
struct lepton::EnumNames<lepton::runtime::TagUnit> {
  using enum lepton::runtime::TagUnit;
  static constexpr std::array<std::pair<lepton::runtime::TagUnit, std::string_view>, 2> values{
      {{word, "word"}, {character, "character"}}};
};
