#include "embed/link/embedding_options.h"

#include <fmt/format.h>

#include <cmath>

namespace lepton::embed {
namespace {

void whole(Details& problems, std::string const& name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most)
    problems.emplace("/" + name, fmt::format("expected {} to {}, found {}", least, most, value));
}

void real(Details& problems, std::string const& name, double value, double least, double most) {
  if (!std::isfinite(value) || value < least || value > most)
    problems.emplace("/" + name, fmt::format("expected a number from {} to {}, found {}", least, most, value));
}

}  // namespace

void check_options(EmbeddingOptions const& o) {
  Details problems;
  whole(problems, "dimension", o.dimension, 32, 4096);
  if (o.dimension % 32 != 0)
    problems.emplace("/dimension", fmt::format("expected a multiple of 32, found {}", o.dimension));
  whole(problems, "candidates", o.candidates, 0, 10'000'000);
  whole(problems, "epochs", o.epochs, 1, 100'000);
  whole(problems, "batch", o.batch, 1, 8192);
  whole(problems, "validate_every", o.validate_every, 1, 100'000);
  whole(problems, "patience", o.patience, 0, 1000);
  whole(problems, "seed", o.seed, 0, std::numeric_limits<std::int64_t>::max());
  whole(problems, "threads", o.threads, 1, 256);
  real(problems, "rate", o.rate, 1e-6, 10);
  real(problems, "cubes", o.cubes, 0, 100);
  real(problems, "relation_weight", o.relation_weight, 0, 100);
  real(problems, "margin", o.margin, 0, 1000);
  real(problems, "temperature", o.temperature, 0, 100);
  real(problems, "spread", o.spread, 1e-6, 10);
  if (o.relation_weight > 0 && is_distance(o.scoring))
    problems.emplace("/relation_weight", "expected 0: transe and rotate do not predict relations");
  if (!problems.empty()) throw invalid("the options of the embedding cannot work", problems);
}

}  // namespace lepton::embed
