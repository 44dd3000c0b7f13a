#include "text/word_discovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "base/error.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

/// How often characters stand together, and how much what follows them varies.
struct Gram {
  std::uint32_t count = 0;
  double freedom = 0;  ///< bits
};
using Grams = std::unordered_map<std::u16string_view, Gram>;

/// Places of a text in the order of the characters from there on, so that equal beginnings lie side by side.
class SortedPlaces {
 public:
  SortedPlaces(Call const& call, std::u16string_view runs, std::size_t depth) : runs_(runs) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> keys;
    for (std::uint32_t at = 0; at < runs.size(); ++at)
      if (runs[at] != 0) keys.emplace_back(key(at), at);
    std::size_t compared = 0;
    std::sort(keys.begin(), keys.end(), [&](auto const& a, auto const& b) {
      if (++compared % (std::size_t{1} << 20) == 0) call.proceed();
      return a.first != b.first ? a.first < b.first : from(a.second, depth) < from(b.second, depth);
    });
    for (auto const& [first, place] : keys) places_.push_back(place);
  }

  /// Calls `take` for each run of `length` characters that comes `least` times or more.
  template <typename Take>
  void for_each(std::size_t length, std::size_t least, Take const& take) const {
    for (std::size_t begin = 0; begin < places_.size();) {
      auto const gram = from(places_[begin], length);
      auto end = begin + 1;
      while (end < places_.size() && from(places_[end], length) == gram) ++end;
      bool const whole = gram.size() == length && gram.find(u'\0') == std::u16string_view::npos;
      if (whole && end - begin >= least)
        take(gram, Gram{static_cast<std::uint32_t>(end - begin), freedom(begin, end, length)});
      begin = end;
    }
  }

 private:
  [[nodiscard]] std::u16string_view from(std::uint32_t place, std::size_t length) const {
    auto const part = runs_.substr(place, length);
    return part.substr(0, part.find(u'\0'));
  }

  /// The first four characters, by which most places differ; 0 behind the end of a run.
  [[nodiscard]] std::uint64_t key(std::uint32_t place) const {
    std::uint64_t key = 0;
    auto const part = from(place, 4);
    for (std::size_t i = 0; i < 4; ++i) key = key << 16 | (i < part.size() ? part[i] : u'\0');
    return key;
  }

  /// Entropy of what follows; each end of a run is another thing.
  [[nodiscard]] double freedom(std::size_t begin, std::size_t end, std::size_t length) const {
    auto const all = static_cast<double>(end - begin);
    double bits = 0;
    for (auto at = begin; at < end;) {
      char16_t const next = runs_[places_[at] + length];
      auto to = at + 1;
      while (next != 0 && to < end && runs_[places_[to] + length] == next) ++to;
      double const share = static_cast<double>(to - at) / all;
      bits -= share * std::log2(share);
      at = to;
    }
    return bits;
  }

  std::u16string_view runs_;
  std::vector<std::uint32_t> places_;
};

void check_discovery(DiscoveryOptions const& options) {
  if (options.longest < 2 || options.longest > longest_found)
    throw invalid(
        fmt::format("words of at most {} characters are sought, expected 2 to {}", options.longest, longest_found));
  if (options.least_count < 1) throw invalid("words that come 0 times are sought, expected at least 1");
}

/// Bits by which the characters are more frequent than the best of their two parts would be by chance.
double cohesion_of(std::u16string_view gram, Grams const& grams, double characters) {
  auto const share = [&](std::u16string_view part) { return grams.at(part).count / characters; };
  double least = std::numeric_limits<double>::max();
  for (std::size_t cut = 1; cut < gram.size(); ++cut)
    least = std::min(least, std::log2(share(gram) / (share(gram.substr(0, cut)) * share(gram.substr(cut)))));
  return least;
}

std::string to_utf8(std::u16string_view characters) {
  std::string out;
  for (auto const character : characters) append(out, character);
  return out;
}

}  // namespace

void WordDiscovery::add(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto const [character, bytes] = decode(text, at);
    at += bytes;
    if (is_han(character) && character <= 0xFFFF) {
      runs_ += static_cast<char16_t>(character);
      ++characters_;
    } else if (runs_.back() != 0) {
      runs_ += u'\0';
    }
  }
  if (runs_.back() != 0) runs_ += u'\0';
}

std::vector<FoundWord> WordDiscovery::find(Call const& call, DiscoveryOptions const& options) const {
  check_discovery(options);
  if (runs_.size() > std::numeric_limits<std::uint32_t>::max())
    throw exhausted("words are found in at most 4 billion characters: add fewer texts");
  Grams grams;
  SortedPlaces const forwards(call, runs_, options.longest + 1);
  for (std::size_t length = 1; length <= options.longest; ++length)
    forwards.for_each(length, options.least_count, [&](auto const& gram, Gram const& seen) { grams[gram] = seen; });
  std::u16string const reversed(runs_.rbegin(), runs_.rend());
  SortedPlaces const backwards(call, reversed, options.longest + 1);
  std::vector<FoundWord> found;
  auto const characters = static_cast<double>(characters_);
  for (std::size_t length = 2; length <= options.longest; ++length)
    backwards.for_each(length, options.least_count, [&](auto const& mirrored, Gram const& seen) {
      std::u16string const gram(mirrored.rbegin(), mirrored.rend());
      double const freedom = std::min(seen.freedom, grams.at(gram).freedom);
      double const cohesion = cohesion_of(gram, grams, characters);
      if (freedom >= options.least_freedom && cohesion >= options.least_cohesion)
        found.push_back({to_utf8(gram), seen.count, cohesion, freedom});
    });
  std::sort(found.begin(), found.end(),
            [](auto const& a, auto const& b) { return a.count != b.count ? a.count > b.count : a.word < b.word; });
  return found;
}

}  // namespace lepton::text
