#include "rdf/store/column_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/varint.h"

namespace lepton::rdf {

namespace {

constexpr std::size_t group_rows = 128;
constexpr std::size_t kinds = 16;
constexpr std::uint8_t differences_flag = 128;  ///< beside the width in a group's first byte

using Values = std::array<std::uint64_t, column_rows>;

unsigned width_of(std::uint64_t value) {
  return static_cast<unsigned>(std::bit_width(value));
}

std::uint64_t zigzag(std::uint64_t difference) {
  return difference << 1 ^ (0 - (difference >> 63));
}

std::uint64_t unzigzag(std::uint64_t value) {
  return value >> 1 ^ (0 - (value & 1));
}

void pack(std::string& out, std::uint64_t const* values, std::size_t count, unsigned width) {
  __extension__ using Wide = unsigned __int128;
  Wide bits = 0;
  unsigned filled = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bits |= static_cast<Wide>(values[i]) << filled;
    for (filled += width; filled >= 8; filled -= 8, bits >>= 8) out += static_cast<char>(bits);
  }
  if (filled > 0) out += static_cast<char>(bits);
}

std::size_t packed_bytes(std::size_t count, unsigned width) {
  return (count * width + 7) / 8;
}

/// Narrow values lie within the 8 bytes read at their first byte; wide ones need a ninth.
void unpack(char const* from, std::size_t count, unsigned width, std::uint64_t base, std::uint64_t* into) {
  if (width == 0) {
    std::fill(into, into + count, base);
    return;
  }
  std::uint64_t const mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  std::size_t bit = 0;
  for (std::size_t i = 0; i < count; ++i, bit += width) {
    std::uint64_t word = 0;
    std::memcpy(&word, from + bit / 8, sizeof word);
    word >>= bit % 8;
    if (width > 57 && bit % 8 + width > 64)
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[bit / 8 + 8])) << (64 - bit % 8);
    into[i] = (word & mask) + base;
  }
}

void encode_group(std::uint64_t const* values, std::size_t count, std::string& out) {
  auto const [least, greatest] = std::minmax_element(values, values + count);
  std::array<std::uint64_t, group_rows> packed{};
  std::uint64_t all = 0;
  for (std::size_t i = 1; i < count; ++i) all |= packed[i] = zigzag(values[i] - values[i - 1]);
  if (width_of(all) < width_of(*greatest - *least)) {
    out += static_cast<char>(width_of(all) | differences_flag);
    put_varint(out, values[0]);
    pack(out, packed.data(), count, width_of(all));
    return;
  }
  for (std::size_t i = 0; i < count; ++i) packed[i] = values[i] - *least;
  out += static_cast<char>(width_of(*greatest - *least));
  put_varint(out, *least);
  pack(out, packed.data(), count, width_of(*greatest - *least));
}

bool decode_group(char const*& at, char const* end, std::size_t count, std::uint64_t* into) {
  if (at == end) return false;
  auto const head = static_cast<unsigned char>(*at++);
  unsigned const width = head & 127U;
  std::uint64_t const base = get_varint(at, end);
  if (width > 64 || packed_bytes(count, width) > static_cast<std::size_t>(end - at)) return false;
  bool const differences = (head & differences_flag) != 0;
  unpack(at, count, width, differences ? 0 : base, into);
  at += packed_bytes(count, width);
  if (!differences) return true;
  std::uint64_t value = base;
  for (std::size_t i = 0; i < count; ++i) into[i] = value += unzigzag(into[i]);
  return true;
}

}  // namespace

// First byte: how many kinds of ids. For each its number and least payload; with several, how many bits payloads take.
// A value is then its kind's place in that list above its payload's distance from the least.
void encode_column(std::span<TermId const> values, std::string& out) {
  std::array<std::uint64_t, kinds> least;
  std::array<std::uint64_t, kinds> greatest{};
  least.fill(~std::uint64_t{0});
  for (TermId const value : values) {
    auto const kind = static_cast<std::size_t>(value.kind());
    least[kind] = std::min(least[kind], value.payload());
    greatest[kind] = std::max(greatest[kind], value.payload());
  }
  std::array<std::uint64_t, kinds> place{};
  std::size_t const head = out.size();
  unsigned width = 0;
  out += '\0';
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    if (least[kind] > greatest[kind]) continue;
    place[kind] = static_cast<unsigned char>(out[head]++);
    out += static_cast<char>(kind);
    put_varint(out, least[kind]);
    width = std::max(width, width_of(greatest[kind] - least[kind]));
  }
  out += static_cast<char>(width);
  if (out[head] == 1 && width == 0) return;  // constant
  Values narrowed;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto const kind = static_cast<std::size_t>(values[i].kind());
    narrowed[i] = (place[kind] << width) + (values[i].payload() - least[kind]);
  }
  for (std::size_t i = 0; i < values.size(); i += group_rows)
    encode_group(narrowed.data() + i, std::min(group_rows, values.size() - i), out);
}

bool decode_column(char const* from, std::size_t bytes, std::size_t count, TermId* into) {
  char const* at = from;
  char const* const end = from + bytes;
  if (bytes < 3 || count > column_rows) return false;
  auto const kind_count = static_cast<unsigned char>(*at++);
  if (kind_count == 0 || kind_count > kinds) return false;
  std::array<std::uint64_t, kinds> base{};
  for (std::size_t i = 0; i < kind_count; ++i) {
    if (at == end) return false;
    auto const kind = static_cast<unsigned char>(*at++);
    if (kind >= kinds) return false;
    base[i] = TermId::of(static_cast<IdKind>(kind), 0).raw() + get_varint(at, end);
  }
  if (at == end) return false;
  auto const width = static_cast<unsigned char>(*at++);
  if (width > TermId::payload_bits) return false;
  if (kind_count == 1 && width == 0) {
    std::fill(into, into + count, TermId::from_raw(base[0]));
    return true;
  }
  Values values;
  for (std::size_t i = 0; i < count; i += group_rows)
    if (!decode_group(at, end, std::min(group_rows, count - i), values.data() + i)) return false;
  std::uint64_t const mask = (std::uint64_t{1} << width) - 1;
  if (kind_count == 1) {
    for (std::size_t i = 0; i < count; ++i) into[i] = TermId::from_raw(base[0] + values[i]);
    return true;
  }
  for (std::size_t i = 0; i < count; ++i)
    into[i] = TermId::from_raw(base[values[i] >> width & (kinds - 1)] + (values[i] & mask));
  return true;
}

}  // namespace lepton::rdf
