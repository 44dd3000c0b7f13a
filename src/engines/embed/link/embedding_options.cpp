#include "embed/link/embedding_options.h"

#include <fmt/format.h>

#include <limits>

#include "embed/option_problems.h"

namespace lepton::embed {

void check_options(EmbeddingOptions const& o) {
  OptionProblems problems;
  problems.whole("dimension", o.dimension, 32, 4096);
  if (o.dimension % 32 != 0) problems.add("dimension", fmt::format("expected a multiple of 32, found {}", o.dimension));
  problems.whole("candidates", o.candidates, 0, 10'000'000);
  problems.whole("epochs", o.epochs, 1, 100'000);
  problems.whole("batch", o.batch, 1, 8192);
  problems.whole("answers", o.answers, 1, 1'000'000);
  problems.whole("validate_every", o.validate_every, 1, 100'000);
  problems.whole("patience", o.patience, 0, 1000);
  problems.whole("seed", o.seed, 0, std::numeric_limits<std::int64_t>::max());
  problems.whole("threads", o.threads, 1, 256);
  problems.real("rate", o.rate, 1e-6, 10);
  problems.real("cubes", o.cubes, 0, 100);
  problems.real("relation_weight", o.relation_weight, 0, 100);
  problems.real("margin", o.margin, 0, 1000);
  problems.real("temperature", o.temperature, 0, 100);
  problems.real("spread", o.spread, 1e-6, 10);
  if (o.relation_weight > 0 && is_distance(o.scoring))
    problems.add("relation_weight", "expected 0: transe and rotate do not predict relations");
  problems.require_none("the embedding");
}

}  // namespace lepton::embed
