#include "learn/sequence_tagger_trainer.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "embed/dense_product.h"
#include "learn/examples.h"
#include "learn/parameter_problems.h"
#include "learn/tagged_documents.h"
#include "learn/tagger_sources.h"
#include "learn/tagging_report.h"
#include "runtime/text_model.h"

namespace lepton::learn {
namespace {

struct TaggerParameters {
  std::string token, tag, sentence;
  std::string text = "text";
  runtime::TagUnit unit = runtime::TagUnit::word;
  int stages = 1;
  int folds = 4;
  std::int64_t least_count = 2;
  int rounds = 16, early_stopping_rounds = 0;
  double penalty = 1, rate = 0;
  int readings = 0;
  int units = 64;
  std::optional<NameTable> names;
  std::optional<TextTable> unlabelled;

  static constexpr auto fields() {
    using P = TaggerParameters;
    return std::tuple{
        required("token", &P::token, "column of tokens, one a row, in the order of the text"),
        required("tag", &P::tag, "column of tags: O, or a position (B I M E L S U), '-' and a type"),
        required("sentence", &P::sentence, "column of the sentence's id; 'key' names the column of the document's"),
        optional("text", &P::text, "name of the model's input"),
        optional("unit", &P::unit, "what a token is: word, or character for Chinese"),
        optional("stages", &P::stages, "2: a second pass sees the labels of the first over the whole document"),
        optional("folds", &P::folds, "parts of the documents that label each other for the second stage, 2 to 20"),
        optional("least_count", &P::least_count, "tokens that a feature must come with, 1 to 1000"),
        optional("rounds", &P::rounds, "passes over the sentences, 1 to 200"),
        optional("early_stopping_rounds", &P::early_stopping_rounds,
                 "end a stage after so many rounds that find the validation part's names no better, and keep the best "
                 "weights; 0: never"),
        optional("penalty", &P::penalty, "L2, of the squared weights; 0 to 1000"),
        optional("rate", &P::rate, "step of the first update, at most 10; 0: what a sample learns most by"),
        optional("readings", &P::readings, "best readings of each sentence that the model answers with, too; 0 to 20"),
        optional(
            "units", &P::units,
            "of the hidden layer over vectors of the words around, where 'unlabelled' texts teach these: a multiple of "
            "16 up to 512; 0: no layer"),
        optional("names", &P::names, "table of names to look up"),
        optional("unlabelled", &P::unlabelled, "table of texts that classes and vectors of words are learnt from")};
  }

  [[nodiscard]] static TaggerParameters read(TrainingSpec const& spec) {
    ParameterProblems problems;
    auto p = problems.read<TaggerParameters>(spec.parameters);
    if (p.names) problems.expect_input("names", p.names->input, spec.inputs);
    if (p.unlabelled) problems.expect_input("unlabelled", p.unlabelled->input, spec.inputs);
    problems.expect_parameter(!p.text.empty(), "text", "must not be empty");
    problems.expect_parameter(p.stages == 1 || p.stages == 2, "stages", "must be 1 or 2");
    problems.expect_parameter(p.folds >= 2 && p.folds <= 20, "folds", "must be between 2 and 20");
    problems.expect_parameter(p.least_count >= 1 && p.least_count <= 1000, "least_count", "must be between 1 and 1000");
    problems.expect_parameter(p.rounds >= 1 && p.rounds <= 200, "rounds", "must be between 1 and 200");
    problems.expect_parameter(p.early_stopping_rounds >= 0, "early_stopping_rounds", "must be 0 (never) or more");
    problems.expect_parameter(p.penalty >= 0 && p.penalty <= 1000, "penalty", "must be between 0 and 1000");
    problems.expect_parameter(p.rate >= 0 && p.rate <= 10, "rate", "must be between 0 and 10");
    problems.expect_parameter(p.readings >= 0 && p.readings <= runtime::SequenceTagger::most_readings, "readings",
                              fmt::format("must be between 0 and {}", runtime::SequenceTagger::most_readings));
    problems.expect_parameter(
        p.units >= 0 && p.units <= static_cast<int>(runtime::ContextShape::most_units) &&
            p.units % static_cast<int>(embed::lanes) == 0,
        "units", fmt::format("must be a multiple of 16 between 0 and {}", runtime::ContextShape::most_units));
    problems.throw_if_any();
    return p;
  }

  [[nodiscard]] TaggerOptions options(std::uint64_t seed) const {
    CrfOptions const crf{
        .rounds = rounds, .penalty = penalty, .rate = rate, .patience = early_stopping_rounds, .seed = seed};
    return {.unit = unit,
            .stages = stages,
            .folds = folds,
            .least_count = static_cast<std::uint32_t>(least_count),
            .readings = readings,
            .units = static_cast<std::size_t>(units),
            .crf = crf,
            .second_crf = crf};
  }
};

constexpr std::size_t document_column = 3;  // among the asked columns, behind token, tag and sentence

TextColumns read_table(Call const& call, TrainingInput const& input, TaggerParameters const& parameters) {
  std::vector<AskedColumn> asked{{"/parameters/token", parameters.token},
                                 {"/parameters/tag", parameters.tag},
                                 {"/parameters/sentence", parameters.sentence}};
  if (!input.spec.key.empty()) asked.push_back({"/key", input.spec.key});
  return read_text_columns(call, input.data, std::move(asked));
}

/// By the hash of each document's id, or of its place where it has none.
PartRows parts_of(TaggedDocuments const& tagged, TextColumns const& table, TrainingSpec const& spec) {
  std::vector<std::uint64_t> keys;
  for (std::size_t i = 0; i < tagged.documents.size(); ++i)
    keys.push_back(hash_key(spec.key.empty() ? std::to_string(i) : table.values[document_column][tagged.first_row[i]]));
  std::vector<std::uint32_t> const alike(keys.size());
  return split_rows(keys, alike, spec.split, spec.split.by.value(), spec.seed);
}

/// A type that only held-out documents have cannot be found, and a report with it would tell of the split alone.
void require_types_in_training(TaggedDocuments const& tagged, PartRows const& parts, TextColumns const& table) {
  std::vector<bool> seen(tagged.scheme.types().size());
  for (auto const document : parts.train)
    for (auto const label : tagged.documents[document].labels)
      if (label != runtime::TagScheme::outside) seen[runtime::TagScheme::type_of(label)] = true;
  for (std::size_t document = 0; document < tagged.documents.size(); ++document) {
    auto const& labels = tagged.documents[document].labels;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] == runtime::TagScheme::outside || seen[runtime::TagScheme::type_of(labels[i])]) continue;
      auto const row = tagged.first_row[document] + i;
      throw invalid(
          fmt::format("{}: '{}' is of a type that no document of the training part has: give it more "
                      "documents",
                      table.place(row, 1), table.values[1][row]));
    }
  }
}

std::vector<LabelledDocument> select(TaggedDocuments const& tagged, std::vector<std::size_t> const& documents) {
  std::vector<LabelledDocument> out;
  for (auto const document : documents) out.push_back(tagged.documents[document]);
  return out;
}

/// What the tagger is given beside the table that it learns from.
struct Sources {
  std::optional<text::GazetteerBuilder> names;
  std::optional<WordKnowledge> words;

  void read(Call const& call, TrainingInput const& input, TaggerParameters const& parameters,
            std::vector<LabelledDocument> const& train, ProgressSink const& progress) {
    if (auto const& table = parameters.names)
      names = read_names(call, input.inputs.at(table->input), *table, "/parameters/names", parameters.unit);
    if (auto const& table = parameters.unlabelled) {
      progress({0, "learning words by their company", 0, {}});
      words = learn_words(call, input.inputs.at(table->input), *table, "/parameters/unlabelled", train, parameters.unit,
                          input.spec.threads);
    }
  }
  [[nodiscard]] TaggerSources given() const { return {names ? &*names : nullptr, words ? &*words : nullptr}; }
};

TaggingReport evaluate(runtime::SequenceTagger const& tagger, TaggedDocuments const& tagged,
                       std::vector<std::size_t> const& documents) {
  TaggingEvaluation evaluation(tagger.scheme());
  for (auto const index : documents) {
    auto const& [document, labels] = tagged.documents[index];
    evaluation.add(labels.size(), runtime::TagScheme::decode(labels),
                   runtime::TagScheme::decode(tagger.label(document)));
  }
  return evaluation.report();
}

std::int64_t tokens_of(TaggedDocuments const& tagged, std::vector<std::size_t> const& documents) {
  std::size_t sum = 0;
  for (auto const document : documents) sum += tagged.documents[document].labels.size();
  return static_cast<std::int64_t>(sum);
}

}  // namespace

json::Object SequenceTaggerTrainer::parameter_schema() const {
  return schema_of<TaggerParameters>();
}

void SequenceTaggerTrainer::complete(TrainingSpec& spec) const {
  spec.parameters = to_json(TaggerParameters::read(spec)).get_object();
}

TrainingResult SequenceTaggerTrainer::train(Call const& call, TrainingInput const& input,
                                            ProgressSink const& progress) const {
  auto const parameters = TaggerParameters::read(input.spec);
  auto const table = read_table(call, input, parameters);
  TaggedDocuments::Layout layout;
  if (!input.spec.key.empty()) layout.document = document_column;
  auto const tagged = TaggedDocuments::read(table, layout, parameters.unit);
  auto const parts = parts_of(tagged, table, input.spec);
  require_types_in_training(tagged, parts, table);

  auto const train = select(tagged, parts.train);
  Sources sources;
  sources.read(call, input, parameters, train, progress);

  TrainingResult result;
  auto& report = result.report;
  auto const sink = [&](TaggerRound const& round) {
    auto const& crf = round.of_stage;
    ++report.rounds;
    if (crf.best) report.best_round = report.rounds;
    std::map<std::string, double> metrics{{"train_loss", crf.loss}};
    if (crf.judged) metrics.emplace("validation_entity_f1", *crf.judged);
    progress({round.done, fmt::format("{}, round {} of {}", round.stage, crf.number, round.rounds), report.rounds,
              std::move(metrics)});
  };
  result.artifact = train_tagger(call, train, select(tagged, parts.validation), tagged.scheme.types(), sources.given(),
                                 parameters.options(input.spec.seed), sink);
  auto const tagger = runtime::SequenceTagger::parse(result.artifact);
  result.signature = runtime::signature_of(tagger.settings(), parameters.text, parameters.tag);
  report.train_rows = tokens_of(tagged, parts.train);
  report.validation_rows = tokens_of(tagged, parts.validation);
  report.test_rows = tokens_of(tagged, parts.test);
  auto const test = evaluate(tagger, tagged, parts.test);
  report.test = to_json(test).get_object();
  report.metrics = {{"test_entity_f1", test.entity_f1},
                    {"test_entity_precision", test.entity_precision},
                    {"test_entity_recall", test.entity_recall},
                    {"test_token_accuracy", test.accuracy},
                    {"test_token_f1", test.token_f1},
                    {"validation_entity_f1", evaluate(tagger, tagged, parts.validation).entity_f1}};
  return result;
}

}  // namespace lepton::learn
