#pragma once

#include <cstdint>

#include "base/fields.h"
#include "embed/link/answer_layer.h"
#include "embed/link/scoring.h"

namespace lepton::embed {

/// All that decides a training besides its triples.
struct EmbeddingOptions {
  Scoring scoring = Scoring::complex;
  std::int64_t dimension = 256;  ///< floats of a vector: twice the rank of complex numbers
  Loss objective = Loss::softmax;
  std::int64_t candidates = 0;  ///< wrong answers drawn for a batch; 0: all entities
  std::int64_t epochs = 50;
  std::int64_t batch = 256;  ///< questions a step
  std::int64_t answers = 8;  ///< of a question in a step; those with more are asked in several
  double rate = 0.1;
  double cubes = 0.05;
  double relation_weight = 0;
  bool reciprocal = true;
  double margin = 6;
  double temperature = 1;
  double spread = 0.001;
  std::int64_t validate_every = 5;
  std::int64_t patience = 3;
  std::int64_t seed = 1;
  std::int64_t threads = 1;

  static constexpr auto fields() {
    using O = EmbeddingOptions;
    return std::tuple{
        optional("scoring", &O::scoring, "transe, distmult, complex or rotate"),
        optional("dimension", &O::dimension, "numbers in a vector: a multiple of 32, at most 4096"),
        optional("objective", &O::objective, "softmax (1-vs-all) or logistic (negative sampling)"),
        optional("candidates", &O::candidates, "wrong answers drawn for each batch; 0: all entities"),
        optional("epochs", &O::epochs, "most passes over the triples"),
        optional("batch", &O::batch, "questions a step"),
        optional("answers", &O::answers,
                 "most answers of a question in a step; with more it is asked in several steps"),
        optional("rate", &O::rate, "Adagrad's step"),
        optional("cubes", &O::cubes, "weight of the N3 regularisation (Lacroix et al. 2018)"),
        optional("relation_weight", &O::relation_weight,
                 "weight of predicting relations as well (Chen et al. 2021); products only"),
        optional("reciprocal", &O::reciprocal, "a second vector for each relation, for questions about heads"),
        optional("margin", &O::margin, "logistic: added to the scores"),
        optional("temperature", &O::temperature, "logistic: how much likely wrong answers count"),
        optional("spread", &O::spread, "standard deviation of the first vectors"),
        optional("validate_every", &O::validate_every, "epochs between validations"),
        optional("patience", &O::patience, "validations without a better MRR before it stops; 0: never"),
        optional("seed", &O::seed, "of all that is drawn"),
        optional("threads", &O::threads, "1 to 256; part of what decides the result")};
  }
};

/// Throws Error{invalid} whose details name each wrong field.
void check_options(EmbeddingOptions const& options);

}  // namespace lepton::embed

template <>
struct lepton::EnumNames<lepton::embed::Loss> {
  static constexpr std::array<std::pair<embed::Loss, std::string_view>, 2> values{
      {{embed::Loss::softmax, "softmax"}, {embed::Loss::logistic, "logistic"}}};
};
