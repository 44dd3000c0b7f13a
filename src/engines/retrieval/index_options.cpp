#include "retrieval/index_options.h"

#include <cmath>
#include <set>

namespace lepton::retrieval {

void validate(IndexOptions const& options) {
  Details problems;
  auto const require = [&](std::string_view name, double value, double least, double most) {
    if (!(value >= least && value <= most))
      problems.emplace(fmt::format("/{}", name), fmt::format("expected {} to {}, found {}", least, most, value));
  };
  auto const& parts = options.fields_of_passages;
  if (parts.empty() || parts.size() > most_fields)
    problems.emplace("/fields", fmt::format("expected 1 to {} fields, found {}", most_fields, parts.size()));
  std::set<std::string> names;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    require(fmt::format("fields/{}/weight", i), parts[i].weight, 0.001, 1000);
    if (parts[i].name.empty() || !names.insert(parts[i].name).second)
      problems.emplace(fmt::format("/fields/{}/name", i), "expected a name that no other field has");
  }
  require("saturation", options.saturation, 0, 100);
  require("length", options.length, 0, 1);
  require("word_weight", options.word_weight, 0, 1000);
  require("pair_weight", options.pair_weight, 0, 1000);
  require("piece_weight", options.piece_weight, 0, 1000);
  require("vector_weight", options.vector_weight, 0, 10000);
  require("dimensions", static_cast<double>(options.dimensions), 1, most_dimensions);
  require("exact_up_to", static_cast<double>(options.exact_up_to), 1, 1e9);
  if (!problems.empty()) throw invalid("the options of the index are out of range", std::move(problems));
}

}  // namespace lepton::retrieval
