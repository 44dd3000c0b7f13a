#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lepton::rdf {

/// Shortens texts by the words that they have in common: a word of the list is two bytes, everything else stays as it
/// is. Each text is read by itself, at the speed of copying, which blocks of a general compressor would not allow. A
/// byte below 128 stands for itself; 255 goes before a byte that does not; others begin a word's number.
class WordCodec {
 public:
  static constexpr std::size_t most_words = 127 * 256;

  /// Chooses words from what it is shown, in bounded memory; one thread.
  class Trainer {
   public:
    void show(std::string_view text);
    /// The words that save most, longest saving first; none when it is not worth while.
    [[nodiscard]] std::vector<std::string> words() const;

   private:
    std::unordered_map<std::string, std::uint64_t> counts_;
    std::size_t bytes_ = 0;
  };

  explicit WordCodec(std::vector<std::string> const& words);
  void encode(std::string_view text, std::string& out) const;

 private:
  std::unordered_map<std::string_view, std::uint16_t> numbers_;
  std::vector<std::string> words_;
};

/// The list of words as it lies in a file: ends of all words as 32 bits each, then their bytes.
[[nodiscard]] std::string write_words(std::vector<std::string> const& words);

/// Reads texts back. A view of a list in memory that others own; any thread may call.
class WordReader {
 public:
  /// `count` words whose ends and bytes lie at `ends` and `bytes`, of which there are `size`.
  WordReader(char const* ends, std::size_t count, char const* bytes, std::size_t size)
      : ends_(ends), count_(count), bytes_(bytes), size_(size) {}
  /// Appends the text, or its first `most` bytes; false when `coded` cannot be what encode wrote.
  [[nodiscard]] bool decode(std::string_view coded, std::string& out, std::size_t most = std::string_view::npos) const;

 private:
  [[nodiscard]] std::uint32_t end(std::size_t word) const;

  char const* ends_;
  std::size_t count_;
  char const* bytes_;
  std::size_t size_;
};

}  // namespace lepton::rdf
