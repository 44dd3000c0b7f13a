#include "retrieval/postings.h"

namespace lepton::retrieval {
namespace {

void append_number(std::uint32_t value, std::string& bytes) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

[[noreturn]] void damaged_block() {
  throw invalid("the index is damaged: a list of passages does not end where it should");
}

std::uint32_t take_number(std::string_view bytes, std::size_t& at) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (at >= bytes.size()) damaged_block();
    auto const byte = static_cast<unsigned char>(bytes[at++]);
    value |= static_cast<std::uint32_t>(byte & 0x7FU) << shift;
    if (byte < 0x80) return value;
  }
  damaged_block();
}

}  // namespace

void append_block(std::span<Posting const> postings, std::size_t fields, std::string& bytes) {
  std::uint32_t previous = postings.front().passage;
  for (auto const& posting : postings) {
    append_number(posting.passage - previous, bytes);
    previous = posting.passage;
    for (std::size_t field = 0; field < fields; ++field) append_number(posting.times[field], bytes);
  }
}

void read_block(std::string_view bytes, PostingBlock const& block, std::size_t fields, std::uint32_t passages,
                std::vector<Posting>& out) {
  out.clear();
  auto at = static_cast<std::size_t>(block.offset);
  std::uint64_t passage = block.first;
  for (std::uint32_t i = 0; i < block.count; ++i) {
    auto const step = take_number(bytes, at);
    if ((i > 0) != (step > 0)) damaged_block();
    passage += step;
    if (passage >= passages || passage > block.last) damaged_block();
    auto& posting = out.emplace_back();
    posting.passage = static_cast<std::uint32_t>(passage);
    for (std::size_t field = 0; field < fields; ++field)
      posting.times[field] = static_cast<std::uint16_t>(take_number(bytes, at));
  }
  if (passage != block.last) damaged_block();
}

}  // namespace lepton::retrieval
