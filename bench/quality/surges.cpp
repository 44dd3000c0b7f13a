// Dated news of 1987: on which days do stories speak of collapse more often than their past explains?
#include <fmt/format.h>

#include <cctype>
#include <cstdio>
#include <map>
#include <set>

#include "anomaly/burst_detector.h"
#include "quality.h"
#include "reuters_stories.h"
#include "text/vocabulary.h"

namespace lepton::bench {
namespace {

using anomaly::BurstDetector;

/// The words of a story, each once.
struct Story {
  std::string day;  ///< "02-26"
  std::set<std::string> words;
};

/// " 7-APR-1987 15:01:01.79" → "04-07".
std::string day_of(std::string_view date) {
  static std::map<std::string_view, int> const months{{"JAN", 1}, {"FEB", 2},  {"MAR", 3},  {"APR", 4},
                                                      {"MAY", 5}, {"JUN", 6},  {"JUL", 7},  {"AUG", 8},
                                                      {"SEP", 9}, {"OCT", 10}, {"NOV", 11}, {"DEC", 12}};
  while (date.starts_with(' ')) date.remove_prefix(1);
  auto const dash = date.find('-');
  if (dash == std::string_view::npos || dash + 4 > date.size()) return {};
  auto const month = months.find(date.substr(dash + 1, 3));
  return month == months.end() ? std::string() : fmt::format("{:02}-{:0>2}", month->second, date.substr(0, dash));
}

/// Stories that are no company results, whose form drowns all else.
std::vector<Story> read_stories(std::filesystem::path const& folder) {
  std::vector<Story> stories;
  for_each_reuters_story(folder, [&](std::string_view story) {
    if (between(story, "<TOPICS>", "</TOPICS>").find("<D>earn</D>") != std::string_view::npos) return;
    Story read{day_of(between(story, "<DATE>", "</DATE>")), {}};
    std::string word;
    for (char const c : between(story, "<TEXT", "</TEXT>")) {
      if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        continue;
      }
      if (word.size() > 2) read.words.insert(word);
      word.clear();
    }
    if (!read.day.empty()) stories.push_back(std::move(read));
  });
  return stories;
}

bool speaks_of_collapse(Story const& story) {
  for (auto const* stem : {"crash", "plunge", "plunging", "collaps", "panic"})
    if (auto const found = story.words.lower_bound(stem); found != story.words.end() && found->starts_with(stem))
      return true;
  return false;
}

struct Day {
  std::uint64_t stories = 0, collapse = 0;
  std::vector<std::uint64_t> words;
};

}  // namespace

void surges(std::filesystem::path const& data) {
  auto const folder = data / "reuters21578";
  if (!std::filesystem::exists(folder)) {
    fmt::print("surges: skipped, {} is not there\n", folder.string());
    return;
  }
  auto const stories = read_stories(folder);
  text::Vocabulary all;
  for (auto const& story : stories)
    for (auto const& word : story.words) all.add(word);
  auto const vocabulary = all.frequent(20, 20'000);
  std::map<std::string, Day> days;
  for (auto const& story : stories) {
    auto& day = days[story.day];
    day.words.resize(vocabulary.size());
    ++day.stories;
    day.collapse += speaks_of_collapse(story) ? 1 : 0;
    for (auto const& word : story.words)
      if (auto const number = vocabulary.find(word); number != text::Vocabulary::absent) ++day.words[number];
  }
  BurstDetector collapse(1, {}), words(vocabulary.size(), {});
  std::size_t before = 0, found = 0;
  for (auto const& [name, day] : days) {
    std::vector<std::uint64_t> const count{day.collapse};
    auto const alarms = collapse.next(day.stories, count);
    auto const bursts = words.next(day.stories, day.words);
    bool const black_monday = name >= "10-19";
    (black_monday ? found : before) += alarms.size();
    if (alarms.empty() && !black_monday) continue;
    std::string most;
    for (std::size_t i = 0; i < std::min<std::size_t>(bursts.size(), 8); ++i)
      most += fmt::format(" {}", vocabulary.word(static_cast<std::uint32_t>(bursts[i].series)));
    fmt::print("surges, {}: {} of {} stories speak of collapse{}; {} words burst:{}\n", name, day.collapse, day.stories,
               alarms.empty()
                   ? ", no alarm"
                   : fmt::format(", {:.1f} expected, p {:.1g}: alarm", alarms[0].expected, alarms[0].p_value),
               bursts.size(), most);
  }
  fmt::print("surges: {} days of {} stories; alarms on 19 and 20 October: {}, on the days before: {}\n", days.size(),
             stories.size(), found, before);
}

}  // namespace lepton::bench
