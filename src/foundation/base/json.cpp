#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/json_reader.h"

namespace lepton::json {
namespace {

constexpr std::size_t kMaxDepth = 64;

[[noreturn]] void refuse(std::string_view text, std::size_t at, std::string_view reason) {
  auto const before = text.substr(0, std::min(at, text.size()));
  auto const line = std::count(before.begin(), before.end(), '\n') + 1;
  auto const line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  throw invalid(fmt::format("not JSON: {} at line {}, column {}", reason, line, before.size() - line_start + 1));
}

// Boost.JSON keeps the last of two equal keys; which one a sender meant is not for us to guess.
class DuplicateKeys {
 public:
  static void refuse_in(std::string_view text) { DuplicateKeys(text).scan(); }

 private:
  explicit DuplicateKeys(std::string_view text) : text_(text) {}

  void scan() {
    std::vector<std::set<std::string, std::less<>>> open;  // keys seen per open object; arrays hold none
    std::vector<bool> is_object;
    bool expects_key = false;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      char const c = text_[at];
      if (c == '"') {
        std::size_t const end = string_end(at);
        if (expects_key) note_key(open.back(), at, end);
        expects_key = false;
        at = end;
      } else if (c == '{' || c == '[') {
        open.emplace_back();
        is_object.push_back(c == '{');
        expects_key = c == '{';
      } else if (c == '}' || c == ']') {
        open.pop_back();
        is_object.pop_back();
        expects_key = false;
      } else if (c == ',') {
        expects_key = !is_object.empty() && is_object.back();
      }
    }
  }

  [[nodiscard]] std::size_t string_end(std::size_t at) const {
    for (++at; text_[at] != '"'; ++at)
      if (text_[at] == '\\') ++at;
    return at;
  }

  void note_key(std::set<std::string, std::less<>>& keys, std::size_t begin, std::size_t end) const {
    std::string_view const raw = text_.substr(begin, end - begin + 1);
    std::string key = raw.find('\\') == std::string_view::npos ? std::string(raw.substr(1, raw.size() - 2))
                                                               : std::string(boost::json::parse(raw).as_string());
    if (!keys.insert(key).second) refuse(text_, begin, fmt::format("the key \"{}\" stands twice in one object", key));
  }

  std::string_view text_;
};

void write_pretty(std::string& out, Value const& value, std::size_t indent) {
  std::string const margin(indent + 2, ' ');
  if (value.is_object() && !value.get_object().empty()) {
    std::string_view separator = "{\n";
    for (auto const& [key, member] : value.get_object()) {
      out += fmt::format("{}{}{}: ", separator, margin, boost::json::serialize(Value(key)));
      write_pretty(out, member, indent + 2);
      separator = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "}";
  } else if (value.is_array() && !value.get_array().empty()) {
    std::string_view separator = "[\n";
    for (auto const& element : value.get_array()) {
      out += fmt::format("{}{}", separator, margin);
      write_pretty(out, element, indent + 2);
      separator = ",\n";
    }
    out += "\n" + std::string(indent, ' ') + "]";
  } else {
    out += write(value);
  }
}

/// RFC 8785 §3.2.3 sorts by UTF-16 units, where characters beyond the basic plane come before U+E000 to U+FFFF; in
/// UTF-8, those two ranges begin with the bytes F0 and above, and EE and EF.
bool by_utf16(std::string_view a, std::string_view b) {
  auto const [at, bt] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at == a.end() || bt == b.end()) return at == a.end() && bt != b.end();
  auto const rank = [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte >= 0xF0 ? byte - 3 : byte >= 0xEE ? byte + 8 : int(byte);
  };
  return rank(*at) < rank(*bt);
}

void write_canonical(std::string& out, Value const& value) {
  if (value.is_object()) {
    std::vector<std::string_view> keys;
    for (auto const& member : value.get_object()) keys.push_back(member.key());
    std::sort(keys.begin(), keys.end(), by_utf16);
    out += '{';
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i > 0) out += ',';
      out += boost::json::serialize(Value(keys[i])) + ":";
      write_canonical(out, value.get_object().at(keys[i]));
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      if (i > 0) out += ',';
      write_canonical(out, value.get_array()[i]);
    }
    out += ']';
  } else if (value.is_double() && value.get_double() == std::trunc(value.get_double()) &&
             std::abs(value.get_double()) < 1e21) {
    // ECMAScript writes no exponent there, and no sign before zero (RFC 8785 §3.2.2.3).
    out += fmt::format("{:.0f}", value.get_double() + 0.0);
  } else {
    out += write(value);
  }
}

}  // namespace

Value parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::basic_parser<ValueHandler> parser(options);
  boost::json::error_code error;
  std::size_t const read = parser.write_some(false, text.data(), text.size(), error);
  if (error == boost::json::error::incomplete) refuse(text, text.size(), "the text ends too early");
  if (error) refuse(text, read, error.message());
  if (text.substr(read).find_first_not_of(" \t\r\n") != std::string_view::npos)
    refuse(text, read, "text after the value");
  DuplicateKeys::refuse_in(text);
  return parser.handler().release();
}

std::string write(Value const& value) {
  // Boost.JSON spells 0.1 as 1E-1; people and other tools expect the usual form.
  if (value.is_double()) {
    double const number = value.get_double();
    if (!std::isfinite(number)) return "null";
    return fmt::format("{}", number);
  }
  if (value.is_object()) {
    std::string out = "{";
    for (auto const& [key, member] : value.get_object()) {
      if (out.size() > 1) out += ',';
      out += boost::json::serialize(Value(key)) + ":" + write(member);
    }
    return out + "}";
  }
  if (value.is_array()) {
    std::string out = "[";
    for (auto const& element : value.get_array()) {
      if (out.size() > 1) out += ',';
      out += write(element);
    }
    return out + "]";
  }
  return boost::json::serialize(value);
}

std::string write_pretty(Value const& value) {
  std::string out;
  write_pretty(out, value, 0);
  return out;
}

std::string write_canonical(Value const& value) {
  std::string out;
  write_canonical(out, value);
  return out;
}

std::string_view kind_name(Value const& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "an integer";
    case boost::json::kind::double_:
      return "a number";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
  }
  return "a value";
}

std::string pointer_to(std::string const& pointer, std::string_view token) {
  std::string extended = pointer + "/";
  for (char c : token) {
    if (c == '~')
      extended += "~0";
    else if (c == '/')
      extended += "~1";
    else
      extended += c;
  }
  return extended;
}

std::string pointer_to(std::string const& pointer, std::size_t index) {
  return fmt::format("{}/{}", pointer, index);
}

}  // namespace lepton::json
