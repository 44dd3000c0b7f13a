#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "retrieval/segment.h"
#include "retrieval/term_vectors.h"

namespace lepton::retrieval {

/// What a search found.
struct Hit {
  std::string key;
  double score = 0;   ///< points of BM25, with what the vectors add
  double words = 0;   ///< of these, from words
  double cosine = 0;  ///< of the vectors, times how sure question vectors are; 0 without vectors

  friend bool operator==(Hit const&, Hit const&) = default;
};

/// How words and vectors come together.
enum class Fusion {
  sum,      ///< points of BM25 + vector_weight · cosine
  ranks,    ///< reciprocal rank fusion (Cormack, Clarke & Büttcher 2009), k = 60
  words,    ///< BM25 alone
  vectors,  ///< cosines alone
};

struct SearchOptions {
  std::size_t most = 10;
  Fusion fusion = Fusion::sum;
  std::size_t candidates = 1000;          ///< of each way, in a segment that is not small
  std::size_t scored = 300;               ///< of these, the most promising: each has its points counted exactly
  std::optional<double> vector_weight;    ///< instead of the index's own
  double effort = 0.03;                   ///< share of the cells searched where there are some
  std::uint64_t most_postings = 300'000;  ///< read to find candidates by words, in a segment that is not small
  bool exact = false;                     ///< every passage is looked at: slow where there are many
};

/// An index of passages, for words and vectors, as one file: segments that never change, marks for what is gone, and
/// vectors of terms. A version is a file; the next one is made by IndexWriter, and readers of the former keep it. Holds
/// the file, mapped or in memory, as long as it lives; copies share it; any thread may search.
class Index {
 public:
  /// Without passages.
  explicit Index(IndexOptions const& options);
  /// Maps the file and verifies it. Throws Error{invalid} for what is damaged or something else, Error{not_found}.
  [[nodiscard]] static Index open(std::filesystem::path const& path);
  /// Keeps a copy of the bytes.
  [[nodiscard]] static Index parse(std::string_view bytes);

  /// Counts the writes since the index was made, from 1; 0 for one that never was written.
  [[nodiscard]] std::uint64_t version() const;
  [[nodiscard]] std::uint64_t size() const;  ///< passages that are not gone
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] bool has_vectors() const;
  [[nodiscard]] IndexOptions const& options() const;
  [[nodiscard]] std::optional<Passage> find(std::string_view key) const;

  /// The best passages for a question, best first; what is equal in the order in which it was added. Any bytes are
  /// accepted. The same file, question and options give the same hits. Heeds the call. Throws Error{invalid} for a
  /// question longer than text::longest_text.
  [[nodiscard]] std::vector<Hit> search(Call const& call, std::string_view question,
                                        SearchOptions const& options = {}) const;

 private:
  friend class IndexWriter;
  struct Content;
  explicit Index(std::shared_ptr<Content const> content) : content_(std::move(content)) {}

  std::shared_ptr<Content const> content_;  // shared, because copies of an Index read the same file
};

}  // namespace lepton::retrieval
