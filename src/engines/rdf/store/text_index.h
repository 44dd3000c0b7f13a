#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "rdf/store/checked_file.h"
#include "rdf/store/term_table.h"
#include "text/index_keys.h"

namespace lepton::rdf {

inline constexpr std::uint64_t text_block_keys = 16;

/// The end of a text index's file. As in the file.
struct TextIndexFooter {
  std::uint64_t magic = 0x3174786574704c72;
  std::uint64_t first = 0;   ///< number of the first literal
  std::uint64_t count = 0;   ///< literals that it covers
  std::uint64_t keys = 0;    ///< how many
  std::uint64_t blocks = 0;  ///< offset of the places of blocks of 16 keys, one more than there are blocks
};

/// What is sought in literals, and how many would be looked at without an index: finding out may not cost more.
struct TextQuery {
  std::span<text::KeyPattern const> patterns;
  std::uint64_t texts = 0;
};

/// Which literals have a key (text/index_keys.h), for literals of consecutive numbers: an immutable, mapped file. Since
/// numbers never change, it does not depend on which segments the literals lie in. Keys ascend, in blocks of 16, each
/// key without what it begins with like the one before and followed by the numbers that have it, as differences. Any
/// thread may read. Damage is thrown as Error{unavailable} when it is first touched.
class TextIndex {
 public:
  explicit TextIndex(std::filesystem::path path);

  [[nodiscard]] std::uint64_t first() const { return footer_.first; }
  [[nodiscard]] std::uint64_t count() const { return footer_.count; }
  [[nodiscard]] CheckedFile const& file() const { return file_; }

  /// Numbers, ascending, of the literals that have a fitting key for each pattern, or of a few more than these; empty
  /// when these would be more than half of all, or no pattern can be found out cheaply.
  [[nodiscard]] std::optional<std::vector<std::uint64_t>> find(Call const& call, TextQuery const& query) const;

  struct Entry {
    std::string_view key;
    std::uint64_t count = 0;    ///< numbers that have the key
    std::string_view postings;  ///< differences, at first to first() - 1
  };
  /// Keys from `from` on, in sequence, until `take` says false.
  void walk(std::string_view from, std::function<bool(Entry const&)> const& take) const;
  /// Calls `take` for each number behind an entry of this index.
  void read(Entry const& entry, std::function<void(std::uint64_t)> const& take) const;

 private:
  [[nodiscard]] std::uint64_t place_of(std::uint64_t block) const;
  [[nodiscard]] std::string_view block(std::uint64_t number) const;
  [[nodiscard]] std::string_view first_key(std::uint64_t block) const;
  [[nodiscard]] bool walk_block(std::uint64_t number, std::string_view from,
                                std::function<bool(Entry const&)> const& take) const;
  [[nodiscard]] std::uint64_t blocks() const;

  CheckedFile file_;
  TextIndexFooter footer_;
};

/// Indexes literals from number `first` on, of consecutive tables, as far as `memory` bytes reach; at least one.
[[nodiscard]] std::shared_ptr<TextIndex const> write_text_index(
    Call const& call, std::vector<std::shared_ptr<TermTable const>> const& literals, std::uint64_t first,
    std::size_t memory, std::filesystem::path const& path);

/// One index of the literals of several, which follow one another.
[[nodiscard]] std::shared_ptr<TextIndex const> merge_text_indexes(
    Call const& call, std::vector<std::shared_ptr<TextIndex const>> const& indexes, std::filesystem::path const& path);

}  // namespace lepton::rdf
