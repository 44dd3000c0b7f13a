// How fast texts are cut into words, one thread; the last line tells it as JSON, for the peer beside it.
#include <fmt/format.h>

#include "base/file.h"
#include "base/json.h"
#include "learn/csv.h"
#include "quality.h"
#include "text/breaks.h"
#include "text/english.h"

namespace lepton::bench {
namespace {

struct Speed {
  std::size_t tokens = 0;
  double seconds = 0;
};

template <class Cut>
Speed speed_of(std::vector<std::string> const& texts, Cut const& cut) {
  Speed speed;
  double const begin = cpu_seconds();
  for (auto const& text : texts) speed.tokens += cut(text);
  speed.seconds = cpu_seconds() - begin;
  return speed;
}

void print(std::string_view name, Speed const& speed) {
  fmt::print("  {:<28} {:>9} tokens, {:>10.0f} a second of CPU\n", name, speed.tokens,
             static_cast<double>(speed.tokens) / speed.seconds);
}

}  // namespace

void tokens(std::filesystem::path const& data) {
  auto const file = data / "agnews/test.csv";
  if (!std::filesystem::exists(file)) {
    fmt::print("tokens: skipped, {} is not there\n", file.string());
    return;
  }
  auto const content = read_file(file);
  learn::CsvReader reader(content);
  std::vector<std::string> texts;
  for (std::vector<std::string_view> row; reader.next(row);) texts.emplace_back(row.at(2));
  text::Breaker words(text::Breaker::Unit::word);
  std::vector<text::Span> spans;
  auto const english = speed_of(texts, [&](std::string const& text) {
    spans.clear();
    text::tokenize_english(text, spans);
    return spans.size();
  });
  fmt::print("tokens of {} texts of news\n", texts.size());
  print("as newswire corpora do", english);
  print("words of Unicode, by ICU", speed_of(texts, [&](std::string const& text) { return words.cut(text).size(); }));
  fmt::print("{}\n", json::write(json::Object{{"tokens", english.tokens},
                                              {"speed", static_cast<double>(english.tokens) / english.seconds}}));
}

}  // namespace lepton::bench
