#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lepton::embed {

/// A statement between two entities, by their numbers.
struct Triple {
  std::uint32_t head = 0, relation = 0, tail = 0;

  friend auto operator<=>(Triple const&, Triple const&) = default;
};

/// Names numbered from 0 in the order they came; none twice. One thread adds, any number may look up.
class Names {
 public:
  std::uint32_t add(std::string_view name);
  /// Throws Error{not_found} that names it; `what` is "entity" or "relation".
  [[nodiscard]] std::uint32_t get(std::string_view name, std::string_view what) const;
  [[nodiscard]] std::string const& operator[](std::uint32_t number) const { return names_[number]; }
  [[nodiscard]] std::vector<std::string> const& all() const { return names_; }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

/// A graph to learn from. A plain value.
struct TripleSet {
  Names entities, relations;
  std::vector<Triple> triples;
};

inline constexpr std::size_t longest_name = 4096;  ///< bytes

/// Adds the triples of a text whose lines are head, relation and tail, separated by tabs; empty lines are skipped,
/// triples that were there already are kept once by whoever indexes them. Names that are new are numbered. Throws
/// Error{invalid} that names the line for other numbers of fields, empty or overlong names and broken UTF-8.
void read_triples(std::string_view text, TripleSet& into);

/// Throws Error{invalid} that names the first triple whose numbers lie outside; `what` names the list.
void require_in_range(std::span<Triple const> triples, std::size_t entities, std::size_t relations,
                      std::string_view what);

}  // namespace lepton::embed
