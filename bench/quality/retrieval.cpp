// Bank questions whose answers are passages, and utterances whose nearest neighbour should mean the same. Questions are
// divided by hash: what is chosen, and what questions teach, comes from the development part; the test part is asked
// once.
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <set>

#include "base/call.h"
#include "base/file.h"
#include "learn/csv.h"
#include "quality.h"
#include "retrieval/index_writer.h"
#include "retrieval/near_duplicates.h"
#include "retrieval/terms.h"
#include "text/hash.h"

namespace lepton::bench {
namespace {

using namespace retrieval;

constexpr std::size_t folds = 5;

std::uint64_t hash_of_words(std::string_view text) {
  std::uint64_t hash = 1;
  for (auto const word : words_of(text)) hash = text::combine(hash, word);
  return hash;
}

/// A question, and the passages or the category that are right for it.
struct Question {
  std::string text;
  std::uint64_t hash;
  std::set<std::string> right;

  [[nodiscard]] bool is_test() const { return hash % 10 < 3; }
  [[nodiscard]] std::size_t fold() const { return hash / 10 % folds; }
};

/// Passages, and questions of equal words taken together.
struct Questions {
  std::vector<Passage> passages;
  std::vector<Question> all;

  [[nodiscard]] std::vector<Question> part(std::function<bool(Question const&)> const& takes) const {
    std::vector<Question> out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), takes);
    return out;
  }
};

std::vector<std::vector<std::string>> read_csv(std::filesystem::path const& path) {
  auto const text = read_file(path);
  learn::CsvReader reader(text);
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string_view> fields;
  (void)reader.next(fields);
  while (reader.next(fields)) rows.emplace_back(fields.begin(), fields.end());
  return rows;
}

/// Answers of equal words are one passage; it is right for each question that stands beside it.
Questions read_bank_questions(std::filesystem::path const& path) {
  Questions out;
  std::map<std::uint64_t, std::string> keys;
  std::map<std::uint64_t, Question> questions;
  for (auto const& row : read_csv(path)) {
    auto const [at, fresh] = keys.try_emplace(hash_of_words(row[1]), fmt::format("{}", out.passages.size()));
    if (fresh) out.passages.push_back({at->second, {row[1]}});
    auto const hash = hash_of_words(row[0]);
    auto& question = questions.try_emplace(hash, Question{row[0], hash, {}}).first->second;
    question.right.insert(at->second);
  }
  for (auto& [hash, question] : questions) out.all.push_back(std::move(question));
  return out;
}

std::vector<AnsweredQuestion> lessons(std::vector<Question> const& questions) {
  std::vector<AnsweredQuestion> out;
  for (auto const& question : questions)
    for (auto const& key : question.right) out.push_back({question.text, key});
  return out;
}

Index build(std::vector<Passage> const& passages, IndexOptions const& options, LearningOptions const& learning,
            std::vector<AnsweredQuestion> answered) {
  SystemClock const clock;
  IndexWriter writer(options);
  for (auto const& passage : passages) writer.put(passage);
  writer.learn(learning, std::move(answered));
  return Index::parse(writer.finish(system_call(clock)));
}

struct Score {
  std::size_t first = 0, five = 0, asked = 0;

  void add(Index const& index, std::vector<Question> const& questions, SearchOptions options,
           std::function<std::string(std::string const& key)> const& meaning) {
    SystemClock const clock;
    options.most = 5;
    for (auto const& question : questions) {
      auto const hits = index.search(system_call(clock), question.text, options);
      std::size_t rank = 0;
      while (rank < hits.size() && question.right.count(meaning(hits[rank].key)) == 0) ++rank;
      first += rank == 0 && !hits.empty() ? 1 : 0;
      five += rank < hits.size() ? 1 : 0;
      ++asked;
    }
  }

  void print(std::string_view name) const {
    auto const share = [&](std::size_t hits) { return static_cast<double>(hits) / static_cast<double>(asked); };
    fmt::print("{:<64} hit@1 {:.3f}  hit@5 {:.3f}  of {}\n", name, share(first), share(five), asked);
    std::fflush(stdout);
  }
};

std::string itself(std::string const& key) {
  return key;
}

struct Way {
  std::string name;
  SearchOptions options;
};

std::vector<Way> ways(std::vector<double> const& weights) {
  std::vector<Way> out{{"words", {.fusion = Fusion::words}},
                       {"vectors", {.fusion = Fusion::vectors}},
                       {"ranks fused", {.fusion = Fusion::ranks}}};
  for (double const weight : weights)
    out.push_back({fmt::format("words + {} × cosine", weight), {.vector_weight = weight}});
  return out;
}

/// Each fifth of the development part is asked of an index that the others taught.
void try_bank_questions(Questions const& data, IndexOptions const& options, LearningOptions const& learning,
                        std::string_view name, std::vector<Way> const& tried) {
  std::vector<Score> scores(tried.size());
  for (std::size_t fold = 0; fold < folds; ++fold) {
    auto const taught = data.part([&](Question const& q) { return !q.is_test() && q.fold() != fold; });
    auto const asked = data.part([&](Question const& q) { return !q.is_test() && q.fold() == fold; });
    auto const index = build(data.passages, options, learning, lessons(taught));
    for (std::size_t i = 0; i < tried.size(); ++i) scores[i].add(index, asked, tried[i].options, itself);
  }
  for (std::size_t i = 0; i < tried.size(); ++i) scores[i].print(fmt::format("{}: {}", name, tried[i].name));
}

/// What was chosen on the development part.
IndexOptions chosen_for_questions() {
  IndexOptions options;
  options.vector_weight = 40;
  return options;
}

void report_bank_questions(Questions const& data) {
  auto const asked = data.part([](Question const& q) { return q.is_test(); });
  auto const taught = data.part([](Question const& q) { return !q.is_test(); });
  fmt::print("bank questions: {} passages, {} questions to learn from, {} asked\n", data.passages.size(), taught.size(),
             asked.size());
  double const before = cpu_seconds();
  auto const options = chosen_for_questions();
  auto const index = build(data.passages, options, {}, lessons(taught));
  double const built = cpu_seconds();
  Score words, fused, untaught;
  words.add(index, asked, {.fusion = Fusion::words}, itself);
  fused.add(index, asked, {}, itself);
  double const searched = cpu_seconds();
  untaught.add(build(data.passages, options, {}, {}), asked, {.vector_weight = IndexOptions{}.vector_weight}, itself);
  words.print("words alone");
  untaught.print("words and vectors, no question known");
  fused.print("words and vectors that other questions taught");
  fmt::print("built in {:.2f} s of CPU, {:.2f} ms a search\n", built - before,
             1000 * (searched - built) / static_cast<double>(2 * asked.size()));
}

/// Utterances are passages; the nearest one's category is the answer.
struct Utterances {
  std::vector<Passage> passages;
  std::map<std::string, std::string> categories;  // of keys
  std::vector<Question> asked;

  void add(std::vector<std::string> const& row) {
    auto const key = fmt::format("{}", passages.size());
    passages.push_back({key, {row[0]}});
    categories[key] = row[1];
  }
  void ask(std::vector<std::string> const& row) { asked.push_back({row[0], hash_of_words(row[0]), {row[1]}}); }
};

void try_utterances(Utterances const& data, IndexOptions const& options, std::string_view name,
                    std::vector<Way> const& tried) {
  double const before = cpu_seconds();
  auto const index = build(data.passages, options, {}, {});
  double const built = cpu_seconds();
  for (auto const& way : tried) {
    Score score;
    score.add(index, data.asked, way.options, [&](std::string const& key) { return data.categories.at(key); });
    score.print(fmt::format("{}: {}", name, way.name));
  }
  fmt::print("built in {:.2f} s of CPU, {:.2f} ms a search\n", built - before,
             1000 * (cpu_seconds() - built) / static_cast<double>(data.asked.size() * tried.size()));
}

IndexOptions chosen_for_utterances() {
  return {};
}

bool there(std::filesystem::path const& path) {
  bool const found = std::filesystem::exists(path);
  if (!found) fmt::print("skipped, {} is not there\n", path.string());
  return found;
}

void report_duplicates(Questions const& data) {
  SystemClock const clock;
  std::vector<std::string_view> texts;
  for (auto const& passage : data.passages) texts.push_back(passage.texts[0]);
  double const before = cpu_seconds();
  auto const found = find_duplicates(system_call(clock), texts);
  fmt::print("near-duplicates among the answers: {} pairs of {} compared, {} clusters, {:.2f} s of CPU\n",
             found.pairs.size(), found.compared, found.clusters.size(), cpu_seconds() - before);
}

}  // namespace

void retrieval_of_answers(std::filesystem::path const& data) {
  if (there(data / "bankfaqs")) {
    auto const questions = read_bank_questions(data / "bankfaqs" / "BankFAQs.csv");
    report_bank_questions(questions);
    report_duplicates(questions);
  }
  if (!there(data / "banking77")) return;
  Utterances utterances;
  for (auto const& row : read_csv(data / "banking77" / "train.csv")) utterances.add(row);
  for (auto const& row : read_csv(data / "banking77" / "test.csv")) utterances.ask(row);
  fmt::print("Banking77: {} utterances, {} asked\n", utterances.passages.size(), utterances.asked.size());
  try_utterances(utterances, chosen_for_utterances(), "nearest utterance",
                 {{"words", {.fusion = Fusion::words}}, {"words and vectors", {}}});
}

void retrieval_development(std::filesystem::path const& data) {
  if (there(data / "bankfaqs")) {
    auto const questions = read_bank_questions(data / "bankfaqs" / "BankFAQs.csv");
    try_bank_questions(questions, chosen_for_questions(), {}, "chosen", ways({10, 20, 40, 60}));
    try_bank_questions(questions, chosen_for_questions(), {.ridge = 1}, "ridge 1", ways({40}));
    auto options = chosen_for_questions();
    options.dimensions = 256;
    try_bank_questions(questions, options, {}, "256 dimensions", ways({40}));
  }
  if (!there(data / "banking77")) return;
  Utterances utterances;
  for (auto const& row : read_csv(data / "banking77" / "train.csv"))
    if (hash_of_words(row[0]) % 10 == 0)
      utterances.ask(row);
    else
      utterances.add(row);
  for (double const length : {0.3, 0.85}) {
    auto options = chosen_for_utterances();
    options.length = length;
    try_utterances(utterances, options, fmt::format("b {}", length), ways({5, 10, 20}));
  }
}

}  // namespace lepton::bench
