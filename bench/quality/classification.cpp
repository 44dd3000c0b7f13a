// Texts that a linear model sorts into classes, and a score of credit. Where a test is published it is asked once; the
// development stage sees training data alone. Data without a published test is folded as its users do; the development
// stage sees every second row of it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "base/call.h"
#include "classification_data.h"
#include "learn/binary_report.h"
#include "learn/class_report.h"
#include "learn/text_training.h"
#include "quality.h"
#include "unlabelled_text.h"

namespace lepton::bench {
namespace {

bool present(std::filesystem::path const& path) {
  bool const found = std::filesystem::exists(path);
  if (!found) fmt::print("skipped, {} is not there\n", path.string());
  return found;
}

LabelledRows take(LabelledRows const& rows, std::function<bool(std::size_t)> const& takes) {
  LabelledRows out;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (takes(i)) out.push_back(rows[i]);
  return out;
}

std::vector<std::string> classes_of(LabelledRows const& rows) {
  std::vector<std::string> classes;
  for (auto const& row : rows) classes.insert(classes.end(), row.labels.begin(), row.labels.end());
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

/// Classes that are not listed are left out.
std::vector<std::uint32_t> numbers_of(std::vector<std::string> const& labels, std::vector<std::string> const& classes) {
  std::vector<std::uint32_t> out;
  for (auto const& label : labels)
    if (auto const at = std::lower_bound(classes.begin(), classes.end(), label); at != classes.end() && *at == label)
      out.push_back(static_cast<std::uint32_t>(at - classes.begin()));
  return out;
}

/// The rows' texts outlive what is answered.
learn::LabelledTexts numbered(LabelledRows const& rows, std::vector<std::string> const& classes) {
  learn::LabelledTexts out;
  for (auto const& row : rows) out.add(row.text, numbers_of(row.labels, classes));
  return out;
}

runtime::LinearText learn_from(LabelledRows const& rows, std::vector<std::string> const& classes, bool several,
                               learn::TermContext const* context = nullptr) {
  SystemClock const clock;
  learn::TextOptions options;
  options.several = several;
  options.choose_words = true;
  options.context = context;
  auto const validation = [](std::size_t i) { return i % 20 % 7 == 3; };  // three of twenty
  auto const train = take(rows, [&](std::size_t i) { return !validation(i); });
  auto const held = take(rows, validation);
  auto const trained =
      learn::train_text(system_call(clock), numbered(train, classes), numbered(held, classes), classes, options);
  auto const& choice = trained.choice;
  fmt::print("    chosen: rarity {}, cost {}, context {}, ratios {}, bayes {}, words {}\n", choice.rarity, choice.cost,
             choice.context, choice.ratios, choice.bayes, choice.words);
  std::fflush(stdout);
  return runtime::LinearText::parse(trained.artifact);
}

learn::TermContext context_of(std::vector<std::string> const& texts) {
  SystemClock const clock;
  std::vector<std::string_view> const views(texts.begin(), texts.end());
  double const before = cpu_seconds();
  auto context = learn::learn_term_context(system_call(clock), views);
  fmt::print("unlabelled text: {} texts, {} words, {:.0f} s of CPU\n", texts.size(), context.terms.size(),
             cpu_seconds() - before);
  std::fflush(stdout);
  return context;
}

std::vector<std::string> texts_of(LabelledRows const& rows) {
  std::vector<std::string> texts;
  for (auto const& row : rows) texts.push_back(row.text);
  return texts;
}

void append(std::vector<std::string>& all, std::vector<std::string> const& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// News, questions and answers of a bank, and utterances that are learnt from; no text that is asked.
learn::TermContext const& english_context(std::filesystem::path const& data) {
  static auto const context = [&] {
    auto texts = english_texts(data);
    append(texts, lines_of(data / "bankfaqs" / "BankFAQs.csv"));
    append(texts, texts_of(read_clinc(data / "clinc150" / "data_full.json", "train")));
    return context_of(texts);
  }();
  return context;
}

/// Sentences of news and texts of other data than what is asked.
learn::TermContext chinese_context(std::filesystem::path const& data, std::vector<LabelledRows> const& others) {
  auto texts = chinese_sentences(data);
  for (auto const& rows : others) append(texts, texts_of(rows));
  return context_of(texts);
}

struct Tally {
  std::size_t right = 0, all = 0;

  [[nodiscard]] double share() const { return static_cast<double>(right) / static_cast<double>(all); }
};

void print_accuracy(std::string_view name, double accuracy, std::size_t learnt, std::size_t asked, double seconds) {
  fmt::print("{:<44} accuracy {:.4f}  {} learnt from, {} asked, {:.1f} s of CPU\n", name, accuracy, learnt, asked,
             seconds);
  std::fflush(stdout);
}

bool is_right(runtime::LinearText const& model, LabelledText const& row) {
  return model.settings().classes[model.classify(row.text).best] == row.labels.at(0);
}

runtime::LinearText report_accuracy(std::string_view name, LabelledRows const& train, LabelledRows const& test,
                                    learn::TermContext const* context) {
  double const before = cpu_seconds();
  auto model = learn_from(train, classes_of(train), false, context);
  Tally tally;
  for (auto const& row : test) {
    tally.right += is_right(model, row) ? 1 : 0;
    ++tally.all;
  }
  print_accuracy(name, tally.share(), train.size(), test.size(), cpu_seconds() - before);
  return model;
}

/// A fifth of the training data in the place of the test.
void report_accuracy(std::string_view name, LabelledRows const& train, std::function<LabelledRows()> const& test,
                     Stage stage, learn::TermContext const* context) {
  if (stage == Stage::test) {
    (void)report_accuracy(name, train, test(), context);
    return;
  }
  auto const held = [](std::size_t i) { return i % 5 == 2; };
  (void)report_accuracy(name, take(train, [&](std::size_t i) { return !held(i); }), take(train, held), context);
}

/// Each row is asked of a model that the other folds taught. In development, of every second row alone.
void report_folds(std::string_view name, LabelledRows const& every, std::size_t folds, Stage stage,
                  learn::TermContext const& context) {
  bool const test = stage == Stage::test;
  auto const rows = take(every, [&](std::size_t i) { return test || i % 2 == 0; });
  double const before = cpu_seconds();
  Tally all, unseen;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    auto const train = take(rows, [&](std::size_t i) { return i % folds != fold; });
    auto const model = learn_from(train, classes_of(train), false, &context);
    for (std::size_t i = fold; i < rows.size(); i += folds) {
      std::size_t const right = is_right(model, rows[i]) ? 1 : 0;
      all = {all.right + right, all.all + 1};
      if (test && i % 2 == 1) unseen = {unseen.right + right, unseen.all + 1};
    }
  }
  print_accuracy(fmt::format("{}, {} folds", name, folds), all.share(), rows.size() - rows.size() / folds, all.all,
                 cpu_seconds() - before);
  if (unseen.all > 0) fmt::print("    of rows no choice was made on: {:.4f}\n", unseen.share());
}

void report_scope(runtime::LinearText const& model, LabelledRows const& within, LabelledRows const& outside) {
  std::vector<float> scores, inside, found;
  for (auto const* rows : {&within, &outside})
    for (auto const& row : *rows) {
      scores.push_back(model.margins(row.text, found));
      inside.push_back(rows == &within ? 1 : 0);
    }
  auto const report = learn::evaluate_binary(scores, inside, 0);
  fmt::print("    in scope or not: AUROC {:.4f}, {} within, {} outside\n", report.auc, within.size(), outside.size());
}

void report_topics(LabelledRows const& train, LabelledRows const& test, std::vector<std::string> const& classes) {
  double const before = cpu_seconds();
  auto const model = learn_from(train, classes, true);
  std::vector<std::vector<std::uint32_t>> predicted, actual;
  for (auto const& row : test) {
    predicted.push_back(model.classify(row.text).holds);
    actual.push_back(numbers_of(row.labels, classes));
  }
  auto const report = learn::evaluate_labelling(classes, predicted, actual);
  fmt::print("{:<44} micro F1 {:.4f}  macro F1 {:.4f}  exact {:.4f}  {} classes, {} learnt from, {} asked, {:.1f} s\n",
             "Reuters-21578, ModApte", report.averages[0].f1, report.averages[1].f1, report.exact, classes.size(),
             train.size(), test.size(), cpu_seconds() - before);
}

}  // namespace

void banking77(std::filesystem::path const& data, Stage stage) {
  if (auto const folder = data / "banking77"; present(folder))
    report_accuracy(
        "Banking77", read_banking(folder / "train.csv"), [&] { return read_banking(folder / "test.csv"); }, stage,
        &english_context(data));
}

void clinc150(std::filesystem::path const& data, Stage stage) {
  bool const test = stage == Stage::test;
  auto const file = data / "clinc150" / "data_full.json";
  if (!present(file)) return;
  auto const within = read_clinc(file, test ? "test" : "val");
  auto const model = report_accuracy("CLINC150, in scope", read_clinc(file, "train"), within, &english_context(data));
  report_scope(model, within, read_clinc(file, test ? "oos_test" : "oos_val"));
}

void phrasebank(std::filesystem::path const& data, Stage stage) {
  auto const folder = data / "phrasebank";
  if (!present(folder)) return;
  auto const& context = english_context(data);
  report_folds("PhraseBank, all agree", read_phrasebank(folder / "Sentences_AllAgree.txt"), 10, stage, context);
  report_folds("PhraseBank, 50 % agree", read_phrasebank(folder / "Sentences_50Agree.txt"), 10, stage, context);
}

constexpr char const* headlines_file = "thucnews_headlines/dev.txt";
constexpr char const* finance_file = "finnews_zh/test_data.csv";
constexpr char const* hotels_file = "chnsenticorp_htl/ChnSentiCorp_htl_all.csv";

void chinese_sentiment(std::filesystem::path const& data, Stage stage) {
  if (present(data / finance_file))
    report_folds(
        "Chinese financial news", read_financial_news(data / finance_file), 5, stage,
        chinese_context(data, {read_headlines(data / headlines_file), read_hotel_reviews(data / hotels_file)}));
  if (present(data / hotels_file))
    report_folds(
        "Chinese hotel reviews", read_hotel_reviews(data / hotels_file), 5, stage,
        chinese_context(data, {read_headlines(data / headlines_file), read_financial_news(data / finance_file)}));
}

void agnews(std::filesystem::path const& data, Stage stage) {
  if (auto const folder = data / "agnews"; present(folder))
    report_accuracy(
        "AG News, 5,000 to learn from", read_agnews_subset(folder / "sub_train.csv"),
        [&] { return read_agnews_test(folder / "test.csv"); }, stage, &english_context(data));
}

void thucnews(std::filesystem::path const& data, Stage stage) {
  if (!present(data / headlines_file)) return;
  auto const context =
      chinese_context(data, {read_financial_news(data / finance_file), read_hotel_reviews(data / hotels_file)});
  report_accuracy(
      "THUCNews headlines", read_headlines(data / headlines_file),
      [&] { return read_headlines(data / "thucnews_headlines" / "test.txt"); }, stage, &context);
}

void topics(std::filesystem::path const& data, Stage stage) {
  auto const folder = data / "reuters21578";
  if (!present(folder)) return;
  auto const stories = read_reuters(folder);
  auto const held = [](std::size_t i) { return i % 5 == 2; };
  if (stage == Stage::test)
    report_topics(stories.train, stories.test, stories.classes);
  else
    report_topics(take(stories.train, [&](std::size_t i) { return !held(i); }), take(stories.train, held),
                  stories.classes);
}

void classifier_speed(std::filesystem::path const& data) {
  auto const folder = data / "banking77";
  if (!present(folder)) return;
  auto const train = read_banking(folder / "train.csv"), test = read_banking(folder / "test.csv");
  auto const model = learn_from(train, classes_of(train), false);
  std::size_t bytes = 0, sum = 0, texts = 0;
  for (auto const& row : test) bytes += row.text.size();
  double const before = cpu_seconds();
  while (cpu_seconds() - before < 3)
    for (auto const& row : test) {
      sum += model.classify(row.text).best;
      ++texts;
    }
  double const seconds = cpu_seconds() - before;
  fmt::print("text to label: {:.0f} texts/s of CPU ({} bytes each, {} classes, {:.1f} MB, checksum {})\n",
             static_cast<double>(texts) / seconds, bytes / test.size(), model.settings().classes.size(),
             static_cast<double>(model.memory_bytes()) / 1e6, sum * test.size() / texts);
}

}  // namespace lepton::bench
