#include "learn/linear_text_trainer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "learn/class_report.h"
#include "learn/examples.h"
#include "learn/naive_bayes.h"
#include "learn/parameter_problems.h"
#include "learn/tagger_sources.h"
#include "learn/text_columns.h"
#include "learn/text_training.h"
#include "runtime/text_model.h"

namespace lepton::learn {
namespace {

constexpr std::size_t most_text_classes = 1000;

struct TextParameters {
  std::string text;
  std::optional<std::string> label;
  std::optional<std::vector<std::string>> labels;
  std::optional<int> words;
  int gap = 0, least_characters = 2, most_characters = 5;
  std::int64_t least_count = 1;
  std::optional<double> cost;
  double reject = 0;
  std::optional<TextTable> unlabelled;

  static constexpr auto fields() {
    using P = TextParameters;
    return std::tuple{
        required("text", &P::text, "column of texts"),
        optional("label", &P::label, "column of the class of each text"),
        optional("labels", &P::labels, "instead: columns of 0 and 1, one per class that a text may have"),
        optional(
            "words", &P::words,
            "longest run of words (Chinese: of characters) that is a term, 1 to 5; default: 2, and where texts are "
            "Chinese 2 or 3, whichever held-out rows like better"),
        optional("gap", &P::gap, "most words between the two of a pair that is a term, 0 (no pairs) to 8"),
        optional("least_characters", &P::least_characters, "shortest piece of a word that is a term, 1 to 8"),
        optional("most_characters", &P::most_characters, "longest piece of a word; 0: none"),
        optional("least_count", &P::least_count,
                 "texts that a term must stand in, 1 to 1000; pieces and pairs 2 at least"),
        optional("cost", &P::cost,
                 "of an error, against small weights; above 0, at most 1000; default: 1 or 3, whichever held-out rows "
                 "like better. Given, nothing else is chosen by them either. Learning ends at the one optimum, so "
                 "that there is nothing to stop early"),
        optional("reject", &P::reject, "share of texts in scope that may be called out of scope, below 0.5"),
        optional("unlabelled", &P::unlabelled,
                 "table of texts without labels, of which it is learnt what company words keep")};
  }

  [[nodiscard]] static TextParameters read(TrainingSpec const& spec) {
    ParameterProblems problems;
    auto p = problems.read<TextParameters>(spec.parameters);
    if (p.unlabelled) problems.expect_input("unlabelled", p.unlabelled->input, spec.inputs);
    problems.expect_parameter(p.label.has_value() != p.labels.has_value(), "label",
                              "is required: the column of the class of each text; or 'labels', columns of 0 and 1");
    problems.expect_parameter(!p.labels || !p.labels->empty(), "labels", "must name at least one column");
    problems.expect_parameter(!p.words || (*p.words >= 1 && *p.words <= 5), "words", "must be between 1 and 5");
    problems.expect_parameter(p.gap >= 0 && p.gap <= 8, "gap", "must be between 0 and 8");
    problems.expect_parameter(p.least_characters >= 1 && p.least_characters <= 8, "least_characters",
                              "must be between 1 and 8");
    problems.expect_parameter(
        p.most_characters == 0 || (p.most_characters >= p.least_characters && p.most_characters <= 8),
        "most_characters", "must be 0 (none), or at least least_characters and at most 8");
    problems.expect_parameter(p.least_count >= 1 && p.least_count <= 1000, "least_count", "must be between 1 and 1000");
    problems.expect_parameter(!p.cost || (*p.cost > 0 && *p.cost <= 1000), "cost", "must be above 0 and at most 1000");
    problems.expect_parameter(p.reject >= 0 && p.reject < 0.5, "reject", "must be at least 0 and below 0.5");
    problems.expect_parameter(!p.labels || p.reject == 0, "reject", "goes with 'label' only");
    problems.throw_if_any();
    return p;
  }

  [[nodiscard]] std::string target() const { return label ? *label : fmt::format("{}", fmt::join(*labels, ",")); }
  [[nodiscard]] TextOptions options(TrainingSpec const& spec) const {
    return {.terms = {words.value_or(2), least_characters, most_characters, gap},
            .choose_words = !words,
            .cost = cost,
            .several = labels.has_value(),
            .least_count = static_cast<std::uint32_t>(least_count),
            .reject = reject,
            .threads = spec.threads,
            .seed = spec.seed};
  }
};

/// The table with its classes by number.
struct LabelledTable {
  TextColumns columns;
  std::vector<std::string> classes;
  std::vector<std::vector<std::uint32_t>> of;  ///< classes of each row
  std::vector<std::uint64_t> keys;

  [[nodiscard]] std::string_view text(std::size_t row) const { return columns.values[0][row]; }
  [[nodiscard]] LabelledTexts select(std::vector<std::size_t> const& rows) const {
    LabelledTexts out;
    for (auto const row : rows) out.add(text(row), of[row]);
    return out;
  }
};

constexpr std::size_t first_label = 1;  // among the asked columns, behind the text

void number_classes(LabelledTable& data) {
  auto const& labels = data.columns.values[first_label];
  data.classes = labels;
  std::sort(data.classes.begin(), data.classes.end());
  data.classes.erase(std::unique(data.classes.begin(), data.classes.end()), data.classes.end());
  auto const& column = data.columns.asked[first_label].name;
  if (data.classes.size() == 1)
    throw invalid(fmt::format("column '{}' is '{}' in all {} rows: there is nothing to tell apart", column, labels[0],
                              labels.size()));
  if (data.classes.size() > most_text_classes)
    throw invalid(fmt::format("column '{}' has {} different values; a classifier takes at most {} classes", column,
                              data.classes.size(), most_text_classes));
  for (auto const& label : labels)
    data.of.push_back({static_cast<std::uint32_t>(std::lower_bound(data.classes.begin(), data.classes.end(), label) -
                                                  data.classes.begin())});
}

void read_flags(LabelledTable& data, std::size_t labels) {
  data.of.resize(data.columns.rows());
  for (std::size_t i = 0; i < labels; ++i) {
    auto const column = first_label + i;
    data.classes.push_back(data.columns.asked[column].name);
    for (std::size_t row = 0; row < data.columns.rows(); ++row) {
      auto const& value = data.columns.values[column][row];
      if (value == "1" || value == "true") {
        data.of[row].push_back(static_cast<std::uint32_t>(i));
      } else if (value != "0" && value != "false") {
        throw invalid(fmt::format("{}: expected 0 or 1, found '{}'", data.columns.place(row, column), value));
      }
    }
  }
}

LabelledTable read_data(Call const& call, TrainingInput const& input, TextParameters const& parameters) {
  std::vector<AskedColumn> asked{{"/parameters/text", parameters.text}};
  if (parameters.label) asked.push_back({"/parameters/label", *parameters.label});
  auto const labels = parameters.labels.value_or(std::vector<std::string>());
  for (std::size_t i = 0; i < labels.size(); ++i)
    asked.push_back({json::pointer_to("/parameters/labels", i), labels[i]});
  if (!input.spec.key.empty()) asked.push_back({"/key", input.spec.key});
  LabelledTable data;
  data.columns = read_text_columns(call, input.data, std::move(asked));
  std::size_t const last_label = parameters.label ? first_label : labels.size();
  for (std::size_t row = 0; row < data.columns.rows(); ++row)
    for (std::size_t column = 0; column <= last_label; ++column)
      if (data.columns.values[column][row].empty())
        throw invalid(fmt::format("{}: the {} is missing; leave out rows without one", data.columns.place(row, column),
                                  column == 0 ? "text" : "label"));
  for (std::size_t row = 0; row < data.columns.rows(); ++row)
    data.keys.push_back(input.spec.key.empty() ? hash_key(std::to_string(row))
                                               : hash_key(data.columns.values.back()[row]));
  parameters.label ? number_classes(data) : read_flags(data, labels.size());
  return data;
}

PartRows parts_of(LabelledTable const& data, TrainingSpec const& spec, bool several) {
  std::vector<std::uint32_t> classes(data.columns.rows());
  for (std::size_t row = 0; !several && row < classes.size(); ++row) classes[row] = data.of[row][0];
  auto parts = split_rows(data.keys, classes, spec.split, spec.split.by.value(), spec.seed);
  if (auto const row = find_unseen(parts, classes))
    throw invalid(
        fmt::format("{}: '{}' is a label that no row of the training part has: give it more rows, or "
                    "split.by: stratified",
                    data.columns.place(*row, first_label), data.classes[classes[*row]]));
  return parts;
}

ClassReport evaluate_one(runtime::LinearText const& model, LabelledTable const& data,
                         std::vector<std::size_t> const& rows) {
  std::vector<double> probabilities;
  std::vector<std::uint32_t> actual;
  for (auto const row : rows) {
    auto const found = model.probabilities(data.text(row));
    probabilities.insert(probabilities.end(), found.begin(), found.end());
    actual.push_back(data.of[row][0]);
  }
  return evaluate_classes(data.classes, probabilities, actual);
}

LabellingReport evaluate_several(runtime::LinearText const& model, LabelledTable const& data,
                                 std::vector<std::size_t> const& rows) {
  std::vector<std::vector<std::uint32_t>> predicted, actual;
  for (auto const row : rows) {
    predicted.push_back(model.classify(data.text(row)).holds);
    actual.push_back(data.of[row]);
  }
  return evaluate_labelling(data.classes, predicted, actual);
}

/// With the class most texts have, and with naive Bayes.
void compare(Call const& call, runtime::LinearText const& model, LabelledTable const& data, PartRows const& parts,
             TrainingResult& result) {
  auto const class_of = [&](std::size_t row) { return data.of[row][0]; };
  std::vector<std::uint32_t> learnt;
  LabelledTexts taught;
  for (auto const* part : {&parts.train, &parts.validation})
    for (auto const row : *part) {
      learnt.push_back(class_of(row));
      taught.add(data.text(row), data.of[row]);
    }
  auto& answers = result.answers;
  std::vector<std::string_view> texts;
  for (auto const row : parts.test) {
    texts.push_back(data.text(row));
    answers.rows.push_back(row);
    answers.actual.push_back(class_of(row));
    answers.predicted.push_back(model.classify(data.text(row)).best);
  }
  result.report.comparisons = {
      compare_with_majority(learnt, answers.predicted, answers.actual),
      compare_accuracy("naive Bayes", answers.predicted,
                       classify_by_naive_bayes(call, taught, texts, data.classes.size()), answers.actual)};
}

void evaluate(runtime::LinearText const& model, LabelledTable const& data, PartRows const& parts,
              TrainingReport& report) {
  if (model.settings().several) {
    auto const test = evaluate_several(model, data, parts.test);
    report.test = to_json(test).get_object();
    report.metrics = {{"test_exact", test.exact},
                      {"test_micro_f1", test.averages[0].f1},
                      {"test_macro_f1", test.averages[1].f1},
                      {"validation_micro_f1", evaluate_several(model, data, parts.validation).averages[0].f1}};
    return;
  }
  auto const test = evaluate_one(model, data, parts.test);
  auto const validation = evaluate_one(model, data, parts.validation);
  report.test = to_json(test).get_object();
  report.metrics = {{"test_accuracy", test.accuracy},
                    {"test_macro_f1", test.averages[1].f1},
                    {"test_weighted_f1", test.averages[2].f1},
                    {"test_log_loss", test.log_loss},
                    {"test_calibration_error", test.calibration_error},
                    {"validation_accuracy", validation.accuracy},
                    {"validation_log_loss", validation.log_loss}};
  for (auto const& one : test.classes)
    if (one.support == 0)
      report.warnings.push_back(fmt::format("no held-out row has the label '{}': nothing is known of it", one.label));
}

TermContext learn_context(Call const& call, std::filesystem::path const& file, TextTable const& table,
                          LabelledTexts const& taught) {
  auto const unlabelled = read_text_columns(call, file, {{"/parameters/unlabelled/text", table.text}},
                                            fmt::format("the table of texts '{}'", table.input));
  std::vector<std::string_view> texts(unlabelled.values[0].begin(), unlabelled.values[0].end());
  texts.insert(texts.end(), taught.texts.begin(), taught.texts.end());
  return learn_term_context(call, texts);
}

}  // namespace

json::Object LinearTextTrainer::parameter_schema() const {
  return schema_of<TextParameters>();
}

void LinearTextTrainer::complete(TrainingSpec& spec) const {
  auto const parameters = TextParameters::read(spec);
  ParameterProblems problems;
  problems.expect(parameters.label || spec.slices.empty(), "/slices", "go with 'label' only");
  problems.throw_if_any();
  spec.parameters = to_json(parameters).get_object();
}

TrainingResult LinearTextTrainer::train(Call const& call, TrainingInput const& input,
                                        ProgressSink const& progress) const {
  auto const parameters = TextParameters::read(input.spec);
  auto const data = read_data(call, input, parameters);
  auto const parts = parts_of(data, input.spec, parameters.labels.has_value());
  int step = 0;
  auto const sink = [&](double done, std::string const& message) { progress({done, message, ++step}); };
  TrainingResult result;
  auto const taught = data.select(parts.train), held = data.select(parts.validation);
  auto options = parameters.options(input.spec);
  std::optional<TermContext> context;
  if (parameters.unlabelled) {
    context = learn_context(call, input.inputs.at(parameters.unlabelled->input), *parameters.unlabelled, taught);
    options.context = &*context;
  }
  auto trained = train_text(call, taught, held, data.classes, options, sink);
  result.artifact = std::move(trained.artifact);
  auto const model = runtime::LinearText::parse(result.artifact);
  result.signature = runtime::signature_of(model.settings(), parameters.text, parameters.target());
  auto& report = result.report;
  report.train_rows = static_cast<std::int64_t>(parts.train.size());
  report.validation_rows = static_cast<std::int64_t>(parts.validation.size());
  report.test_rows = static_cast<std::int64_t>(parts.test.size());
  evaluate(model, data, parts, report);
  if (parameters.label) compare(call, model, data, parts, result);
  report.metrics["cost"] = trained.choice.cost;
  report.metrics["words"] = trained.choice.words;
  report.metrics["ratios"] = trained.choice.ratios ? 1 : 0;
  report.metrics["rarity"] = trained.choice.rarity;
  report.metrics["bayes"] = trained.choice.bayes;
  if (parameters.unlabelled) report.metrics["context"] = trained.choice.context;
  return result;
}

}  // namespace lepton::learn
