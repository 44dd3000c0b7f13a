#include "unlabelled_text.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdio>
#include <cstring>
#include <optional>
#include <unordered_set>

#include "base/file.h"
#include "learn/class_corpus.h"
#include "quality.h"
#include "reuters_stories.h"
#include "text/hash.h"
#include "text/lines.h"
#include "text/utf8.h"

namespace lepton::bench {
namespace {

/// A file of stories, each behind a line "=== where it came from".
void read_headed(std::filesystem::path const& path, std::vector<std::string>& stories) {
  auto const file = read_file(path);
  std::string_view const text = file;
  for (std::size_t at = text.find("=== "); at != std::string_view::npos;) {
    auto const next = text.find("\n=== ", at);
    auto const story = text.substr(at, next == std::string_view::npos ? next : next - at);
    auto const head = story.find('\n');
    if (head != std::string_view::npos) stories.emplace_back(story.substr(head + 1));
    at = next == std::string_view::npos ? next : next + 1;
  }
}

std::string without_entities(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("&lt;")) {
      out += '<';
      at += 3;
    } else if (text.substr(at).starts_with("&amp;")) {
      out += '&';
      at += 4;
    } else if (text.substr(at).starts_with("&#")) {
      at = std::min(text.find(';', at), text.size());
    } else {
      out += text[at];
    }
  }
  return out;
}

void read_bodies(std::filesystem::path const& folder, std::vector<std::string>& stories) {
  for_each_reuters_story(folder, [&](std::string_view story) {
    auto const body = between(story, "<BODY>", "</BODY>");
    if (!body.empty()) stories.push_back(without_entities(body));
  });
}

/// A line a text, the heading of a table included.
void read_lines(std::filesystem::path const& path, std::vector<std::string>& texts) {
  text::for_each_line(read_file(path), [&](std::string_view line, std::size_t) { texts.emplace_back(line); });
}

/// Phrases of eight words, whatever cut the text into tokens: runs of Latin letters in lower case, and each character
/// that is none of ASCII.
class Phrases {
 public:
  static constexpr std::size_t length = 8;

  void add(learn::LabelledDocument const& labelled) {
    std::string all;
    for (auto const word : labelled.document.words) {
      all += word;
      all += ' ';
    }
    each(all, [&](std::uint64_t hash) { known_.insert(hash); });
  }
  [[nodiscard]] bool any_in(std::string_view text) const {
    bool found = false;
    each(text, [&](std::uint64_t hash) { found = found || known_.count(hash) != 0; });
    return found;
  }

 private:
  template <typename Seen>
  static void each(std::string_view text, Seen const& seen) {
    std::vector<std::uint64_t> words;
    auto const add = [&](std::string_view word) {
      words.push_back(text::hash64(word));
      if (words.size() < length) return;
      std::uint64_t hash = 1;
      for (std::size_t i = words.size() - length; i < words.size(); ++i) hash = text::combine(hash, words[i]);
      seen(hash);
    };
    std::string letters;
    for (std::size_t at = 0; at < text.size();) {
      auto const [character, bytes] = text::decode(text, at);
      bool const letter = character < 0x80 && std::isalpha(static_cast<int>(character)) != 0;
      if (letter) letters += static_cast<char>(std::tolower(static_cast<int>(character)));
      if (!letter && !letters.empty()) {
        add(letters);
        letters.clear();
      }
      if (character >= 0x80) add(text.substr(at, bytes));
      at += bytes;
    }
    if (!letters.empty()) add(letters);
  }

  std::unordered_set<std::uint64_t> known_;
};

std::uint64_t digest_of(runtime::TagUnit unit, std::vector<std::string_view> const& texts,
                        std::vector<std::vector<learn::LabelledDocument>> const& read) {
  std::uint64_t digest = text::combine(4, static_cast<std::uint64_t>(unit));
  for (auto const text : texts) digest = text::combine(digest, text::hash64(text));
  for (auto const& documents : read)
    for (auto const& labelled : documents)
      for (auto const word : labelled.document.words) digest = text::combine(digest, text::hash64(word));
  return digest;
}

std::filesystem::path with_suffix(std::filesystem::path path, char const* suffix) {
  path += suffix;
  return path;
}

/// What word_knowledge() said before: classes as lines, vectors as floats, how many numbers one has as the last.
std::optional<learn::WordKnowledge> read_words(std::filesystem::path const& cache) {
  auto const classes = with_suffix(cache, ".tsv"), vectors = with_suffix(cache, ".f32");
  if (!std::filesystem::exists(classes) || !std::filesystem::exists(vectors)) return {};
  fmt::print("words: taken from {}\n", classes.string());
  learn::WordKnowledge words;
  words.classes = text::ClassLexicon::read(read_file(classes));
  auto const bytes = read_file(vectors);
  words.vectors.resize(bytes.size() / sizeof(float));
  std::memcpy(words.vectors.data(), bytes.data(), words.vectors.size() * sizeof(float));
  words.dimensions = static_cast<std::size_t>(words.vectors.back());
  words.vectors.pop_back();
  return words;
}

void write_words(std::filesystem::path const& cache, learn::WordKnowledge const& words) {
  auto numbers = words.vectors;
  numbers.push_back(static_cast<float>(words.dimensions));
  std::string bytes(numbers.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  write_file_atomically(with_suffix(cache, ".f32"), bytes);
  write_file_atomically(with_suffix(cache, ".tsv"), words.classes.write());
}

}  // namespace

std::vector<std::string> english_texts(std::filesystem::path const& data) {
  std::vector<std::string> texts;
  for (auto const* name : {"reuters_c50", "bbc"}) read_headed(data / name / "all.txt", texts);
  read_bodies(data / "reuters21578", texts);
  return texts;
}

std::vector<std::string> chinese_texts(std::filesystem::path const& data) {
  std::vector<std::string> texts;
  for (auto const* name : {"thucnews_headlines/dev.txt", "thucnews_headlines/test.txt", "finnews_zh/test_data.csv",
                           "chnsenticorp_htl/ChnSentiCorp_htl_all.csv"})
    read_lines(data / name, texts);
  return texts;
}

std::vector<std::string> lines_of(std::filesystem::path const& file) {
  std::vector<std::string> lines;
  read_lines(file, lines);
  return lines;
}

std::vector<std::string> chinese_sentences(std::filesystem::path const& data) {
  std::vector<std::string> texts;
  std::string sentence;
  for (auto const& line : lines_of(data / "ner_msra" / "train.char.bio")) {
    sentence += line.substr(0, line.find_first_of(" \t\r"));
    if (!line.empty() && line != "\r") continue;
    texts.push_back(std::move(sentence));
    sentence.clear();
  }
  constexpr std::string_view field = "\"text\": \"";
  for (auto const* name : {"train.json", "dev.json", "test.json"})
    for (auto const& line : lines_of(data / "ner_cluener" / name))
      if (auto const at = line.find(field); at != std::string::npos) texts.push_back(line.substr(at + field.size()));
  return texts;
}

learn::WordKnowledge word_knowledge(runtime::TagUnit unit, std::vector<std::string> const& texts,
                                    std::vector<std::vector<learn::LabelledDocument>> const& read,
                                    std::vector<std::vector<learn::LabelledDocument>> const& asked) {
  SystemClock const clock;
  Phrases phrases;
  for (auto const& documents : asked)
    for (auto const& document : documents) phrases.add(document);
  std::vector<std::string_view> kept;
  for (auto const& text : texts)
    if (!phrases.any_in(text)) kept.push_back(text);
  fmt::print("words: {} texts, {} that share words with what is asked left out\n", texts.size(),
             texts.size() - kept.size());
  auto const cache =
      std::filesystem::path(LEPTON_BENCH_CACHE) / fmt::format("words.{:016x}", digest_of(unit, kept, read));
  if (auto found = read_words(cache)) return std::move(*found);
  double const before = cpu_seconds();
  learn::ClassCorpus corpus(unit);
  for (auto const text : kept) corpus.add(text);
  for (auto const& documents : read)
    for (auto const& labelled : documents) corpus.add(labelled.document);
  double const counted = cpu_seconds();
  auto words = corpus.learn(system_call(clock), {});
  fmt::print("words: {} of {} tokens, counted in {:.0f} s of CPU, learnt in {:.0f} s\n", words.classes.size(),
             corpus.tokens(), counted - before, cpu_seconds() - counted);
  write_words(cache, words);
  return words;
}

}  // namespace lepton::bench
