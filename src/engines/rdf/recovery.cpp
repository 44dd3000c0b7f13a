#include "rdf/recovery.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::rdf {

void Recovery::handle(Problem const& problem) {
  if (!options_.recover) give_up(problem);
  options_.recover(problem);
  if (++problems_ < options_.limits.problems) return;
  give_up({problem.position, fmt::format("gave up after {} problems, the last one: {}", problems_, problem.sentence)});
}

void Recovery::give_up(Problem const& problem) {
  throw invalid(fmt::format("line {}, column {}: {}", problem.position.line, problem.position.column, problem.sentence))
      .with_reason("rdf_syntax");
}

}  // namespace lepton::rdf
