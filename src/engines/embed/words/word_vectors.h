#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "embed/name_section.h"
#include "runtime/model_file.h"
#include "text/vocabulary.h"

namespace lepton::embed {

/// What makes two words alike.
enum class Company {
  together,  ///< they stand near the same words: words of one topic
  in_place,  ///< the same words stand one before, one after, … : words that could stand for each other
};

/// How words are learnt.
struct WordVectorOptions {
  Company company = Company::together;
  std::size_t dimensions = 100;     ///< at most 1,024
  std::size_t window = 5;           ///< words on either side that are a word's company; together, near ones count more
  std::uint64_t least_count = 5;    ///< rarer words have no vector
  std::size_t most_words = 50'000;  ///< the most frequent are kept
  double smoothing = 0.75;          ///< power of a companion's frequency, so that rare companions count less
  std::uint64_t seed = 1;
};

/// Vectors of words that are near where the words keep similar company in a text. Holds its file, mapped or in memory,
/// as long as it lives; copies share it; any thread may read.
class WordVectors {
 public:
  struct Neighbour {
    std::string word;
    double cosine = 0;
  };

  /// Maps the file. Throws Error{invalid} for what is damaged or something else, Error{not_found}.
  [[nodiscard]] static WordVectors open(std::filesystem::path const& path);
  /// Keeps a copy of the bytes.
  [[nodiscard]] static WordVectors parse(std::string_view bytes);

  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] std::size_t dimensions() const { return dimensions_; }
  /// By falling frequency.
  [[nodiscard]] std::string_view word(std::uint32_t number) const { return words_[number]; }
  /// Of length 1, or all 0 for a word without company.
  [[nodiscard]] std::span<float const> vector(std::uint32_t number) const {
    return values_.subspan(number * dimensions_, dimensions_);
  }
  /// All of them, one after the other.
  [[nodiscard]] std::span<float const> values() const { return values_; }
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view word) const { return words_.find(word); }
  /// The nearest other words, nearest first, then by frequency.
  [[nodiscard]] std::vector<Neighbour> nearest(std::uint32_t number, std::size_t most) const;

 private:
  explicit WordVectors(runtime::ModelFile file);

  runtime::ModelFile file_;
  NameSection words_;
  std::span<float const> values_;
  std::size_t dimensions_ = 0;
};

/// Collects sentences, then learns from them: positive pointwise mutual information of words and their company, and its
/// singular vectors (Levy, Goldberg & Dagan 2015). Holds 4 bytes a word of the text. One thread.
class WordVectorLearner {
 public:
  /// Words as they are to be known: lower case them before where that is wanted.
  void add(std::span<std::string_view const> sentence);
  /// The file of a WordVectors. Equal sentences in equal order give equal bytes. Heeds the call. Throws Error{invalid}
  /// for options out of their range and for a text in which no word comes least_count times.
  [[nodiscard]] std::string learn(Call const& call, WordVectorOptions const& options = {}) const;

 private:
  text::Vocabulary words_;
  std::vector<std::uint32_t> text_;  // numbers of words; one of its own between sentences
};

}  // namespace lepton::embed
