// How fast a large index answers. Passages are two sentences of news each, drawn at random (seed 1) from all sentences
// of Reuters-21578, Reuters C50 and BBC: their words are as frequent as in news, no two passages are the same.
// Questions are those of the bank and headlines of AG News, none of which is among the sentences.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <unordered_set>

#include "base/call.h"
#include "base/file.h"
#include "learn/csv.h"
#include "quality.h"
#include "retrieval/index_writer.h"
#include "text/breaks.h"

namespace lepton::bench {
namespace {

using namespace retrieval;
using Clock = std::chrono::steady_clock;

constexpr std::size_t shortest_sentence = 40, longest_sentence = 400;  // bytes
constexpr std::size_t asked = 400, asked_exactly = 40, wanted = 10;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Distinct sentences, one line each.
class Sentences {
 public:
  void add(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); at += text::longest_text / 2)
      for (auto const span : breaker_.cut(text.substr(at, text::longest_text / 2))) add_one(span.of(text.substr(at)));
  }
  [[nodiscard]] std::vector<std::string> const& all() const { return all_; }

 private:
  void add_one(std::string_view sentence) {
    std::string line;
    for (char const c : sentence)
      if (c > ' ' || c < 0)
        line += c;
      else if (!line.empty() && line.back() != ' ')
        line += ' ';
    bool const fits = line.size() >= shortest_sentence && line.size() <= longest_sentence;
    if (fits && line.find('<') == std::string::npos && seen_.insert(line).second) all_.push_back(std::move(line));
  }

  text::Breaker breaker_{text::Breaker::Unit::sentence};
  std::unordered_set<std::string> seen_;
  std::vector<std::string> all_;
};

std::vector<std::string> read_sentences(std::filesystem::path const& data) {
  Sentences sentences;
  for (std::string const name : {"reuters_c50", "bbc"}) sentences.add(read_file(data / name / "all.txt"));
  for (int part = 0; part < 22; ++part)
    sentences.add(read_file(data / "reuters21578" / fmt::format("reut2-{:03}.sgm", part)));
  return sentences.all();
}

std::vector<std::string> read_column(std::filesystem::path const& path, std::size_t column) {
  auto const text = read_file(path);
  learn::CsvReader reader(text);
  std::vector<std::string> values;
  for (std::vector<std::string_view> row; reader.next(row);) values.emplace_back(row.at(column));
  return values;
}

/// Half of them from each list, evenly chosen.
std::vector<std::string> read_questions(std::filesystem::path const& data) {
  std::vector<std::string> questions;
  for (auto const& list :
       {read_column(data / "bankfaqs" / "BankFAQs.csv", 0), read_column(data / "agnews" / "test.csv", 1)})
    for (std::size_t i = 0; i < asked / 2; ++i) questions.push_back(list[i * list.size() / (asked / 2)]);
  return questions;
}

std::string build(std::vector<std::string> const& sentences, std::size_t passages) {
  SystemClock const clock;
  std::mt19937_64 random(1);
  IndexWriter writer(IndexOptions{});
  auto const draw = [&] {
    std::string_view const sentence = sentences[random() % sentences.size()];
    return std::pair(sentence, std::min(sentence.find(' ', sentence.size() / 2), sentence.size()));
  };
  for (std::size_t i = 0; i < passages; ++i) {
    auto const [first, middle] = draw();
    auto const [second, from] = draw();
    writer.put({fmt::format("{}", i), {fmt::format("{}{}", first.substr(0, middle), second.substr(from))}});
  }
  writer.learn({});
  return writer.finish(system_call(clock));
}

std::vector<std::string> keys_of(std::vector<Hit> const& hits) {
  std::vector<std::string> keys;
  for (auto const& hit : hits) keys.push_back(hit.key);
  return keys;
}

/// What stands among the first ten when every passage is looked at, and how much of that a search finds.
double recall(Call const& call, Index const& index, std::vector<std::string> const& questions) {
  std::size_t found = 0, right = 0;
  for (std::size_t i = 0; i < asked_exactly; ++i) {
    auto const& question = questions[i * questions.size() / asked_exactly];
    auto const exact = keys_of(index.search(call, question, {.most = wanted, .exact = true}));
    auto const quick = keys_of(index.search(call, question, {.most = wanted}));
    for (auto const& key : exact) found += std::count(quick.begin(), quick.end(), key) > 0 ? 1 : 0;
    right += exact.size();
  }
  return static_cast<double>(found) / static_cast<double>(right);
}

void print_times(Call const& call, Index const& index, std::vector<std::string> const& questions, std::string_view name,
                 SearchOptions const& options) {
  std::vector<double> times;
  for (auto const& question : questions) {
    double const before = cpu_seconds();
    (void)index.search(call, question, options);
    times.push_back(1000 * (cpu_seconds() - before));
  }
  std::sort(times.begin(), times.end());
  fmt::print("{:<20} p50 {:.2f} ms  p99 {:.2f} ms of CPU\n", name, times[times.size() / 2],
             times[times.size() * 99 / 100]);
}

void report(std::filesystem::path const& data, std::size_t passages) {
  for (std::string const name : {"reuters_c50", "bbc", "reuters21578", "bankfaqs", "agnews"})
    if (!std::filesystem::exists(data / name)) {
      fmt::print("skipped, {} is not there\n", (data / name).string());
      return;
    }
  auto const sentences = read_sentences(data);
  auto const questions = read_questions(data);
  double const before = cpu_seconds();
  auto const path = std::filesystem::temp_directory_path() / fmt::format("lepton-bench-{}.index", passages);
  write_file_atomically(path, build(sentences, passages));
  fmt::print("{} passages out of {} sentences: {:.0f} s of CPU to build, {:.0f} MB\n", passages, sentences.size(),
             cpu_seconds() - before, static_cast<double>(std::filesystem::file_size(path)) / 1e6);
  std::fflush(stdout);
  SystemClock const clock;
  auto const call = system_call(clock);
  auto const begin = Clock::now();
  double const loading = cpu_seconds();
  auto const index = Index::open(path);
  fmt::print("opened in {:.0f} ms, {:.0f} of CPU\n", 1000 * seconds_since(begin), 1000 * (cpu_seconds() - loading));
  for (auto const& question : questions) (void)index.search(call, question);
  print_times(call, index, questions, "words and vectors", {.most = wanted});
  print_times(call, index, questions, "words", {.most = wanted, .fusion = Fusion::words});
  print_times(call, index, questions, "vectors", {.most = wanted, .fusion = Fusion::vectors});
  std::fflush(stdout);
  fmt::print("recall of the exact ten: {:.3f}, {} questions\n", recall(call, index, questions), asked_exactly);
  std::filesystem::remove(path);
}

}  // namespace

void retrieval_speed(std::filesystem::path const& data) {
  report(data, 1'000'000);
}

void retrieval_speed_small(std::filesystem::path const& data) {
  report(data, 200'000);
}

}  // namespace lepton::bench
