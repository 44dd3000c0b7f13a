#pragma once

#include <memory>
#include <span>
#include <vector>

#include "rdf/store/term_table.h"

namespace lepton::rdf {

/// The latest terms of one kind, in memory. One thread may add while no other reads.
class MemoryTerms : public TermTable {
 public:
  explicit MemoryTerms(std::uint64_t first) : first_(first) {}

  /// The key must not be there yet.
  std::uint64_t add(TermKey const& key);

  [[nodiscard]] std::uint64_t first() const override { return first_; }
  [[nodiscard]] std::uint64_t count() const override { return terms_.size(); }
  [[nodiscard]] std::optional<std::uint64_t> find(TermKey const& key) const override;
  void get(std::uint64_t number, std::string& key) const override { key = view(number); }
  [[nodiscard]] std::string_view view(std::uint64_t number) const { return terms_[number - first_]; }
  [[nodiscard]] std::size_t memory_bytes() const override;
  [[nodiscard]] std::uint64_t disk_bytes() const override { return 0; }

 private:
  void insert(std::uint64_t hash, std::uint64_t place);
  void grow();

  std::uint64_t first_;
  std::vector<std::unique_ptr<char[]>> chunks_;  // bytes that never move, unlike those of a string
  std::size_t chunk_bytes_ = 0;
  std::span<char> left_;  // of the last chunk
  std::vector<std::string_view> terms_;
  std::vector<std::uint64_t> slots_;  // upper half of the hash, then place in terms_ + 1; 0: free
};

}  // namespace lepton::rdf
