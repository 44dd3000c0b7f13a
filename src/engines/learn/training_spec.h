#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/fields.h"
#include "learn/split.h"

namespace lepton::learn {

/// All that decides a training besides the bytes of the data: two trainings with equal specification and data give
/// equal artifacts (Determinism says for which threads). The file training.json of a job.
struct TrainingSpec {
  std::string trainer = "xgboost";
  std::string data = "data.csv";              ///< CSV file, relative to the directory of the specification
  std::map<std::string, std::string> inputs;  ///< further tables: what parameters call them → file, as `data`
  std::string key;
  SplitOptions split;
  json::Object parameters;  ///< of the trainer: which columns are what, and how to learn
  std::vector<std::string> slices;
  std::int64_t least_slice = 30;
  std::uint64_t seed = 1;
  int threads = 1;

  static constexpr auto fields() {
    using S = TrainingSpec;
    return std::tuple{
        optional("trainer", &S::trainer, "built-in trainer"),
        optional("data", &S::data, "CSV file with a header, relative to this file"),
        optional("inputs", &S::inputs, "further CSV files by the names that parameters call them by"),
        optional("key", &S::key,
                 "column whose equal values keep rows in one part: the row's own name, the query of a "
                 "ranking, the document of a token; never learnt from"),
        optional("split", &S::split, "how rows are put apart"),
        optional("parameters", &S::parameters, "of the trainer"),
        optional("slices", &S::slices, "columns: the report of a classifier has the figures of each of their values"),
        optional("least_slice", &S::least_slice,
                 "held-out rows that a value must have for its figures to be shown, 10 or more"),
        optional("seed", &S::seed, "of the split and of the trainer"),
        optional("threads", &S::threads, "1 to 256")};
  }
};

/// Parameters of the trainer may stand under "parameters" or beside the other fields. Throws Error{invalid} that names
/// each wrong field, those of the trainer's parameters included, which it completes with defaults.
[[nodiscard]] TrainingSpec parse_training_spec(json::Value const& value);

/// What is wrong with a recipe before any data is read: its `parameters` are the specification's fields and the
/// trainer's, `inputs` the names of the tables beside the one that is learnt from. Throws Error{invalid} that names
/// each under "/parameters".
void check_recipe(std::string const& trainer, json::Object const& parameters, std::int64_t seed, std::int64_t threads,
                  std::vector<std::string> const& inputs);

}  // namespace lepton::learn
