#include "rdf/store/text_index.h"

#include <algorithm>
#include <cstring>

#include "base/varint.h"

namespace lepton::rdf {

namespace {

constexpr std::uint64_t most_share = 2;   ///< a pattern that more than one in so many have does not tell enough
constexpr std::size_t few = 64;           ///< so few are looked at rather than made fewer by a walk over all keys
constexpr std::uint64_t keys_a_text = 8;  ///< that are walked over in the time it takes to look at a text

/// The numbers that have a fitting key for one pattern.
class Found {
 public:
  Found(TextIndex const& index, Call const& call) : index_(index), call_(call) {}

  void collect(text::KeyPattern const& pattern) {
    // Keys of one pattern are an interval, unless any beginning will do.
    std::string const from = pattern.open_begin ? std::string() : pattern.key;
    std::size_t seen = 0;
    index_.walk(from, [&](TextIndex::Entry const& entry) {
      if ((++seen & 4095) == 0) call_.proceed();
      if (pattern.open_begin) {
        if (static_cast<unsigned char>(entry.key.front()) >= 0x80) return false;  // runs are ASCII, and stand first
      } else if (!entry.key.starts_with(pattern.key)) {
        return false;
      }
      if (pattern.fits(entry.key)) add(entry);
      return (pattern.open_begin || pattern.open_end) && !is_too_much();
    });
  }

  [[nodiscard]] bool is_too_much() const { return total_ > index_.count() / most_share; }

  [[nodiscard]] std::vector<std::uint64_t> numbers() {
    if (lists_ > 1) {
      std::ranges::sort(numbers_);
      numbers_.erase(std::ranges::unique(numbers_).begin(), numbers_.end());
    }
    return std::move(numbers_);
  }

 private:
  void add(TextIndex::Entry const& entry) {
    total_ += entry.count;
    ++lists_;
    if (is_too_much()) return;
    index_.read(entry, [&](std::uint64_t number) { numbers_.push_back(number); });
  }

  TextIndex const& index_;
  Call const& call_;
  std::vector<std::uint64_t> numbers_;
  std::uint64_t total_ = 0;
  std::size_t lists_ = 0;
};

}  // namespace

TextIndex::TextIndex(std::filesystem::path path) : file_(std::move(path)) {
  if (file_.size() < sizeof footer_) file_.damaged(0);
  std::uint64_t const at = file_.size() - sizeof footer_;
  std::memcpy(&footer_, file_.view(at, sizeof footer_), sizeof footer_);
  if (footer_.magic != TextIndexFooter{}.magic || footer_.count == 0) file_.damaged(at);
}

std::uint64_t TextIndex::blocks() const {
  return (footer_.keys + text_block_keys - 1) / text_block_keys;
}

std::uint64_t TextIndex::place_of(std::uint64_t block) const {
  std::uint64_t place = 0;
  std::memcpy(&place, file_.view(footer_.blocks + block * sizeof place, sizeof place), sizeof place);
  return place;
}

std::string_view TextIndex::block(std::uint64_t number) const {
  std::uint64_t const begin = place_of(number);
  std::uint64_t const end = place_of(number + 1);
  if (end < begin) file_.damaged(begin);
  return {file_.view(begin, end - begin), end - begin};
}

/// It stands whole at the beginning of its block.
std::string_view TextIndex::first_key(std::uint64_t number) const {
  std::string_view const bytes = block(number);
  char const* at = bytes.data();
  char const* const end = at + bytes.size();
  std::uint64_t const shared = get_varint(at, end);
  std::uint64_t const rest = get_varint(at, end);
  if (shared != 0 || rest == 0 || rest > static_cast<std::uint64_t>(end - at)) file_.damaged(place_of(number));
  return {at, rest};
}

bool TextIndex::walk_block(std::uint64_t number, std::string_view from,
                           std::function<bool(Entry const&)> const& take) const {
  std::string_view const bytes = block(number);
  char const* at = bytes.data();
  char const* const end = at + bytes.size();
  std::string key;
  std::uint64_t const keys = std::min(text_block_keys, footer_.keys - number * text_block_keys);
  for (std::uint64_t i = 0; i < keys; ++i) {
    std::uint64_t const shared = get_varint(at, end);
    std::uint64_t const rest = get_varint(at, end);
    bool const fits = shared <= key.size() && rest > 0 && rest <= static_cast<std::uint64_t>(end - at);
    // Who walks on from the last key that he saw relies on their sequence.
    if (!fits || (shared < key.size() && static_cast<unsigned char>(*at) <= static_cast<unsigned char>(key[shared])))
      file_.damaged(place_of(number));
    key.resize(shared);
    key.append(at, rest);
    at += rest;
    std::uint64_t const count = get_varint(at, end);
    std::uint64_t const size = get_varint(at, end);
    if (size > static_cast<std::uint64_t>(end - at) || count > size) file_.damaged(place_of(number));
    Entry const entry{key, count, {at, size}};
    at += size;
    if (entry.key >= from && !take(entry)) return false;
  }
  return true;
}

void TextIndex::walk(std::string_view from, std::function<bool(Entry const&)> const& take) const {
  // The last block whose first key is not behind `from`.
  std::uint64_t low = 0;
  std::uint64_t high = blocks();
  while (low + 1 < high) {
    std::uint64_t const middle = low + (high - low) / 2;
    (first_key(middle) <= from ? low : high) = middle;
  }
  for (std::string last; low < blocks(); ++low) {
    if (first_key(low) <= last) file_.damaged(place_of(low));
    auto const remember = [&](Entry const& entry) {
      last = entry.key;
      return take(entry);
    };
    if (!walk_block(low, from, remember)) return;
  }
}

void TextIndex::read(Entry const& entry, std::function<void(std::uint64_t)> const& take) const {
  char const* at = entry.postings.data();
  char const* const end = at + entry.postings.size();
  std::uint64_t place = 0;  // behind the last number, from first()
  for (std::uint64_t i = 0; i < entry.count; ++i) {
    place += get_varint(at, end);
    if (place == 0 || place > footer_.count) file_.damaged(footer_.blocks);
    take(footer_.first + place - 1);
  }
}

std::optional<std::vector<std::uint64_t>> TextIndex::find(Call const& call, TextQuery const& query) const {
  bool const may_walk = footer_.keys / keys_a_text <= query.texts;
  std::optional<std::vector<std::uint64_t>> found;
  // Patterns that need a walk over all keys come last, and only where there is something to gain.
  for (bool const walks : {false, true}) {
    if (walks && (!may_walk || (found && found->size() <= few))) break;
    for (text::KeyPattern const& pattern : query.patterns) {
      if (pattern.open_begin != walks) continue;
      Found one(*this, call);
      one.collect(pattern);
      if (one.is_too_much()) continue;
      auto numbers = one.numbers();
      if (found) {
        std::vector<std::uint64_t> both;
        std::ranges::set_intersection(*found, numbers, std::back_inserter(both));
        numbers = std::move(both);
      }
      found = std::move(numbers);
    }
  }
  return found;
}

}  // namespace lepton::rdf
