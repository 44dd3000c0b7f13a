#include "text/english.h"

#include <array>

#include "base/error.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

constexpr std::uint32_t longest_token = 256;

enum class Kind : std::uint8_t { space, letter, digit, sign };

constexpr std::array<Kind, 128> ascii_kinds = [] {
  std::array<Kind, 128> kinds{};
  for (int c = 0; c < 128; ++c) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool const digit = c >= '0' && c <= '9';
    kinds[static_cast<std::size_t>(c)] = c <= ' ' || c == 127 ? Kind::space
                                         : letter             ? Kind::letter
                                         : digit              ? Kind::digit
                                                              : Kind::sign;
  }
  return kinds;
}();

/// Word characters beyond ASCII are letters but for spaces, general punctuation, CJK punctuation and symbols.
Kind wide_kind(char32_t c) {
  if (c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
      c == 0x205F || c == 0x3000 || c == 0xFEFF || (c >= 0x80 && c <= 0x9F))
    return Kind::space;
  bool const latin_sign = c >= 0xA1 && c <= 0xBF && c != 0xAA && c != 0xB5 && c != 0xBA;
  bool const sign = latin_sign || c == 0xD7 || c == 0xF7 || (c >= 0x2010 && c <= 0x206F) ||
                    (c >= 0x20A0 && c <= 0x20CF) || (c >= 0x2190 && c <= 0x2BFF) ||
                    (c >= 0x3001 && c <= 0x303F && c != 0x3005 && c != 0x3007) || (c >= 0xFF01 && c <= 0xFF0F) ||
                    (c >= 0xFF1A && c <= 0xFF20) || (c >= 0xFF3B && c <= 0xFF40) || (c >= 0xFF5B && c <= 0xFF65) ||
                    c == replacement;
  return sign ? Kind::sign : Kind::letter;
}

class Tokenizer {
 public:
  Tokenizer(std::string_view text, std::vector<Span>& tokens) : text_(text), tokens_(tokens) {}

  void run() {
    while (at_ < text_.size()) {
      auto const [kind, bytes, han] = look(at_);
      if (kind == Kind::space) {
        at_ += bytes;
      } else if (kind == Kind::sign) {
        sign(bytes);
      } else if (han) {
        emit(at_, at_ + bytes);
      } else {
        word();
      }
    }
  }

 private:
  struct Look {
    Kind kind;
    std::uint32_t bytes;
    bool han;
  };

  [[nodiscard]] Look look(std::size_t at) const {
    auto const byte = static_cast<unsigned char>(text_[at]);
    if (byte < 0x80) return {ascii_kinds[byte], 1, false};
    auto const [character, bytes] = decode(text_, at);
    return {wide_kind(character), bytes, is_han(character)};
  }
  [[nodiscard]] char byte(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  [[nodiscard]] bool word_at(std::size_t at) const {
    if (at >= text_.size()) return false;
    auto const seen = look(at);
    return (seen.kind == Kind::letter || seen.kind == Kind::digit) && !seen.han;
  }
  [[nodiscard]] bool digit_at(std::size_t at) const { return byte(at) >= '0' && byte(at) <= '9'; }

  void emit(std::size_t begin, std::size_t end) {
    tokens_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    at_ = end;
  }

  /// Runs of dots, hyphens and quotes stay together, and a clitic ('s) or a number that begins with a sign or a dot.
  void sign(std::uint32_t bytes) {
    char const c = text_[at_];
    if (c == '\'' && clitic(at_)) return emit(at_, at_ + clitic(at_));
    bool const after_word = at_ > 0 && text_[at_ - 1] > ' ';
    if (((c == '-' || c == '+') && !after_word && digit_at(at_ + 1)) || (c == '.' && digit_at(at_ + 1))) return word();
    if (c == '.' || c == '-' || c == '`' || c == '\'' || c == '*' || c == '=' || c == '_') {
      auto end = at_ + 1;
      while (byte(end) == c && end - at_ < longest_token) ++end;
      return emit(at_, end);
    }
    emit(at_, at_ + bytes);
  }

  /// Length of 's 'm 'd 're 've 'll at the apostrophe, 0 when the word goes on behind it.
  [[nodiscard]] std::size_t clitic(std::size_t apostrophe) const {
    char const a = static_cast<char>(byte(apostrophe + 1) | 32), b = static_cast<char>(byte(apostrophe + 2) | 32);
    bool const two = (a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l');
    if (two && !word_at(apostrophe + 3)) return 3;
    bool const one = a == 's' || a == 'm' || a == 'd';
    return one && !word_at(apostrophe + 2) ? 2 : 0;
  }

  /// Whether the sign at `at` joins what stands before and after it.
  [[nodiscard]] bool joins(std::size_t at) const {
    char const c = byte(at);
    bool const digits = at > 0 && digit_at(at - 1) && digit_at(at + 1);
    switch (c) {
      case '-':
      case '/':
      case '@':
      case '_':
      case '&':
        return word_at(at + 1);
      case '.':
      case ',':
      case ':':
        return digits || (c == '.' && word_at(at + 1) && (byte(at + 2) == '.' || inside_address(at)));
      case '\'':
        return word_at(at + 1) && !clitic(at);
      default:
        return false;
    }
  }

  /// Dots of "reuters.com" join, those of "end.Next" do not.
  [[nodiscard]] bool inside_address(std::size_t dot) const {
    char const before = byte(dot - 1), after = byte(dot + 1);
    return before >= 'a' && before <= 'z' && after >= 'a' && after <= 'z';
  }

  /// U.S. and J.: the dot after a single letter belongs to it.
  [[nodiscard]] bool dot_of_initial(std::size_t begin, std::size_t end) const {
    if (byte(end) != '.') return false;
    bool const single = end - begin == 1 || text_[end - 2] == '.' || text_[end - 2] == '-';
    return single && byte(end - 1) >= 'A' && byte(end - 1) <= 'Z';
  }

  [[nodiscard]] bool abbreviation(std::string_view word) const {
    static constexpr std::array<std::string_view, 43> known{
        "Mr",  "Mrs", "Ms",   "Dr",  "Prof", "St",   "Jr", "Sr",  "Gen", "Col", "Lt",  "Capt", "Sgt", "Sen", "Rep",
        "Gov", "Inc", "Corp", "Ltd", "Co",   "Bros", "No", "vs",  "etc", "Jan", "Feb", "Mar",  "Apr", "Jun", "Jul",
        "Aug", "Sep", "Sept", "Oct", "Nov",  "Dec",  "Mt", "Ave", "Cos", "Maj", "Rev", "Hon",  "Adm"};
    return std::find(known.begin(), known.end(), word) != known.end();
  }

  void word() {
    auto const begin = at_;
    auto end = at_ + 1;
    if (word_at(at_)) end = at_ + look(at_).bytes;
    while (end < text_.size()) {
      auto const seen = look(end);
      bool const inside = (seen.kind == Kind::letter || seen.kind == Kind::digit) && !seen.han;
      if (!inside && !(seen.kind == Kind::sign && joins(end))) break;
      if (end + seen.bytes - begin > longest_token) break;
      end += seen.bytes;
    }
    if (dot_of_initial(begin, end) || (byte(end) == '.' && abbreviation(text_.substr(begin, end - begin)))) ++end;
    // n't leaves its verb
    if (end - begin > 3 && (text_[end - 1] | 32) == 't' && text_[end - 2] == '\'' && (text_[end - 3] | 32) == 'n') {
      emit(begin, end - 3);
      begin_clitic(end);
      return;
    }
    emit(begin, end);
  }
  void begin_clitic(std::size_t end) { emit(at_, end); }

  std::string_view text_;
  std::vector<Span>& tokens_;
  std::size_t at_ = 0;
};

}  // namespace

void tokenize_english(std::string_view text, std::vector<Span>& tokens) {
  if (text.size() > longest_text) throw invalid("the text is longer than 64 MiB: cut it into documents");
  Tokenizer(text, tokens).run();
}

std::vector<Span> tokenize_english(std::string_view text) {
  std::vector<Span> tokens;
  tokens.reserve(text.size() / 5);
  tokenize_english(text, tokens);
  return tokens;
}

}  // namespace lepton::text
