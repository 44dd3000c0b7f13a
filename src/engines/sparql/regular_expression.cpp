#include "sparql/regular_expression.h"

#include <re2/re2.h>

namespace lepton::sparql {

namespace {

constexpr std::size_t most_kept = 256;  // patterns may come from data

/// Flag x: white space outside classes does not count.
std::string without_space(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char const c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      out += pattern.substr(i++, 2);
      continue;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (!in_class && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    out.push_back(c);
  }
  return out;
}

std::unique_ptr<re2::RE2> compile(std::string const& pattern, std::string const& flags) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  std::string text = pattern;
  std::string inner;
  for (char const flag : flags) {
    switch (flag) {
      case 'i':
        options.set_case_sensitive(false);
        break;
      case 's':
      case 'm':
        inner.push_back(flag);
        break;
      case 'x':
        text = without_space(text);
        break;
      case 'q':
        options.set_literal(true);
        break;
      default:
        return nullptr;
    }
  }
  if (!inner.empty() && !options.literal()) text = "(?" + inner + ")" + text;
  auto expression = std::make_unique<re2::RE2>(text, options);
  if (!expression->ok()) return nullptr;
  return expression;
}

/// XPath F&O §5.6.4: $N is a group, "\$" and "\\" are themselves, anything else behind "\" or a lone "$" is wrong.
std::optional<std::string> rewrite_of(std::string_view replacement, int groups) {
  std::string out;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    char const c = replacement[i];
    char const next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c == '\\') {
      if (next != '\\' && next != '$') return std::nullopt;
      out += next == '\\' ? "\\\\" : "$";
      ++i;
    } else if (c == '$') {
      if (next < '0' || next > '9') return std::nullopt;
      // A group that the pattern does not have is empty.
      if (next - '0' <= groups) out += {'\\', next};
      ++i;
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

RegularExpressions::RegularExpressions() = default;
RegularExpressions::~RegularExpressions() = default;

re2::RE2 const* RegularExpressions::find(Value const& pattern, Value const* flags) {
  if (pattern.kind() != ValueKind::string || (flags != nullptr && flags->kind() != ValueKind::string)) return nullptr;
  std::pair key(pattern.text(), flags != nullptr ? flags->text() : std::string());
  auto const found = compiled_.find(key);
  if (found != compiled_.end()) return found->second.get();
  if (compiled_.size() >= most_kept) compiled_.clear();
  auto compiled = compile(key.first, key.second);
  return compiled_.emplace(std::move(key), std::move(compiled)).first->second.get();
}

Value RegularExpressions::matches(Value const& text, Value const& pattern, Value const* flags) {
  if (!text.is_string()) return {};
  re2::RE2 const* const expression = find(pattern, flags);
  return expression != nullptr ? Value::boolean(re2::RE2::PartialMatch(text.text(), *expression)) : Value();
}

Value RegularExpressions::replace(Value const& text, Value const& pattern, Value const& replacement,
                                  Value const* flags) {
  if (!text.is_string() || replacement.kind() != ValueKind::string) return {};
  re2::RE2 const* const expression = find(pattern, flags);
  // A pattern that matches nothing at all is an error there (FORX0003).
  if (expression == nullptr || re2::RE2::FullMatch("", *expression)) return {};
  auto const rewrite = rewrite_of(replacement.text(), expression->NumberOfCapturingGroups());
  if (!rewrite) return {};
  std::string out = text.text();
  re2::RE2::GlobalReplace(&out, *expression, *rewrite);
  return text.kind() == ValueKind::language_string ? Value::language_string(std::move(out), text.language())
                                                   : Value::string(std::move(out));
}

}  // namespace lepton::sparql
