#include "rdf/blank_labels.h"

#include <string_view>

#include "rdf/characters.h"

namespace lepton::rdf {

namespace {
constexpr std::string_view stem = "anon";
}

void BlankLabels::generate(std::string& out) {
  out.assign(stem).append(std::to_string(++generated_));
}

void BlankLabels::keep(std::string& text, std::size_t begin) {
  std::string_view rest = std::string_view(text).substr(begin);
  if (!rest.starts_with(stem)) return;
  rest.remove_prefix(stem.size());
  while (rest.starts_with('x')) rest.remove_prefix(1);
  if (rest.empty()) return;
  for (char const c : rest) {
    if (!is_digit(c)) return;
  }
  text.insert(begin + stem.size(), 1, 'x');
}

}  // namespace lepton::rdf
