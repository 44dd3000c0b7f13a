#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "retrieval/terms.h"
#include "runtime/model_file.h"

namespace lepton::retrieval {

/// A piece of words; sorted by hash.
struct PieceEntry {
  std::uint64_t hash = 0;
  std::uint32_t passages = 0;  ///< that have a word with it
  std::uint32_t end = 0;       ///< of its words among those of all
};

/// Which words of a segment have which pieces, in the sections `name`, "<name>-words", "<name>-of" and "<name>-ends" of
/// a file that outlives it. Passages have pieces by having words, of which there are far fewer: so pieces have no lists
/// of passages. Any thread may read.
class WordPieces {
 public:
  /// Throws Error{invalid} when the sections do not fit together, or to so many words and passages.
  WordPieces(runtime::ModelFile const& file, std::string const& name, std::size_t words, std::size_t passages);

  [[nodiscard]] std::size_t size() const { return pieces_.size(); }
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash) const;
  [[nodiscard]] std::uint32_t passages(std::uint32_t piece) const { return pieces_[piece].passages; }
  /// A word comes as often as it has the piece.
  [[nodiscard]] std::span<std::uint32_t const> words_with(std::uint32_t piece) const {
    auto const begin = piece == 0 ? 0 : pieces_[piece - 1].end;
    return words_.subspan(begin, pieces_[piece].end - begin);
  }
  [[nodiscard]] std::span<std::uint32_t const> of_word(std::uint32_t word) const {
    auto const begin = word == 0 ? 0 : ends_[word - 1];
    return of_words_.subspan(begin, ends_[word] - begin);
  }

 private:
  std::span<PieceEntry const> pieces_;
  std::span<std::uint32_t const> words_, of_words_, ends_;
};

/// The words that passages are made of, numbered as they come; writes them numbered by hash. One thread.
class WordTable {
 public:
  /// The number of a word of a text.
  [[nodiscard]] std::uint32_t add(CutText const& text, CutText::Word const& word);
  [[nodiscard]] std::uint64_t hash(std::uint32_t word) const { return hashes_[word]; }
  [[nodiscard]] std::size_t size() const { return hashes_.size(); }

  /// For each number that it gave, the rank of the word by its hash.
  [[nodiscard]] std::vector<std::uint32_t> ranks() const;
  /// Writes what WordPieces reads. `passages` calls its argument with the words of each passage, as numbered here.
  using Take = std::function<void(std::span<std::uint32_t const> words)>;
  void write(runtime::ModelFileWriter& writer, std::string const& name,
             std::function<void(Take const& take)> const& passages) const;

 private:
  [[nodiscard]] std::span<std::uint32_t const> pieces(std::uint32_t word) const {
    auto const begin = word == 0 ? 0 : ends_[word - 1];
    return std::span(pieces_).subspan(begin, ends_[word] - begin);
  }

  std::unordered_map<std::uint64_t, std::uint32_t> words_, piece_numbers_;  // by hash
  std::vector<std::uint64_t> hashes_, piece_hashes_;
  std::vector<std::uint32_t> pieces_, ends_;  // of each word
};

}  // namespace lepton::retrieval
