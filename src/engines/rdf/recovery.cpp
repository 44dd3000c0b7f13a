#include "rdf/recovery.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::rdf {

namespace {

constexpr std::size_t longest_sentence = 300;

Problem shortened(Problem problem) {
  std::string& sentence = problem.sentence;
  if (sentence.size() <= longest_sentence) return problem;
  std::size_t end = longest_sentence;
  while (end > 0 && (static_cast<unsigned char>(sentence[end]) & 0xC0) == 0x80) --end;
  sentence.resize(end);
  sentence.append("…");
  return problem;
}

}  // namespace

void Recovery::handle(Problem const& problem) {
  if (!options_.recover) give_up(problem);
  options_.recover(shortened(problem));
  if (++problems_ < options_.limits.problems) return;
  give_up({problem.position, fmt::format("gave up after {} problems, the last one: {}", problems_, problem.sentence)});
}

void Recovery::give_up(Problem const& problem) {
  auto const& [line, column] = problem.position;
  throw invalid(fmt::format("line {}, column {}: {}", line, column, shortened(problem).sentence))
      .with_reason("rdf_syntax");
}

}  // namespace lepton::rdf
