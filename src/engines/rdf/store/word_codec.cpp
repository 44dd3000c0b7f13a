#include "rdf/store/word_codec.h"

#include <algorithm>
#include <cstring>

namespace lepton::rdf {

namespace {

constexpr std::size_t longest_word = 64;
constexpr std::size_t most_shown = 8 << 20;    ///< bytes of text that a trainer looks at
constexpr std::size_t most_counted = 1 << 18;  ///< different words that it remembers
constexpr std::size_t least_saving = 24;       ///< bytes that a word must save to earn its place in the list
constexpr unsigned char escape = 255;
constexpr unsigned char first_word = 128;

bool is_letter(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte >= 128 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/// The length of the word at the beginning: letters with the separator behind them, a character beyond ASCII, or a
/// separator.
std::size_t next_word(std::string_view text) {
  auto const lead = static_cast<unsigned char>(text[0]);
  std::size_t size = 0;
  if (lead >= 128) {
    // Languages without spaces: character by character.
    ++size;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80 && size < 4) ++size;
    return size;
  }
  while (size < text.size() && size < longest_word && is_letter(text[size]) &&
         static_cast<unsigned char>(text[size]) < 128)
    ++size;
  return size < text.size() && (size == 0 || !is_letter(text[size])) ? size + 1 : size;
}

void append_plain(std::string_view text, std::string& out) {
  for (char const c : text) {
    if (static_cast<unsigned char>(c) >= first_word) out.push_back(static_cast<char>(escape));
    out.push_back(c);
  }
}

std::size_t plain_size(std::string_view text) {
  std::size_t const wide = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 128; }));
  return text.size() + wide;
}

}  // namespace

void WordCodec::Trainer::show(std::string_view text) {
  if (bytes_ > most_shown) return;
  bytes_ += text.size();
  while (!text.empty()) {
    std::string const word(text.substr(0, next_word(text)));
    text.remove_prefix(word.size());
    if (plain_size(word) <= 2) continue;
    if (counts_.size() < most_counted) {
      ++counts_[word];
    } else if (auto const known = counts_.find(word); known != counts_.end()) {
      ++known->second;
    }
  }
}

std::vector<std::string> WordCodec::Trainer::words() const {
  struct Candidate {
    std::string const* word;
    std::uint64_t saving;
  };
  std::vector<Candidate> candidates;
  for (auto const& [word, count] : counts_) {
    std::uint64_t const saving = count * (plain_size(word) - 2);
    if (saving > word.size() + sizeof(std::uint32_t) + least_saving) candidates.push_back({&word, saving});
  }
  std::ranges::sort(candidates, [](Candidate const& a, Candidate const& b) {
    return a.saving != b.saving ? a.saving > b.saving : *a.word < *b.word;
  });
  if (candidates.size() > most_words) candidates.resize(most_words);
  std::vector<std::string> out;
  for (auto const& one : candidates) out.push_back(*one.word);
  return out;
}

WordCodec::WordCodec(std::vector<std::string> const& words) : words_(words) {
  for (std::size_t i = 0; i < words_.size(); ++i) numbers_.emplace(words_[i], static_cast<std::uint16_t>(i));
}

void WordCodec::encode(std::string_view text, std::string& out) const {
  while (!text.empty()) {
    std::string_view const word = text.substr(0, next_word(text));
    text.remove_prefix(word.size());
    auto const known = numbers_.find(word);
    if (known == numbers_.end()) {
      append_plain(word, out);
      continue;
    }
    out.push_back(static_cast<char>(first_word + (known->second >> 8)));
    out.push_back(static_cast<char>(known->second & 255));
  }
}

std::string write_words(std::vector<std::string> const& words) {
  std::string out;
  std::uint32_t end = 0;
  for (auto const& word : words) {
    end += static_cast<std::uint32_t>(word.size());
    out.append(reinterpret_cast<char const*>(&end), sizeof end);
  }
  for (auto const& word : words) out += word;
  return out;
}

std::uint32_t WordReader::end(std::size_t word) const {
  std::uint32_t end = 0;
  std::memcpy(&end, ends_ + word * sizeof end, sizeof end);
  return end;
}

bool WordReader::decode(std::string_view coded, std::string& out, std::size_t most) const {
  std::size_t const limit = most < out.max_size() - out.size() ? out.size() + most : out.max_size();
  for (std::size_t i = 0; i < coded.size() && out.size() < limit; ++i) {
    std::size_t const plain = i;
    while (i < coded.size() && static_cast<unsigned char>(coded[i]) < first_word) ++i;
    out.append(coded.substr(plain, i - plain));
    if (i == coded.size()) break;
    auto const byte = static_cast<unsigned char>(coded[i]);
    if (++i == coded.size()) return false;
    if (byte == escape) {
      out.push_back(coded[i]);
      continue;
    }
    std::size_t const word = std::size_t{byte - 128U} << 8 | static_cast<unsigned char>(coded[i]);
    if (word >= count_) return false;
    std::size_t const begin = word == 0 ? 0 : end(word - 1);
    std::size_t const stop = end(word);
    if (begin > stop || stop > size_) return false;
    out.append(bytes_ + begin, stop - begin);
  }
  if (out.size() > limit) out.resize(limit);
  return true;
}

}  // namespace lepton::rdf
