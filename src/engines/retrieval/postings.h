#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/index_options.h"

namespace lepton::retrieval {

/// Where a term stands in a passage: how often in each field.
struct Posting {
  std::uint32_t passage = 0;
  std::array<std::uint16_t, most_fields> times{};
};

inline constexpr std::size_t block_size = 128;

/// Up to block_size postings of one term, by rising passage: differences of passages, then counts by field, each in
/// seven bits a byte.
struct PostingBlock {
  std::uint64_t offset = 0;           ///< of its bytes
  std::uint32_t first = 0, last = 0;  ///< passages
  std::uint32_t count = 0;
  float most = 0;  ///< greatest pseudo-frequency in it, at the mean lengths of its segment
};
static_assert(sizeof(PostingBlock) == 24);

/// A term of a segment; sorted by hash.
struct TermEntry {
  std::uint64_t hash = 0;
  std::uint32_t first_block = 0, blocks = 0;
  std::uint32_t passages = 0;
  std::uint32_t kind = 0;
};
static_assert(sizeof(TermEntry) == 24);

void append_block(std::span<Posting const> postings, std::size_t fields, std::string& bytes);
/// Reads `block` out of `bytes` into `out`. Throws Error{invalid} when the bytes end too early or name a passage that
/// is not among `passages`.
void read_block(std::string_view bytes, PostingBlock const& block, std::size_t fields, std::uint32_t passages,
                std::vector<Posting>& out);

}  // namespace lepton::retrieval
