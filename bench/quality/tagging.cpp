// Names in English and Chinese texts: learnt from a corpus's training part, chosen on its development part, and asked
// of its test part once.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <set>

#include "base/file.h"
#include "learn/tagger_training.h"
#include "learn/tagging_report.h"
#include "quality.h"
#include "tagged_corpora.h"
#include "text/normal.h"
#include "unlabelled_text.h"

namespace lepton::bench {
namespace {

using learn::LabelledDocument;
using runtime::SequenceTagger;
using runtime::TagUnit;
using Path = std::filesystem::path;

/// What a tagger learns from, is calibrated on, and is asked.
struct Exercise {
  std::string name;
  runtime::TagScheme scheme;
  std::vector<LabelledDocument> train, calibration, asked;
};

/// How far confidences are from the shares of right answers, weighted by answers: in ten steps of confidence.
class CalibrationError {
 public:
  void add(double confidence, bool right) {
    auto& bin = bins_[std::min<std::size_t>(static_cast<std::size_t>(confidence * 10), 9)];
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
    ++bin.count;
    ++count_;
  }
  [[nodiscard]] double value() const {
    double sum = 0;
    for (auto const& bin : bins_) sum += std::abs(bin.confidence - bin.right);
    return count_ > 0 ? sum / count_ : 0;
  }

 private:
  struct Bin {
    double confidence = 0, right = 0, count = 0;
  };
  std::array<Bin, 10> bins_;
  double count_ = 0;
};

/// Shares of sentences whose names are all right in the best reading, and in one of the best five.
struct Readings {
  std::size_t first = 0, five = 0, sentences = 0;

  void add(SequenceTagger const& tagger, LabelledDocument const& labelled) {
    auto const& [document, labels] = labelled;
    auto const actual = runtime::TagScheme::decode(labels);
    auto const of_sentences = tagger.readings(document, 5);
    for (std::size_t s = 0; s < of_sentences.size(); ++s) {
      std::vector<runtime::TagSpan> own;
      for (auto const& span : actual)
        if (span.begin >= document.sentences[s] && span.begin < document.end_of(s)) own.push_back(span);
      auto const& readings = of_sentences[s];
      auto const found =
          std::find_if(readings.begin(), readings.end(), [&](auto& reading) { return reading.spans == own; });
      first += found == readings.begin() ? 1 : 0;
      five += found != readings.end() ? 1 : 0;
      ++sentences;
    }
  }
};

void print_report(std::string const& name, learn::TaggingReport const& report) {
  auto const micro = report.averages.at(0).f1, macro = report.averages.at(1).f1;
  fmt::print(
      "{:<40} entity F1 {:.2f} (precision {:.2f}, recall {:.2f})  micro {:.4f}  macro {:.4f}  tokens in names {:.4f}\n",
      name, 100 * report.entity_f1, 100 * report.entity_precision, 100 * report.entity_recall, micro, macro,
      report.token_f1);
  std::fflush(stdout);
}

struct Way {
  std::string name;
  learn::TaggerSources sources;
  learn::TaggerOptions options;
};

/// A tagger and what it did with what it was asked.
struct Outcome {
  SequenceTagger tagger;
  learn::TaggingReport report;
  double learning = 0, asking = 0;  ///< seconds of CPU
};

Outcome learn_and_ask(Exercise const& exercise, Way const& way) {
  SystemClock const clock;
  double const before = cpu_seconds();
  auto const artifact = learn::train_tagger(system_call(clock), exercise.train, exercise.calibration,
                                            exercise.scheme.types(), way.sources, way.options);
  double const learnt = cpu_seconds();
  TemporaryDirectory const folder;
  auto const path = folder.path() / "model.bin";
  write_file_atomically(path, artifact);
  auto const from = std::chrono::steady_clock::now();
  auto tagger = SequenceTagger::open(path);
  std::chrono::duration<double, std::milli> const loading = std::chrono::steady_clock::now() - from;

  learn::TaggingEvaluation evaluation(exercise.scheme);
  double const opened = cpu_seconds();
  std::vector<std::vector<SequenceTagger::Scored>> answers;
  for (auto const& labelled : exercise.asked) answers.push_back(tagger.label_scored(labelled.document));
  double const asked = cpu_seconds();
  CalibrationError error;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto const& labels = exercise.asked[i].labels;
    auto const actual = runtime::TagScheme::decode(labels);
    std::vector<runtime::TagSpan> found;
    for (auto const& [span, probability] : answers[i]) {
      found.push_back(span);
      error.add(static_cast<double>(tagger.calibrated(probability)),
                std::find(actual.begin(), actual.end(), span) != actual.end());
    }
    evaluation.add(labels.size(), actual, found);
  }
  auto report = evaluation.report();
  print_report(fmt::format("{}, {}", exercise.name, way.name), report);
  fmt::print("  learnt in {:.1f} s of CPU, {:.1f} MB, loaded in {:.1f} ms, calibration error {:.4f}\n", learnt - before,
             static_cast<double>(artifact.size()) / 1e6, loading.count(), error.value());
  std::fflush(stdout);
  return {std::move(tagger), std::move(report), learnt - before, asked - opened};
}

void print_details(Outcome const& outcome) {
  for (auto const* rows : {&outcome.report.labels, &outcome.report.entities})
    for (auto const& row : *rows)
      fmt::print("  {:<12} {:.3f} / {:.3f} / {:.3f}  {}\n", row.label, row.precision, row.recall, row.f1, row.support);
}

void print_readings(SequenceTagger const& tagger, std::vector<LabelledDocument> const& documents) {
  Readings readings;
  for (auto const& document : documents) readings.add(tagger, document);
  auto const share = [&](std::size_t n) { return static_cast<double>(n) / static_cast<double>(readings.sentences); };
  fmt::print("  sentences all right: best reading {:.4f}, one of five {:.4f}\n", share(readings.first),
             share(readings.five));
}

/// From raw text to names, cut included, one thread.
void print_speed(SequenceTagger const& tagger, std::vector<std::string> const& texts) {
  std::size_t tokens = 0, bytes = 0, found = 0;
  for (auto const& text : texts) {
    tokens += tagger.cut(text).words.size();
    bytes += text.size();
  }
  double const before = cpu_seconds();
  for (auto const& text : texts) found += tagger.tag(text).size();
  double const seconds = cpu_seconds() - before;
  fmt::print("  raw text to names: {:.0f} tokens, {:.2f} MB a second of CPU ({} tokens, {} names)\n",
             static_cast<double>(tokens) / seconds, static_cast<double>(bytes) / 1e6 / seconds, tokens, found);
}

bool all_there(Path const& data, std::initializer_list<std::string_view> folders) {
  for (auto const folder : folders) {
    if (std::filesystem::exists(data / folder)) continue;
    fmt::print("skipped, {} is not there\n", (data / folder).string());
    return false;
  }
  return true;
}

std::vector<std::string> joined(std::vector<LabelledDocument> const& documents) {
  std::vector<std::string> texts;
  for (auto const& labelled : documents) {
    std::string text;
    for (auto const word : labelled.document.words) text += word;
    texts.push_back(std::move(text));
  }
  return texts;
}

/// CoNLL-2003 with what its taggers may know.
struct ConllCorpora {
  TaggedCorpus train, testa, testb;
  text::GazetteerBuilder names;
  learn::WordKnowledge words;
};

std::optional<ConllCorpora> conll_corpora(Path const& data) {
  if (!all_there(data, {"conll2003", "gazetteers", "reuters_c50", "bbc", "reuters21578"})) return {};
  ConllCorpora all;
  auto const folder = data / "conll2003";
  all.train = TaggedCorpus::read(folder / "train.bio2.txt", Documents::marked);
  all.testa = TaggedCorpus::read(folder / "testa.bio2.txt", Documents::marked, all.train.scheme());
  all.testb = TaggedCorpus::read(folder / "testb.bio2.txt", Documents::marked, all.train.scheme());
  all.names.add_lines(read_file(data / "gazetteers" / "gaz_perm.tsv"));
  all.names.build();
  all.words = word_knowledge(TagUnit::word, english_texts(data), {all.train.documents()},
                             {all.testa.documents(), all.testb.documents()});
  return all;
}

}  // namespace

void tagging_conll(Path const& data, Stage stage) {
  auto const corpora = conll_corpora(data);
  if (!corpora) return;
  auto const& [train, testa, testb, names, words] = *corpora;
  bool const is_test = stage == Stage::test;
  auto const parts = hold_out(train.documents(), 10, 0);
  Exercise const exercise =
      is_test ? Exercise{"CoNLL-2003 test", train.scheme(), train.documents(), testa.documents(), testb.documents()}
              : Exercise{"CoNLL-2003 development", train.scheme(), parts.kept, parts.held_out, testa.documents()};
  learn::TaggerOptions one_stage, two_stages;
  one_stage.stages = 1;
  auto no_layer = one_stage;
  no_layer.units = 0;
  (void)learn_and_ask(exercise, {"words alone", {}, one_stage});
  (void)learn_and_ask(exercise, {"names", {&names, nullptr}, one_stage});
  (void)learn_and_ask(exercise, {"names, classes", {&names, &words}, no_layer});
  (void)learn_and_ask(exercise, {"names, classes, layer", {&names, &words}, one_stage});
  auto const outcome = learn_and_ask(exercise, {"names, classes, layer, two stages", {&names, &words}, two_stages});
  print_details(outcome);
  print_readings(outcome.tagger, exercise.asked);
  if (is_test) {
    auto all = train.documents();
    all.insert(all.end(), testa.documents().begin(), testa.documents().end());
    auto const [kept, held_out] = hold_out(all, 20, 0);
    (void)learn_and_ask({"CoNLL-2003 test", train.scheme(), kept, held_out, testb.documents()},
                        {"the same, learnt from the development part, too", {&names, &words}, two_stages});
  }
  auto stories = english_texts(data);
  stories.resize(500);
  print_speed(outcome.tagger, stories);
}

namespace {

/// Names as the words they are of, in lower case.
class NamesOf {
 public:
  explicit NamesOf(std::vector<LabelledDocument> const& documents) {
    for (auto const& [document, labels] : documents)
      for (auto const& span : runtime::TagScheme::decode(labels)) names_.insert(name(document, span));
  }
  [[nodiscard]] bool has(runtime::TagDocument const& document, runtime::TagSpan const& span) const {
    return names_.count(name(document, span)) != 0;
  }

 private:
  static std::string name(runtime::TagDocument const& document, runtime::TagSpan const& span) {
    std::string out;
    for (auto i = span.begin; i < span.end; ++i) out += text::lower(document.words[i]) + " ";
    return out;
  }
  std::set<std::string> names_;
};

/// F1 of the names that no document of `train` has.
double unseen_f1(SequenceTagger const& tagger, Exercise const& exercise) {
  NamesOf const known(exercise.train);
  std::size_t right = 0, all = 0;
  for (auto const& [document, labels] : exercise.asked) {
    auto const actual = runtime::TagScheme::decode(labels), found = runtime::TagScheme::decode(tagger.label(document));
    for (auto const& span : actual) all += known.has(document, span) ? 0 : 1;
    for (auto const& span : found) {
      if (known.has(document, span)) continue;
      ++all;
      right += std::find(actual.begin(), actual.end(), span) != actual.end() ? 1 : 0;
    }
  }
  return all > 0 ? 2.0 * static_cast<double>(right) / static_cast<double>(all) : 0;
}

}  // namespace

void tagging_conll_halves(Path const& data) {
  auto const corpora = conll_corpora(data);
  if (!corpora) return;
  auto const& [train, testa, testb, names, words] = *corpora;
  learn::TaggerOptions two_stages;
  double f1 = 0, unseen = 0;
  for (std::uint64_t half = 0; half < 2; ++half) {
    Exercise const exercise{fmt::format("CoNLL-2003, half {} of training", half + 1),
                            train.scheme(),
                            hold_out(train.documents(), 2, half).kept,
                            {},
                            testa.documents()};
    auto const outcome = learn_and_ask(exercise, {"names, classes, layer, two stages", {&names, &words}, two_stages});
    f1 += 50 * outcome.report.entity_f1;
    unseen += 50 * unseen_f1(outcome.tagger, exercise);
  }
  fmt::print("mean: entity F1 {:.2f}, of names that were not learnt from {:.2f}\n", f1, unseen);
}

void tagging_words(Path const& data) {
  auto const folder = data / "conll2003";
  if (!all_there(data, {"conll2003"})) return;
  auto const train = TaggedCorpus::read(folder / "train.bio2.txt", Documents::marked);
  auto const test = TaggedCorpus::read(folder / "testb.bio2.txt", Documents::marked, train.scheme());
  learn::TaggerOptions options;
  options.stages = 1;
  auto const outcome = learn_and_ask({"CoNLL-2003 test", train.scheme(), train.documents(), {}, test.documents()},
                                     {"words alone", {}, options});
  fmt::print("{}\n", json::write(json::Object{{"f1", outcome.report.entity_f1},
                                              {"training", outcome.learning},
                                              {"speed", static_cast<double>(test.tokens()) / outcome.asking}}));
}

namespace {

/// What all Chinese corpora are asked, and the one whose sentences are many enough to learn classes of words from, too.
struct ChineseCorpora {
  TaggedCorpus news, news_test, resumes, resumes_dev, resumes_test;
  HeldOut news_parts;
  learn::WordKnowledge words;
};

std::optional<ChineseCorpora> chinese_corpora(Path const& data) {
  if (!all_there(data, {"ner_msra", "ner_resume", "thucnews_headlines", "finnews_zh", "chnsenticorp_htl"})) return {};
  ChineseCorpora all;
  auto const read = [&](char const* name, runtime::TagScheme const& scheme) {
    return TaggedCorpus::read(data / name, Documents::each_a_sentence, scheme);
  };
  all.news = read("ner_msra/train.char.bio", {});
  all.news_test = read("ner_msra/test.char.bio", all.news.scheme());
  all.resumes = read("ner_resume/train.char.bmes", {});
  all.resumes_dev = read("ner_resume/dev.char.bmes", all.resumes.scheme());
  all.resumes_test = read("ner_resume/test.char.bmes", all.resumes.scheme());
  all.news_parts = hold_out(all.news.documents(), 10, 0);
  all.words = word_knowledge(
      TagUnit::character, chinese_texts(data), {all.news_parts.kept},
      {all.news_parts.held_out, all.news_test.documents(), all.resumes_dev.documents(), all.resumes_test.documents()});
  return all;
}

/// With classes and a layer, which were better on the development part of either corpus; without, there alone.
void tag_characters(Exercise const& exercise, ChineseCorpora const& corpora, Stage stage) {
  learn::TaggerOptions options;
  options.unit = TagUnit::character;
  options.stages = 1;
  Way const characters{"characters alone", {}, options}, layer{"classes, layer", {nullptr, &corpora.words}, options};
  auto no_layer = layer;
  no_layer.name = "classes";
  no_layer.options.units = 0;
  if (stage == Stage::development) {
    (void)learn_and_ask(exercise, characters);
    (void)learn_and_ask(exercise, no_layer);
  }
  auto const outcome = learn_and_ask(exercise, layer);
  print_details(outcome);
  print_readings(outcome.tagger, exercise.asked);
  print_speed(outcome.tagger, joined(exercise.asked));
}

}  // namespace

void tagging_msra(Path const& data, Stage stage) {
  auto const all = chinese_corpora(data);
  if (!all) return;
  auto const& [kept, held_out] = all->news_parts;
  auto const& scheme = all->news.scheme();
  if (stage == Stage::test) {
    // A third of the test repeats what the training part says: what the rest comes to is told, too.
    constexpr std::size_t run = 12;
    auto const& test = all->news_test.documents();
    auto const unseen = without_shared_text(test, all->news.documents(), run);
    tag_characters({"MSRA test", scheme, kept, held_out, test}, *all, stage);
    tag_characters(
        {fmt::format("MSRA test, {} of {} sentences", unseen.size(), test.size()), scheme, kept, held_out, unseen},
        *all, stage);
    return;
  }
  auto const calibration = hold_out(kept, 10, 1);
  tag_characters({"MSRA development", scheme, calibration.kept, calibration.held_out, held_out}, *all, stage);
}

void tagging_resume(Path const& data, Stage stage) {
  auto const all = chinese_corpora(data);
  if (!all) return;
  auto const& scheme = all->resumes.scheme();
  auto const &train = all->resumes.documents(), &dev = all->resumes_dev.documents();
  if (stage == Stage::test)
    return tag_characters({"Resume test", scheme, train, dev, all->resumes_test.documents()}, *all, stage);
  auto const calibration = hold_out(train, 10, 0);
  tag_characters({"Resume development", scheme, calibration.kept, calibration.held_out, dev}, *all, stage);
}

}  // namespace lepton::bench
