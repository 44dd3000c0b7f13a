#include "rdf/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lepton::rdf {

namespace {

constexpr std::size_t window_size = 64 << 10;

std::size_t count_characters(std::string_view bytes) {
  return static_cast<std::size_t>(
      std::ranges::count_if(bytes, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

Cursor::Cursor(Call const& call, ByteSource& source, Limits const& limits)
    : call_(call), source_(source), limits_(limits), window_(window_size, '\0') {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (fill(3) && std::string_view(window_).substr(0, 3) == byte_order_mark) {
    skip(3);
    line_start_ = 3;
  }
}

bool Cursor::fill(std::size_t needed) {
  if (needed > limits_.token) fail(fmt::format("a token is longer than {} bytes", limits_.token));
  if (!ended_ && at_ > 0) {
    keep_mark();
    std::size_t const from = std::max(line_start_, dropped_) - dropped_;
    if (from < at_) columns_dropped_ += count_characters(std::string_view(window_).substr(from, at_ - from));
    std::copy(window_.begin() + static_cast<std::ptrdiff_t>(at_), window_.begin() + static_cast<std::ptrdiff_t>(size_),
              window_.begin());
    dropped_ += at_;
    size_ -= at_;
    at_ = 0;
  }
  while (!ended_ && size_ - at_ < needed) read_more();
  return size_ - at_ >= needed;
}

void Cursor::read_more() {
  call_.proceed();
  if (size_ == window_.size()) window_.resize(window_.size() * 2);
  std::size_t const count = source_.read({window_.data() + size_, window_.size() - size_});
  size_ += count;
  ended_ = count == 0;
}

CodePoint Cursor::peek_character(std::size_t ahead) {
  int const first = peek_at(ahead);
  if (first == end) return {};
  if (first < 0x80) return {static_cast<char32_t>(first), 1};
  std::size_t available = 1;
  while (available < 4 && peek_at(ahead + available) != end) ++available;
  return decode_utf8(std::string_view(window_).substr(at_ + ahead, available));
}

void Cursor::take_run(std::string& out, ByteSet const& set) {
  for (;;) {
    std::size_t const start = at_;
    while (at_ < size_ && set[static_cast<unsigned char>(window_[at_])]) ++at_;
    out.append(window_, start, at_ - start);
    if (out.size() > limits_.token) fail(fmt::format("a token is longer than {} bytes", limits_.token));
    if (at_ < size_ || !fill(1)) return;
  }
}

void Cursor::take_character(std::string& out) {
  CodePoint const c = peek_character();
  if (c.length == 0) fail("these bytes are not UTF-8");
  if (out.size() + c.length > limits_.token) fail(fmt::format("a token is longer than {} bytes", limits_.token));
  out.append(window_, at_, c.length);
  skip(c.length);
}

void Cursor::skip_line() {
  for (int c = peek(); c != end; c = peek()) {
    take();
    if (c == '\n') return;
  }
}

void Cursor::keep_mark() {
  if (mark_kept_) return;
  mark_kept_ = true;
  if (mark_ >= std::max(line_start_, dropped_)) mark_position_ = position_of(mark_);
}

Position Cursor::position_of(std::size_t offset) const {
  std::size_t const from = std::max(line_start_, dropped_);
  std::string_view const line = std::string_view(window_).substr(from - dropped_, offset - from);
  return {line_, 1 + columns_dropped_ + count_characters(line)};
}

void Cursor::fail(std::string sentence) const {
  throw Problem{position(), std::move(sentence)};
}

void Cursor::fail_at_mark(std::string sentence) {
  keep_mark();
  throw Problem{mark_position_, std::move(sentence)};
}

void Cursor::fail_name_too_long() {
  fail_at_mark(fmt::format("an IRI or a blank node's label has more than {} bytes", limits_.name));
}

void Cursor::fail_expecting(std::string_view what) {
  CodePoint const c = peek_character();
  if (peek() == end) fail(fmt::format("expected {}, but the document ends here", what));
  if (c.length == 0) fail("these bytes are not UTF-8");
  if (c.value == '\n' || c.value == '\r') fail(fmt::format("expected {}, but the line ends here", what));
  if (c.value < 0x20)
    fail(fmt::format("expected {}, found a control character U+{:04X}", what, std::uint32_t{c.value}));
  fail(fmt::format("expected {}, found '{}'", what, std::string_view(window_).substr(at_, c.length)));
}

}  // namespace lepton::rdf
