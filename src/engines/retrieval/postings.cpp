#include "retrieval/postings.h"

#include "base/varint.h"

namespace lepton::retrieval {
namespace {

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
    put_varint(bytes, posting.passage - previous);
    previous = posting.passage;
    for (std::size_t field = 0; field < fields; ++field) put_varint(bytes, posting.times[field]);
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
