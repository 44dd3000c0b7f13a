#include "embed/resolve/comparable_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "text/hash.h"
#include "text/normal.h"
#include "text/utf8.h"

namespace lepton::embed {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_plain(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z');
}

void push_word(std::string& word, std::vector<std::string>& words) {
  if (word.empty()) return;
  while (word.ends_with('.')) word.pop_back();
  // "11.0" and "11" are the same version.
  if (word.ends_with(".0")) word.resize(word.size() - 2);
  words.push_back(std::move(word));
  word.clear();
}

/// Hashes of every three characters in a row of the words run together.
void pieces_of(std::vector<std::string> const& words, std::vector<std::uint32_t>& pieces) {
  std::string joined;
  for (auto const& word : words) joined += word;
  if (joined.empty()) return;
  if (joined.size() < 3) joined.resize(3, ' ');
  for (std::size_t i = 0; i + 3 <= joined.size(); ++i)
    pieces.push_back(static_cast<std::uint32_t>(text::hash64({joined.data() + i, 3}) >> 32));
}

template <typename Values>
void make_distinct(Values& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// Columns of both tables with the same name.
std::vector<std::string> shared_fields(RecordTable const& left, RecordTable const* right) {
  std::vector<std::string> names;
  for (auto const& name : left.fields())
    if (right == nullptr || std::find(right->fields().begin(), right->fields().end(), name) != right->fields().end())
      names.push_back(name);
  if (names.empty()) throw invalid("the two tables have no field of the same name");
  return names;
}

std::vector<std::size_t> columns_of(RecordTable const& table, std::vector<std::string> const& names) {
  std::vector<std::size_t> columns;
  for (auto const& name : names)
    columns.push_back(static_cast<std::size_t>(std::find(table.fields().begin(), table.fields().end(), name) -
                                               table.fields().begin()));
  return columns;
}

}  // namespace

std::uint32_t WordTable::add(std::string_view word) {
  if (auto const found = numbers_.find(word); found != numbers_.end()) return found->second;
  auto const number = static_cast<std::uint32_t>(words_.size());
  numbers_.emplace(word, number);
  words_.emplace_back(word);
  counts_.push_back(0);
  return number;
}

void WordTable::finish(std::size_t records) {
  rarity_.resize(words_.size());
  for (std::size_t i = 0; i < words_.size(); ++i)
    rarity_[i] = std::log(static_cast<float>(records + 1) / static_cast<float>(std::max(1u, counts_[i])));
}

void split_words(std::string_view text, std::vector<std::string>& words) {
  words.clear();
  std::string word;
  for (std::size_t at = 0; at < text.size() && words.size() < ComparableRecords::most_words;) {
    char const c = text[at];
    if (static_cast<unsigned char>(c) < 0x80) {
      bool const point =
          c == '.' && !word.empty() && is_digit(word.back()) && at + 1 < text.size() && is_digit(text[at + 1]);
      if (is_plain(c) || point)
        word += c;
      else if (c != '\'')
        push_word(word, words);
      ++at;
      continue;
    }
    auto const [character, bytes] = text::decode(text, at);
    if (text::is_han(character)) {
      push_word(word, words);
      words.emplace_back(text.substr(at, bytes));
    } else if (character >= 0x2000 && character < 0x3100) {  // punctuation and symbols
      push_word(word, words);
    } else if (character != text::replacement) {
      word += text.substr(at, bytes);
    }
    at += bytes;
  }
  push_word(word, words);
}

std::optional<double> find_number(std::string_view text) {
  std::string digits;
  for (char const c : text) {
    if (c == ',' || c == ' ' || c == '$') continue;
    digits += c;
  }
  double value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

ComparableRecords::ComparableRecords(Call const& call, RecordTable const& left, RecordTable const* right)
    : names_(shared_fields(left, right)), profiles_(names_.size()), zero_is_absent_(names_.size()) {
  auto const left_columns = columns_of(left, names_);
  auto const right_columns = right != nullptr ? columns_of(*right, names_) : std::vector<std::size_t>{};
  choose_kinds(left, right, left_columns, right_columns);
  read(call, left, left_columns);
  left_ = records_;
  if (right != nullptr) read(call, *right, right_columns);
  weigh();
  choose_key();
}

void ComparableRecords::choose_kinds(RecordTable const& left, RecordTable const* right,
                                     std::span<std::size_t const> left_columns,
                                     std::span<std::size_t const> right_columns) {
  for (std::size_t field = 0; field < names_.size(); ++field) {
    std::size_t filled = 0, numbers = 0, zeros = 0, negative = 0, bytes = 0, total = 0;
    auto const look = [&](RecordTable const& table, std::size_t column) {
      total += table.size();
      for (std::size_t i = 0; i < table.size(); ++i) {
        auto const value = table.value(i, column);
        if (value.empty()) continue;
        ++filled;
        bytes += value.size();
        auto const number = find_number(value);
        if (!number) continue;
        ++numbers;
        zeros += *number == 0 ? 1 : 0;
        negative += *number < 0 ? 1 : 0;
      }
    };
    look(left, left_columns[field]);
    if (right != nullptr) look(*right, right_columns[field]);
    auto& profile = profiles_[field];
    auto const values = static_cast<double>(std::max<std::size_t>(1, filled));
    profile.filled = static_cast<double>(filled) / static_cast<double>(std::max<std::size_t>(1, total));
    profile.mean_length = static_cast<double>(bytes) / values;
    bool const number = static_cast<double>(numbers) > 0.8 * values;
    profile.kind = number                       ? FieldKind::number
                   : profile.mean_length <= 100 ? FieldKind::short_text
                                                : FieldKind::long_text;
    // A price of 0 stands for one that is not known.
    zero_is_absent_[field] = number && negative == 0 && static_cast<double>(zeros) > 0.01 * values;
  }
}

void ComparableRecords::read(Call const& call, RecordTable const& table, std::span<std::size_t const> columns) {
  std::vector<std::string> words;
  std::vector<std::uint32_t> ids, all, pieces;
  for (std::size_t record = 0; record < table.size(); ++record) {
    if (record % 1024 == 0) call.proceed();
    all.clear();
    for (std::size_t field = 0; field < names_.size(); ++field) {
      auto const value = table.value(record, columns[field]);
      auto const kind = profiles_[field].kind;
      ids.clear();
      pieces.clear();
      double number = std::numeric_limits<double>::quiet_NaN();
      if (kind == FieldKind::number) {
        auto const found = find_number(value);
        if (found && !(*found == 0 && zero_is_absent_[field])) number = *found;
      } else {
        split_words(text::normalise(value, {.compatibility = true, .case_folded = true}), words);
        for (auto const& word : words) ids.push_back(words_.add(word));
        if (kind == FieldKind::short_text) pieces_of(words, pieces);
        make_distinct(ids);
        make_distinct(pieces);
        all.insert(all.end(), ids.begin(), ids.end());
      }
      numbers_.push_back(number);
      word_ids_.insert(word_ids_.end(), ids.begin(), ids.end());
      word_ends_.push_back(word_ids_.size());
      piece_ids_.insert(piece_ids_.end(), pieces.begin(), pieces.end());
      piece_ends_.push_back(piece_ids_.size());
    }
    make_distinct(all);
    for (auto const id : all) words_.count(id);
    word_ids_.insert(word_ids_.end(), all.begin(), all.end());
    word_ends_.push_back(word_ids_.size());
    ++records_;
  }
}

void ComparableRecords::weigh() {
  words_.finish(records_);
  norms_.resize(word_ends_.size());
  for (std::size_t record = 0; record < records_; ++record)
    for (std::size_t field = 0; field <= names_.size(); ++field) {
      float squares = 0, sum = 0;
      for (auto const word : words(record, field)) {
        squares += words_.rarity(word) * words_.rarity(word);
        sum += words_.rarity(word);
      }
      norms_[slot(record, field)] = std::sqrt(squares);
      if (field < names_.size()) profiles_[field].information += sum;
    }
  for (auto& profile : profiles_) profile.information /= static_cast<double>(std::max<std::size_t>(1, records_));
  std::vector<std::uint32_t> counts(piece_slots);
  for (auto const piece : piece_ids_) ++counts[piece % piece_slots];
  piece_rarity_.resize(piece_slots);
  for (std::size_t i = 0; i < piece_slots; ++i)
    piece_rarity_[i] = std::log(static_cast<float>(records_ + 1) / static_cast<float>(std::max(1u, counts[i]))) + 0.1f;
}

void ComparableRecords::choose_key() {
  double best = -1;
  for (std::size_t field = 0; field < names_.size(); ++field) {
    if (profiles_[field].kind == FieldKind::number) continue;
    double const short_ones_first = profiles_[field].kind == FieldKind::short_text ? 1 : 0.1;
    double const value = profiles_[field].information * profiles_[field].filled * short_ones_first;
    if (value > best) {
      best = value;
      key_ = field;
    }
  }
}

std::span<std::uint32_t const> ComparableRecords::words(std::size_t record, std::size_t field) const {
  std::size_t const at = slot(record, field), begin = at == 0 ? 0 : word_ends_[at - 1];
  return {word_ids_.data() + begin, word_ends_[at] - begin};
}

std::span<std::uint32_t const> ComparableRecords::pieces(std::size_t record, std::size_t field) const {
  std::size_t const at = record * names_.size() + field, begin = at == 0 ? 0 : piece_ends_[at - 1];
  return {piece_ids_.data() + begin, piece_ends_[at] - begin};
}

std::optional<double> ComparableRecords::number(std::size_t record, std::size_t field) const {
  double const value = numbers_[record * names_.size() + field];
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

}  // namespace lepton::embed
