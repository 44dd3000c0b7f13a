#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/call.h"
#include "rdf/byte_stream.h"
#include "rdf/characters.h"
#include "rdf/parse.h"

namespace lepton::rdf {

/// Walks over a document's bytes with any lookahead a grammar needs, and knows line and column. Owned by one parser;
/// keeps a window of some 64 KiB, which grows only under a long lookahead. Problems are thrown as `Problem`, which
/// never leaves this module; the cursor stays where it was, so that a parser can skip on.
class Cursor {
 public:
  static constexpr int end = -1;

  Cursor(Call const& call, ByteSource& source, Limits const& limits);

  [[nodiscard]] Limits const& limits() const { return limits_; }

  /// The next byte, or `end`.
  [[nodiscard]] int peek() { return at_ < size_ || fill(1) ? byte(at_) : end; }
  [[nodiscard]] int peek_at(std::size_t ahead) {
    return at_ + ahead < size_ || fill(ahead + 1) ? byte(at_ + ahead) : end;
  }
  /// The next character, `ahead` bytes from here. Length 0 when it is not UTF-8 or there is none.
  [[nodiscard]] CodePoint peek_character(std::size_t ahead = 0);

  /// Passes the next byte, which may end a line.
  void take() {
    if (window_[at_] == '\n') {
      line_ += 1;
      line_start_ = dropped_ + at_ + 1;
      columns_dropped_ = 0;
    }
    ++at_;
  }
  /// Passes bytes that were peeked and do not end a line.
  void skip(std::size_t count = 1) { at_ += count; }
  [[nodiscard]] bool take_if(char c) {
    if (peek() != static_cast<unsigned char>(c)) return false;
    skip();
    return true;
  }
  /// Appends bytes as long as `set` has them; it has no line end.
  void take_run(std::string& out, ByteSet const& set);
  /// Appends the next character, which is not ASCII; a problem when it is not UTF-8.
  void take_character(std::string& out);
  void skip_line();

  /// Remembers this place as the one a problem of the coming token is reported at; the last call counts.
  void mark() {
    mark_ = dropped_ + at_;
    mark_kept_ = false;
  }
  /// Works the mark's line and column out, before the line they are on is left. Otherwise they cost nothing.
  void keep_mark();
  [[nodiscard]] Position position() const { return position_of(dropped_ + at_); }

  [[noreturn]] void fail(std::string sentence) const;
  [[noreturn]] void fail_at_mark(std::string sentence);
  /// A problem at the mark when the name, or IRI, that begins there is too long.
  void check_name(std::string const& name) {
    if (name.size() > limits_.name) fail_name_too_long();
  }
  /// "expected X, found Y".
  [[noreturn]] void fail_expecting(std::string_view what);

 private:
  [[nodiscard]] int byte(std::size_t i) const { return static_cast<unsigned char>(window_[i]); }
  [[nodiscard]] bool fill(std::size_t needed);
  void read_more();
  [[noreturn]] void fail_name_too_long();
  /// Of a byte of the current line that is in the window.
  [[nodiscard]] Position position_of(std::size_t offset) const;

  Call const& call_;
  ByteSource& source_;
  Limits const& limits_;
  std::string window_;
  std::size_t at_ = 0;    ///< next byte in the window
  std::size_t size_ = 0;  ///< bytes in the window
  bool ended_ = false;
  std::size_t dropped_ = 0;  ///< bytes that left the window
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;  ///< offset of the current line
  std::size_t mark_ = 0;
  bool mark_kept_ = false;
  Position mark_position_;
  std::size_t columns_dropped_ = 0;  ///< characters of the current line that left the window
};

}  // namespace lepton::rdf
