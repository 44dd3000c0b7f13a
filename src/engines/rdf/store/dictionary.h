#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "rdf/store/literal_index.h"
#include "rdf/store/term_id.h"

namespace lepton::rdf {

class TermSegment;
class TermTable;
using TermTables = std::vector<std::shared_ptr<TermTable const>>;

/// Gives every term of a store its id and back; an id, once given, means that term for the life of the store, whatever
/// snapshot is read. Owned by the Store and shared by all its snapshots and transactions. Any thread may call any
/// function at any time. Ids that no commit has used are forgotten at a restart and may then be given again.
class Dictionary {
 public:
  Dictionary();
  ~Dictionary();
  Dictionary(Dictionary const&) = delete;
  Dictionary& operator=(Dictionary const&) = delete;

  /// The id of a term that the store has seen, or that is inline; empty: no quad holds it.
  [[nodiscard]] std::optional<TermId> find(TermView const& term) const;
  /// The id of a term, new when it was not known.
  [[nodiscard]] TermId intern(TermView const& term);
  /// An id of a blank node that no other call, now or later, gives.
  [[nodiscard]] TermId fresh_blank();
  /// The term of a defined id that this dictionary gave or that is inline; anything else is Error{internal}. Not for
  /// TermId::default_graph() and local ids. A language tag comes back as it was first written.
  [[nodiscard]] Term term(TermId id) const;
  /// How many terms are in the dictionary, inline ones not counted.
  [[nodiscard]] std::size_t size() const;

  /// Literals that may have a fitting key for each pattern; empty when there is no index, or it would not tell much for
  /// its costs. `texts`: so many the caller looks at otherwise. Who asks for many has literals indexed that are not,
  /// before long.
  [[nodiscard]] std::optional<TextCandidates> texts_with(Call const& call, std::span<text::KeyPattern const> patterns,
                                                         std::uint64_t texts) const;

  [[nodiscard]] std::size_t memory_bytes() const;
  [[nodiscard]] std::uint64_t disk_bytes() const;

  // For the store alone: how terms get to the log and into files.
  /// Appends what was interned since the last call, in a form that `restore` reads.
  void take_unlogged(std::string& out);
  /// Takes back what take_unlogged wrote, in the same sequence, before any other call; what is there already is passed
  /// over. Throws Error{unavailable} on bytes that cannot be.
  void restore(std::string_view& bytes);
  /// Terms interned from now on go to new tables. Returns the tables of each kind, in sequence, without empty ones.
  [[nodiscard]] std::array<TermTables, 4> freeze();
  /// Puts a segment in the place of the tables that it was made of, or, when opening, behind those that are there.
  void adopt(std::shared_ptr<TermSegment const> segment);
  /// Terms in segments need not go to the log any more.
  void segments_are_durable();
  /// Literals in segments, in sequence, as far as they are so without a gap.
  [[nodiscard]] TermTables literal_segments() const;
  [[nodiscard]] LiteralIndex& literal_index();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lepton::rdf
