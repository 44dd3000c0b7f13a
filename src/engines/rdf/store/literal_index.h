#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/call.h"
#include "base/guarded.h"
#include "rdf/store/term_id.h"
#include "text/index_keys.h"

namespace lepton::rdf {

class TextIndex;
struct TextQuery;
using TextIndexes = std::vector<std::shared_ptr<TextIndex const>>;

/// Which literals of a dictionary may hold what is sought; short strings, which are in their ids, are not among them.
struct TextCandidates {
  std::vector<TermId> ids;     ///< ascending: of the literals that are indexed
  std::uint64_t indexed = 0;   ///< payloads below are of literals that are indexed; of the others any may
  std::uint64_t literals = 0;  ///< payloads below were given so far

  /// Whether this id is certainly none. Ids of other kinds never are.
  [[nodiscard]] bool excludes(TermId id) const;
};

/// The indexes of a dictionary's literals, and the wish for more of them. Owned by the dictionary; any thread may call.
class LiteralIndex {
 public:
  /// How far literals are numbered, and how far they are in segments, where they can be indexed.
  struct Extent {
    std::uint64_t literals = 0;
    std::uint64_t in_segments = 0;
  };
  /// Literals that may have a fitting key for each pattern. Empty when there is no index, or it would not tell much.
  [[nodiscard]] std::optional<TextCandidates> find(Call const& call, TextQuery const& query, Extent const& extent);

  /// From the first literal on, without a gap.
  [[nodiscard]] TextIndexes indexes() const;
  void set(TextIndexes indexes);
  /// `wanted` is called, by any thread, once a search met many literals in segments that are not indexed, and again
  /// once that wish was taken. To be set before any search.
  void when_wanted(std::function<void()> wanted) { wanted_ = std::move(wanted); }
  void take_wish() { asked_ = false; }

  /// So many literals are worth a file.
  static constexpr std::uint64_t least = 4096;

 private:
  void want();
  [[nodiscard]] std::optional<std::vector<std::uint64_t>> find_in(Call const& call,
                                                                  std::shared_ptr<TextIndex const> const& index,
                                                                  TextQuery const& query);

  Guarded<TextIndexes> indexes_;
  std::function<void()> wanted_;
  std::atomic<bool> asked_ = false;
};

}  // namespace lepton::rdf
