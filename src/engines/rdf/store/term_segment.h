#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "rdf/store/checked_file.h"
#include "rdf/store/term_table.h"
#include "rdf/store/word_codec.h"

namespace lepton::rdf {

/// The end of a segment's file. As in the file.
struct SegmentFooter {
  std::uint64_t magic = 0x32736d7265744c50;
  std::uint64_t kind = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::uint64_t blocks = 0;   ///< offset of the places of blocks of 16 terms
  std::uint64_t buckets = 0;  ///< offset of the places of buckets among the entries, one more than there are buckets
  std::uint64_t bucket_count = 0;
  std::uint64_t entries = 0;     ///< offset of numbers by hash, from `first`
  std::uint64_t marks = 0;       ///< offset of one byte of each entry's hash
  std::uint64_t words = 0;       ///< offset of the list of words, see word_codec.h
  std::uint64_t word_count = 0;  ///< 0: terms are not coded
  std::uint64_t word_bytes = 0;  ///< of the list, behind its ends
};

/// Terms of one kind in a mapped file: in blocks of 16 in the sequence of their numbers, each without what it begins
/// with like the one before, the rest coded by words; and a hash index. It takes no memory but the map. Damage is
/// thrown as Error{unavailable} when it is first touched.
class TermSegment : public TermTable {
 public:
  explicit TermSegment(std::filesystem::path path);

  [[nodiscard]] IdKind kind() const { return static_cast<IdKind>(footer_.kind); }
  [[nodiscard]] std::uint64_t first() const override { return footer_.first; }
  [[nodiscard]] std::uint64_t count() const override { return footer_.count; }
  [[nodiscard]] std::optional<std::uint64_t> find(TermKey const& key) const override;
  void get(std::uint64_t number, std::string& key) const override;
  [[nodiscard]] std::size_t memory_bytes() const override { return 0; }
  [[nodiscard]] std::uint64_t disk_bytes() const override { return file_.disk_bytes(); }
  [[nodiscard]] CheckedFile const& file() const { return file_; }

 private:
  template <class Number>
  [[nodiscard]] Number number_at(std::uint64_t offset, std::uint64_t place) const;

  struct Entry {
    std::uint64_t shared = 0;
    std::string_view rest;
    std::uint64_t taken = std::string_view::npos;  ///< bytes of the rest that are wanted
  };

  [[nodiscard]] bool assemble(std::span<Entry> entries, std::string& key) const;
  /// Empty when terms are not coded.
  [[nodiscard]] std::optional<WordReader> word_reader() const;

  CheckedFile file_;
  SegmentFooter footer_;
};

/// Writes consecutive tables of one kind into one segment.
[[nodiscard]] std::shared_ptr<TermSegment const> write_segment(
    Call const& call, IdKind kind, std::vector<std::shared_ptr<TermTable const>> const& tables,
    std::filesystem::path const& path);

}  // namespace lepton::rdf
