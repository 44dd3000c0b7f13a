#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "embed/name_section.h"
#include "retrieval/postings.h"
#include "retrieval/terms.h"
#include "retrieval/vector_list.h"
#include "retrieval/word_pieces.h"
#include "runtime/model_file.h"

namespace lepton::retrieval {

class TermVectors;

/// What is stored and found: a key that is its own in the index, and a text for each field of the index, in order.
struct Passage {
  std::string key;
  std::vector<std::string> texts;

  friend bool operator==(Passage const&, Passage const&) = default;
};

/// Passages that were written together and never change, but for being marked as gone: a view of the sections
/// "<name>-…" of an index file, which outlives it. Passages are numbered from 0 in the order in which they came. Any
/// thread may read.
class Segment {
 public:
  /// Throws Error{invalid} when the sections do not fit together.
  Segment(runtime::ModelFile const& file, std::string const& name, std::size_t fields, std::size_t dimensions);

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }
  [[nodiscard]] std::uint32_t alive() const { return alive_; }
  [[nodiscard]] bool gone(std::uint32_t passage) const { return gone_[passage] != 0; }
  /// A byte for each passage, not 0 for those that are gone.
  [[nodiscard]] std::span<std::uint8_t const> marks() const { return gone_; }
  [[nodiscard]] std::string_view key(std::uint32_t passage) const { return keys_[passage]; }
  /// The passage with that key, gone or not.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const { return keys_.find(key); }
  [[nodiscard]] std::string_view text(std::uint32_t passage, std::size_t field) const;
  [[nodiscard]] Passage passage(std::uint32_t number) const;

  /// The words of a field of a passage in their order, by number in word_lists().
  [[nodiscard]] std::span<std::uint32_t const> words(std::uint32_t passage, std::size_t field) const {
    auto const i = passage * fields_ + field;
    auto const begin = i == 0 ? 0 : word_ends_[i - 1];
    return words_.subspan(begin, word_ends_[i] - begin);
  }
  /// Loads what `words` gives before it is needed.
  void prefetch(std::uint32_t passage) const { __builtin_prefetch(words(passage, 0).data()); }
  /// Of all passages.
  [[nodiscard]] std::uint64_t words() const { return words_.size(); }
  /// Words of each field of a passage, as many as it has fields.
  [[nodiscard]] std::array<std::uint32_t, most_fields> lengths(std::uint32_t passage) const;
  [[nodiscard]] std::span<std::uint64_t const> total_lengths() const { return total_lengths_; }

  [[nodiscard]] TermLists const& word_lists() const { return word_lists_; }
  [[nodiscard]] TermLists const& pair_lists() const { return pair_lists_; }
  [[nodiscard]] WordPieces const& pieces() const { return pieces_; }
  /// Passages, gone or not, that have the term.
  [[nodiscard]] std::uint64_t passages_with(Term const& term) const;
  [[nodiscard]] VectorList const& vectors() const { return vectors_; }

 private:
  void require(bool condition, std::string_view what) const;

  std::string name_;
  std::size_t fields_;
  embed::NameSection keys_;
  std::string_view texts_;
  std::span<std::uint64_t const> text_ends_;
  std::span<std::uint8_t const> gone_;
  std::span<std::uint32_t const> words_;
  std::span<std::uint64_t const> word_ends_;
  std::vector<std::uint64_t> total_lengths_;
  TermLists word_lists_, pair_lists_;
  WordPieces pieces_;
  VectorList vectors_;
  std::uint32_t alive_ = 0;
};

/// Writes the sections of a segment of these passages, with vectors unless `vectors` is empty. Heeds the call.
void write_segment(Call const& call, runtime::ModelFileWriter& writer, std::string const& name,
                   std::span<Passage const> passages, IndexOptions const& options, TermVectors const& vectors);

/// Copies the sections of a segment as they are, but for which of its passages are gone (a byte each).
void copy_segment(runtime::ModelFile const& file, std::string const& name, runtime::ModelFileWriter& writer,
                  std::string const& new_name, std::vector<std::uint8_t> const& gone);

}  // namespace lepton::retrieval
