#include "sparql/string_functions.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>

#include <array>
#include <cmath>

namespace lepton::sparql {

namespace {

/// §17.4.3.1.1: the result is of the same kind as this argument.
Value like(Value const& model, std::string text) {
  return model.kind() == ValueKind::language_string ? Value::language_string(std::move(text), model.language())
                                                    : Value::string(std::move(text));
}

/// §17.4.3.1.2.
bool compatible(Value const& a, Value const& b) {
  if (!a.is_string() || !b.is_string()) return false;
  if (b.kind() == ValueKind::string) return true;
  return a.kind() == ValueKind::language_string && a.language() == b.language();
}

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::int64_t length(std::string_view text) {
  return std::ranges::count_if(text, begins_character);
}

/// XPath F&O §5.4.3: characters whose place is at least round(start) and less than round(start) + round(length).
Value substring(std::span<Value const> arguments) {
  if (!arguments[0].is_string() || !arguments[1].is_numeric()) return {};
  double const start = std::floor(arguments[1].number() + 0.5);
  double end = std::numeric_limits<double>::infinity();
  if (arguments.size() == 3) {
    if (!arguments[2].is_numeric()) return {};
    end = start + std::floor(arguments[2].number() + 0.5);
  }
  std::string out;
  double place = 0;
  for (char const c : arguments[0].text()) {
    if (begins_character(c)) ++place;
    if (place >= start && place < end) out.push_back(c);
  }
  return like(arguments[0], std::move(out));
}

Value change_case(Operation operation, Value const& value) {
  if (!value.is_string()) return {};
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode error = U_ZERO_ERROR;
  icu::StringPiece const text(value.text().data(), static_cast<std::int32_t>(value.text().size()));
  if (operation == Operation::ucase) {
    icu::CaseMap::utf8ToUpper("", 0, text, sink, nullptr, error);
  } else {
    icu::CaseMap::utf8ToLower("", 0, text, sink, nullptr, error);
  }
  return U_SUCCESS(error) ? like(value, std::move(out)) : Value();
}

Value search(Operation operation, Value const& a, Value const& b) {
  if (!compatible(a, b)) return {};
  std::string_view const text = a.text();
  switch (operation) {
    case Operation::strstarts:
      return Value::boolean(text.starts_with(b.text()));
    case Operation::strends:
      return Value::boolean(text.ends_with(b.text()));
    case Operation::contains:
      return Value::boolean(text.find(b.text()) != std::string_view::npos);
    default:
      break;
  }
  std::size_t const found = text.find(b.text());
  if (found == std::string_view::npos) return Value::string("");
  return like(
      a, std::string(operation == Operation::strbefore ? text.substr(0, found) : text.substr(found + b.text().size())));
}

Value encode(Value const& value) {
  if (!value.is_string()) return {};
  std::string out;
  for (char const c : value.text()) {
    bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return Value::string(std::move(out));
}

Value concatenate(std::span<Value const> arguments) {
  std::string out;
  bool one_language = !arguments.empty();
  for (Value const& argument : arguments) {
    if (!argument.is_string()) return {};
    one_language =
        one_language && argument.kind() == ValueKind::language_string && argument.language() == arguments[0].language();
    out += argument.text();
  }
  return one_language ? Value::language_string(std::move(out), arguments[0].language()) : Value::string(std::move(out));
}

/// RFC 4647 §3.3.1, basic filtering.
Value language_matches(Value const& tag, Value const& range) {
  if (tag.kind() != ValueKind::string || range.kind() != ValueKind::string) return {};
  if (range.text() == "*") return Value::boolean(!tag.text().empty());
  std::string_view const text = tag.text();
  std::string_view const sought = range.text();
  auto const same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
  bool const begins = text.size() >= sought.size() && std::equal(sought.begin(), sought.end(), text.begin(), same);
  return Value::boolean(begins && !sought.empty() && (text.size() == sought.size() || text[sought.size()] == '-'));
}

}  // namespace

Value string_function(Operation operation, std::span<Value const> arguments) {
  switch (operation) {
    case Operation::strlen:
      return arguments[0].is_string() ? Value::integer(length(arguments[0].text())) : Value();
    case Operation::substr:
      return substring(arguments);
    case Operation::ucase:
    case Operation::lcase:
      return change_case(operation, arguments[0]);
    case Operation::encode_for_uri:
      return encode(arguments[0]);
    case Operation::concat:
      return concatenate(arguments);
    case Operation::lang_matches:
      return language_matches(arguments[0], arguments[1]);
    default:
      return search(operation, arguments[0], arguments[1]);
  }
}

Value hash_function(Operation operation, Value const& text) {
  if (text.kind() != ValueKind::string) return {};
  EVP_MD const* const algorithm = operation == Operation::md5      ? EVP_md5()
                                  : operation == Operation::sha1   ? EVP_sha1()
                                  : operation == Operation::sha256 ? EVP_sha256()
                                  : operation == Operation::sha384 ? EVP_sha384()
                                                                   : EVP_sha512();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.text().data(), text.text().size(), digest.data(), &size, algorithm, nullptr) != 1) return {};
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", digest[i]);
  return Value::string(std::move(out));
}

}  // namespace lepton::sparql
