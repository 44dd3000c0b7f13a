#include "text/normal.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include "base/check.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (char const c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

char lower_ascii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

std::string normalise(std::string_view text, Normalisation const& how) {
  std::string out;
  if (is_ascii(text)) {
    out = text;
    if (how.case_folded) std::transform(out.begin(), out.end(), out.begin(), lower_ascii);
    return out;
  }
  out = repair(text);
  if (!how.compatibility && !how.case_folded) return out;
  UErrorCode status = U_ZERO_ERROR;
  auto const* const normalizer = how.case_folded && how.compatibility
                                     ? icu::Normalizer2::getNFKCCasefoldInstance(status)
                                 : how.compatibility ? icu::Normalizer2::getNFKCInstance(status)
                                                     : icu::Normalizer2::getNFCInstance(status);
  check(U_SUCCESS(status) != 0, "ICU carries its normalisation data");
  std::string folded;
  if (how.case_folded && !how.compatibility) {
    icu::StringByteSink<std::string> fold_sink(&folded);
    icu::CaseMap::utf8Fold(0, icu::StringPiece(out.data(), static_cast<int>(out.size())), fold_sink, nullptr, status);
    out.swap(folded);
    folded.clear();
  }
  icu::StringByteSink<std::string> sink(&folded);
  normalizer->normalizeUTF8(0, icu::StringPiece(out.data(), static_cast<int>(out.size())), sink, nullptr, status);
  check(U_SUCCESS(status) != 0, "well-formed UTF-8 can be normalised");
  return folded;
}

std::string lower(std::string_view text) {
  std::string out(text);
  if (is_ascii(text)) {
    std::transform(out.begin(), out.end(), out.begin(), lower_ascii);
    return out;
  }
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    auto const [character, bytes] = decode(text, at);
    append(out, static_cast<char32_t>(u_tolower(static_cast<UChar32>(character))));
    at += bytes;
  }
  return out;
}

std::string title(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto const [character, bytes] = decode(text, at);
    auto const c = static_cast<UChar32>(character);
    append(out, static_cast<char32_t>(at == 0 ? u_toupper(c) : u_tolower(c)));
    at += bytes;
  }
  return out;
}

}  // namespace lepton::text
