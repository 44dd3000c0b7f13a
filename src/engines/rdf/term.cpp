#include "rdf/term.h"

#include <algorithm>

namespace lepton::rdf {

namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::strong_ordering compare_bytes(std::string_view a, std::string_view b) {
  return a.compare(b) <=> 0;
}

std::strong_ordering compare_languages(std::string_view a, std::string_view b) {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(),
                                                [](char x, char y) { return lower(x) <=> lower(y); });
}

}  // namespace

bool operator==(TermView const& a, TermView const& b) {
  return a.kind == b.kind && a.value == b.value && a.datatype == b.datatype &&
         compare_languages(a.language, b.language) == 0;
}

std::strong_ordering operator<=>(TermView const& a, TermView const& b) {
  if (auto order = a.kind <=> b.kind; order != 0) return order;
  if (auto order = compare_bytes(a.value, b.value); order != 0) return order;
  if (auto order = compare_bytes(a.datatype, b.datatype); order != 0) return order;
  return compare_languages(a.language, b.language);
}

std::size_t TermHash::operator()(TermView const& term) const {
  std::hash<std::string_view> const hash;
  std::size_t result = hash(term.value) * 3 + static_cast<std::size_t>(term.kind);
  if (term.kind != TermKind::literal) return result;
  result = result * 31 + hash(term.datatype);
  for (char const c : term.language) result = result * 31 + static_cast<unsigned char>(lower(c));
  return result;
}

}  // namespace lepton::rdf
