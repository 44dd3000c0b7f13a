#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "retrieval/index.h"
#include "retrieval/vector_learning.h"

namespace lepton::retrieval {

/// Makes the next version of an index. Passages that were put become a segment of their own; those that they replace,
/// and those that are removed, are marked as gone. Small segments, and those of which half is gone, are written anew
/// together with their neighbours, so that there are few of them (a number that grows with the logarithm of the
/// passages). One thread; the index that it began from stays as it is.
class IndexWriter {
 public:
  explicit IndexWriter(IndexOptions const& options) : IndexWriter(Index(options)) {}
  explicit IndexWriter(Index base);

  /// Adds a passage, or replaces the one with its key, which then counts as added last. Throws Error{invalid} for an
  /// empty key, one longer than 1,024 bytes, another number of texts than the index has fields, or a longer text than
  /// text::longest_text.
  void put(Passage passage);
  /// False when there is none with that key.
  bool remove(std::string_view key);
  /// Learns vectors from all passages when it is written, from now on with these questions; every segment is written
  /// anew. Until then, new passages get vectors by what was learnt before.
  void learn(LearningOptions const& options, std::vector<AnsweredQuestion> answered = {});

  /// The file of the next version. Fits into memory. Heeds the call. Throws Error{exhausted} above 4 billion passages.
  [[nodiscard]] std::string finish(Call const& call) const;
  /// Writes it beside `path`, syncs and renames, so that after a crash the old or the new version is there, and gives
  /// it opened. Throws Error{conflict} when the file there is no longer the version that this began from; of two
  /// processes that write at the same moment the later wins: callers keep one writer for a file.
  [[nodiscard]] Index commit(Call const& call, std::filesystem::path const& path) const;

 private:
  struct Lesson {
    LearningOptions options;
    std::vector<AnsweredQuestion> answered;
  };

  /// The first segment of the base that is written anew together with what was added; those before it stay.
  [[nodiscard]] std::size_t first_merged() const;
  [[nodiscard]] std::vector<Passage> alive_in(std::size_t segment) const;
  [[nodiscard]] std::uint64_t alive_count(std::size_t segment) const;

  Index base_;
  std::vector<std::vector<std::uint8_t>> gone_;            // of each segment of the base
  std::map<std::string, std::size_t, std::less<>> added_;  // key → place in passages_
  std::vector<std::optional<Passage>> passages_;           // in the order of put
  std::optional<Lesson> lesson_;
};

}  // namespace lepton::retrieval
