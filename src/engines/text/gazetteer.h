#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/hashed_table.h"
#include "text/token.h"

namespace lepton::text {

/// A name found in a text: tokens [begin, end) and the lists it is on, a bit each.
struct GazetteerMatch {
  std::uint32_t begin = 0, end = 0;
  std::uint64_t types = 0;

  friend bool operator==(GazetteerMatch const&, GazetteerMatch const&) = default;
};

/// Lists of names compiled to a trie over tokens, whose edges are one hash table: a text is matched in one pass without
/// regard to case. A view of arrays that outlive it, in memory or in a mapped file; any thread may match.
class Gazetteer {
 public:
  using Edges = HashedTable<std::uint32_t>;
  static constexpr std::size_t most_types = 64;
  static constexpr std::uint32_t longest_name = 16;  ///< tokens

  Gazetteer() = default;
  /// `types_of` holds, for each node, the lists on which the way from the root to it stands.
  Gazetteer(std::span<Edges::Slot const> edges, std::span<std::uint64_t const> types_of)
      : edges_(edges), types_of_(types_of) {}

  [[nodiscard]] bool empty() const { return types_of_.empty(); }
  /// The longest name from each token on; `hashes` are token_hash of each token. Appends, in order of begin.
  void match(std::span<std::uint64_t const> hashes, std::vector<GazetteerMatch>& matches) const;
  /// Lists on which the token stands as a whole name.
  [[nodiscard]] std::uint64_t types_of_word(std::uint64_t hash) const;
  /// Of the token in lower case.
  [[nodiscard]] static std::uint64_t token_hash(std::string_view lower_case_token);

 private:
  [[nodiscard]] std::uint32_t step(std::uint32_t node, std::uint64_t hash) const;

  Edges edges_;
  std::span<std::uint64_t const> types_of_;
};

/// Owns a gazetteer under construction. Add all, then build once. One thread.
class GazetteerBuilder {
 public:
  /// `name` is cut at spaces and taken in lower case; names of more than longest_name tokens, and empty ones, are left
  /// out. Throws Error{invalid} for a 65th type.
  void add(std::string_view type, std::string_view name);
  /// A line a name, "type<TAB>name". Throws Error{invalid} with the line for one without a tab.
  void add_lines(std::string_view lines);

  void build();
  [[nodiscard]] Gazetteer gazetteer() const { return {edges_, types_of_}; }
  [[nodiscard]] std::vector<std::string> const& types() const { return types_; }
  [[nodiscard]] std::vector<Gazetteer::Edges::Slot> const& edges() const { return edges_; }
  [[nodiscard]] std::vector<std::uint64_t> const& types_of() const { return types_of_; }
  [[nodiscard]] std::size_t names() const { return names_; }

 private:
  std::vector<std::string> types_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> pending_;  // edge hash → node
  std::unordered_map<std::uint64_t, std::uint32_t> children_;
  std::vector<std::uint64_t> types_of_{0};
  std::vector<Gazetteer::Edges::Slot> edges_;
  std::size_t names_ = 0;
};

}  // namespace lepton::text
