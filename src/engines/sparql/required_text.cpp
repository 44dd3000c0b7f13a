#include "sparql/required_text.h"

#include <algorithm>

#include "text/utf8.h"

namespace lepton::sparql {

namespace {

/// Walks a pattern of RE2's syntax and keeps what stands for itself.
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

  [[nodiscard]] std::vector<RequiredText> read() {
    while (!rest_.empty())
      if (!step()) return {};
    end_piece();
    return std::move(pieces_);
  }

 private:
  /// False where nothing is certain any more.
  bool step() {
    char const c = rest_.front();
    switch (c) {
      case '(':
      case ')':
      case '|':
        return false;
      case '\\':
        return escape();
      case '[':
        return skip_class();
      case '.':
      case '^':
      case '$':
      case '+':
        rest_.remove_prefix(1);
        end_piece();
        return true;
      case '*':
      case '?':
        rest_.remove_prefix(1);
        drop_last();
        return true;
      case '{':
        skip_repetition();
        drop_last();
        return true;
      default:
        piece_.push_back(c);
        rest_.remove_prefix(1);
        return true;
    }
  }

  /// Behind "\\" punctuation stands for itself, and letters for classes of characters or for places.
  bool escape() {
    constexpr std::string_view classes = "dDwWsSbBAzntrfva";
    if (rest_.size() < 2) return false;
    char const c = rest_[1];
    bool const is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (is_word && classes.find(c) == std::string_view::npos) return false;
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    rest_.remove_prefix(2);
    if (is_word) {
      end_piece();
    } else {
      piece_.push_back(c);
    }
    return true;
  }

  bool skip_class() {
    end_piece();
    std::size_t at = 1;
    if (at < rest_.size() && rest_[at] == '^') ++at;
    if (at < rest_.size() && rest_[at] == ']') ++at;
    while (at < rest_.size() && rest_[at] != ']') {
      if (rest_.substr(at).starts_with("[:")) {
        at = rest_.find(":]", at);
        if (at == std::string_view::npos) return false;
        at += 2;
      } else {
        at += rest_[at] == '\\' ? 2 : 1;
      }
    }
    if (at >= rest_.size()) return false;
    rest_.remove_prefix(at + 1);
    return true;
  }

  /// "{2,3}"; another brace stands for itself, and is passed over.
  void skip_repetition() {
    std::size_t const end = rest_.find('}');
    bool const counts = end != std::string_view::npos &&
                        rest_.substr(1, end - 1).find_first_not_of("0123456789,") == std::string_view::npos;
    rest_.remove_prefix(counts ? end + 1 : 1);
  }

  /// The last character may come any number of times, or not at all.
  void drop_last() {
    while (!piece_.empty() && (static_cast<unsigned char>(piece_.back()) & 0xC0) == 0x80) piece_.pop_back();
    if (!piece_.empty()) piece_.pop_back();
    end_piece();
  }

  void end_piece() {
    if (!piece_.empty()) pieces_.push_back({std::move(piece_), text::Edge::open, text::Edge::open});
    piece_.clear();
  }

  std::string_view rest_;
  std::string piece_;
  std::vector<RequiredText> pieces_;
};

/// Whether another character than this one, and its capital in ASCII, may stand for it: "K" may be the Kelvin sign, "s"
/// the long s, and lower case makes "i" of a dotted capital.
bool is_ambiguous(char32_t character, Spelling spelling) {
  if (character >= 0x80) return !text::is_han(character);
  return character == 'k' || character == (spelling == Spelling::lowered ? 'i' : 's');
}

}  // namespace

std::vector<RequiredText> required_texts(std::string_view regular_expression) {
  return PatternReader(regular_expression).read();
}

std::vector<text::KeyPattern> key_patterns(RequiredText const& required, Spelling spelling) {
  std::string piece = required.piece;
  for (char& c : piece)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  if (spelling == Spelling::exact) return text::key_patterns(piece, required.before, required.behind);
  std::vector<text::KeyPattern> all;
  std::size_t begin = 0;
  auto const add = [&](std::size_t end) {
    auto some = text::key_patterns(std::string_view(piece).substr(begin, end - begin),
                                   begin == 0 ? required.before : text::Edge::open,
                                   end == piece.size() ? required.behind : text::Edge::open);
    std::ranges::move(some, std::back_inserter(all));
  };
  for (std::size_t at = 0; at < piece.size();) {
    auto const [character, bytes] = text::decode(piece, at);
    if (is_ambiguous(character, spelling)) {
      add(at);
      begin = at + bytes;
    }
    at += bytes;
  }
  add(piece.size());
  return all;
}

}  // namespace lepton::sparql
