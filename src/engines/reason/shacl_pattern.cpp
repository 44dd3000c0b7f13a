#include "reason/shacl_pattern.h"

#include <unicode/regex.h>

#include <unordered_map>

#include "base/error.h"

namespace lepton::reason {

namespace {

constexpr int step_limit = 1000;  ///< in ICU's units, some thousands of steps each

std::uint32_t options_of(std::string const& flags) {
  std::uint32_t options = 0;
  for (char const flag : flags) {
    if (flag == 'i') options |= UREGEX_CASE_INSENSITIVE;
    if (flag == 's') options |= UREGEX_DOTALL;
    if (flag == 'm') options |= UREGEX_MULTILINE;
    if (flag == 'x') options |= UREGEX_COMMENTS;
    if (flag == 'q') options |= UREGEX_LITERAL;
  }
  return options;
}

}  // namespace

struct ShaclPatterns::Compiled {
  std::unordered_map<std::string, std::unique_ptr<icu::RegexPattern>> patterns;
};

ShaclPatterns::ShaclPatterns() : compiled_(std::make_unique<Compiled>()) {}

ShaclPatterns::~ShaclPatterns() = default;

bool ShaclPatterns::match(std::string const& text, std::string const& pattern, std::string const& flags) {
  auto& compiled = compiled_->patterns[flags + " " + pattern];
  UErrorCode status = U_ZERO_ERROR;
  if (!compiled) {
    UParseError where{};
    compiled.reset(icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(pattern), options_of(flags), where, status));
    if (U_FAILURE(status)) {
      compiled.reset();
      throw invalid(
          fmt::format("'{}' is no regular expression: {} at character {}", pattern, u_errorName(status), where.offset))
          .with_reason("ill_formed_shape");
    }
  }
  auto const subject = icu::UnicodeString::fromUTF8(text);
  std::unique_ptr<icu::RegexMatcher> const matcher(compiled->matcher(subject, status));
  if (U_SUCCESS(status)) matcher->setTimeLimit(step_limit, status);
  bool const found = U_SUCCESS(status) && matcher->find(status);
  if (U_FAILURE(status)) {
    throw exhausted(fmt::format("the pattern '{}' takes too long to match", pattern)).with_reason("pattern_too_slow");
  }
  return found;
}

}  // namespace lepton::reason
