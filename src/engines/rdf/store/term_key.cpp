#include "rdf/store/term_key.h"

#include <algorithm>

#include "base/check.h"
#include "base/varint.h"
#include "rdf/store/hash64.h"

namespace lepton::rdf {

namespace {

constexpr std::uint64_t form_string = 0;
constexpr std::uint64_t form_language = 1;
constexpr std::uint64_t form_datatype = 2;  ///< plus the IRI's number

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Where the language tag stands in a literal's key; of no length when it has none.
struct TagRange {
  std::size_t begin = 0;
  std::size_t size = 0;
};

TagRange tag_of(IdKind kind, std::string_view bytes) {
  if (kind != IdKind::literal || bytes.empty() || bytes[0] != static_cast<char>(form_language)) return {};
  char const* at = bytes.data() + 1;
  std::uint64_t const size = get_varint(at, bytes.data() + bytes.size());
  auto const begin = static_cast<std::size_t>(at - bytes.data());
  check(size <= bytes.size() - begin, "a key holds its language tag");
  return {begin, size};
}

std::uint64_t hash_of(IdKind kind, std::string_view bytes) {
  TagRange const tag = tag_of(kind, bytes);
  if (tag.size == 0) return hash64(bytes);
  std::string folded(bytes);
  for (std::size_t i = tag.begin; i < tag.begin + tag.size; ++i) folded[i] = lower(folded[i]);
  return hash64(folded);
}

}  // namespace

std::optional<TermKey> make_key(TermView const& term, std::string& buffer, IriNumber const& number) {
  if (!term.is_literal()) {
    IdKind const kind = term.is_iri() ? IdKind::iri : IdKind::blank;
    return TermKey{kind, term.value, hash64(term.value)};
  }
  buffer.clear();
  if (term.datatype == xsd_string) {
    put_varint(buffer, form_string);
  } else if (term.datatype == rdf_lang_string && !term.language.empty()) {
    put_varint(buffer, form_language);
    put_varint(buffer, term.language.size());
    buffer += term.language;
  } else {
    auto const datatype = number(term.datatype);
    if (!datatype) return {};
    put_varint(buffer, form_datatype + *datatype);
  }
  buffer += term.value;
  return read_key(IdKind::literal, buffer);
}

bool is_key(IdKind kind, std::string_view bytes) {
  if (kind != IdKind::literal) return true;
  if (bytes.empty()) return false;
  char const* at = bytes.data();
  char const* const end = at + bytes.size();
  if (get_varint(at, end) != form_language) return true;
  bool const is_short = at == bytes.data() + 1;  // as it is written, and as tag_of knows it
  std::uint64_t const tag = get_varint(at, end);
  return is_short && tag > 0 && tag <= static_cast<std::uint64_t>(end - at);
}

TermKey read_key(IdKind kind, std::string_view bytes) {
  return {kind, bytes, hash_of(kind, bytes)};
}

bool same_term(IdKind kind, std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a == b) return true;
  TagRange const tag = tag_of(kind, a);
  TagRange const other = tag_of(kind, b);
  if (tag.size == 0 || tag.begin != other.begin || tag.size != other.size) return false;
  for (std::size_t i = tag.begin; i < tag.begin + tag.size; ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return a.substr(tag.begin + tag.size) == b.substr(tag.begin + tag.size);
}

std::string_view lexical_form(std::string_view bytes) {
  if (TagRange const tag = tag_of(IdKind::literal, bytes); tag.size > 0) return bytes.substr(tag.begin + tag.size);
  char const* at = bytes.data();
  static_cast<void>(get_varint(at, bytes.data() + bytes.size()));
  return bytes.substr(static_cast<std::size_t>(at - bytes.data()));
}

Term term_of(IdKind kind, std::string_view bytes, std::function<std::string(std::uint64_t)> const& iri_of) {
  if (kind == IdKind::iri) return iri(bytes);
  if (kind == IdKind::blank) return blank(bytes);
  if (TagRange const tag = tag_of(kind, bytes); tag.size > 0)
    return language_literal(bytes.substr(tag.begin + tag.size), bytes.substr(tag.begin, tag.size));
  char const* at = bytes.data();
  std::uint64_t const form = get_varint(at, bytes.data() + bytes.size());
  std::string_view const lexical = bytes.substr(static_cast<std::size_t>(at - bytes.data()));
  if (form == form_string) return literal(lexical);
  check(form >= form_datatype, "a key names a datatype");
  return literal(lexical, iri_of(form - form_datatype));
}

}  // namespace lepton::rdf
