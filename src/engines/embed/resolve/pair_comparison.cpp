#include "embed/resolve/pair_comparison.h"

#include <algorithm>
#include <cmath>

#include "embed/resolve/word_likeness.h"

namespace lepton::embed {
namespace {

constexpr std::size_t most_unmatched = 24;  // words of a field that are compared letter by letter

}  // namespace

PairComparison::PairComparison(ComparableRecords const& records) : records_(records) {
  auto const& fields = records.fields();
  for (std::size_t field = 0; field < fields.size(); ++field) {
    auto const kind = records.profile(field).kind;
    if (kind == FieldKind::number) {
      comparisons_.push_back({fields[field] + ": number", fields[field]});
      continue;
    }
    comparisons_.push_back({fields[field] + ": words", fields[field]});
    if (kind == FieldKind::short_text) comparisons_.push_back({fields[field] + ": letters", fields[field]});
  }
  auto const& key = fields[records.key_field()];
  comparisons_.push_back({"words of the record", ""});
  comparisons_.push_back({key + " found in the other record", ""});
  comparisons_.push_back({key + " found in each other's record", ""});
  comparisons_.push_back({"codes in " + key, ""});
  comparisons_.push_back({"codes in both " + key, ""});
  comparisons_.push_back({"numbers in " + key, ""});
  auto const& table = records.word_table();
  code_.resize(table.size());
  digits_.resize(table.size());
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    auto const& word = table.word(i);
    code_[i] = is_code(word);
    digits_[i] = std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  }
}

void PairComparison::compare(CandidatePair pair, float* out) const {
  for (std::size_t field = 0; field < records_.fields().size(); ++field) {
    auto const kind = records_.profile(field).kind;
    if (kind == FieldKind::number) {
      *out++ = numbers(pair, field);
      continue;
    }
    *out++ = words(pair, field, kind == FieldKind::short_text);
    if (kind == FieldKind::short_text) *out++ = pieces(pair, field);
  }
  *out++ = words(pair, records_.fields().size(), false);
  float const there = contained(pair.left, pair.right), back = contained(pair.right, pair.left);
  *out++ = std::max(there, back);
  *out++ = there < 0 || back < 0 ? absent : std::min(there, back);
  float const codes_there = codes(pair.left, pair.right), codes_back = codes(pair.right, pair.left);
  *out++ = std::max(codes_there, codes_back);
  *out++ = codes_there < 0 || codes_back < 0 ? absent : std::min(codes_there, codes_back);
  *out++ = versions(pair);
}

float PairComparison::words(CandidatePair pair, std::size_t field, bool alike) const {
  auto const a = records_.words(pair.left, field), b = records_.words(pair.right, field);
  if (a.empty() || b.empty()) return absent;
  auto const& table = records_.word_table();
  std::uint32_t only_a[most_unmatched], only_b[most_unmatched];
  std::size_t count_a = 0, count_b = 0;
  float shared = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() || j != b.end();) {
    if (j == b.end() || (i != a.end() && *i < *j)) {
      if (count_a < most_unmatched) only_a[count_a++] = *i;
      ++i;
    } else if (i == a.end() || *j < *i) {
      if (count_b < most_unmatched) only_b[count_b++] = *j;
      ++j;
    } else {
      shared += table.rarity(*i) * table.rarity(*i);
      ++i;
      ++j;
    }
  }
  for (std::size_t i = 0; alike && i < count_a; ++i) {
    float most = 0;
    for (std::size_t j = 0; j < count_b; ++j) {
      float const likeness = word_likeness(table.word(only_a[i]), table.word(only_b[j]));
      if (likeness > 0) most = std::max(most, likeness * table.rarity(only_a[i]) * table.rarity(only_b[j]));
    }
    shared += most;
  }
  float const norms = records_.norm(pair.left, field) * records_.norm(pair.right, field);
  return norms > 0 ? std::min(1.0f, shared / norms) : 0;
}

float PairComparison::pieces(CandidatePair pair, std::size_t field) const {
  auto const a = records_.pieces(pair.left, field), b = records_.pieces(pair.right, field);
  if (a.empty() || b.empty()) return absent;
  float shared = 0, all_a = 0, all_b = 0;
  auto j = b.begin();
  for (auto const piece : a) {
    float const weight = records_.piece_rarity(piece);
    all_a += weight;
    while (j != b.end() && *j < piece) ++j;
    if (j != b.end() && *j == piece) shared += weight;
  }
  for (auto const piece : b) all_b += records_.piece_rarity(piece);
  return 2 * shared / (all_a + all_b);
}

float PairComparison::numbers(CandidatePair pair, std::size_t field) const {
  auto const a = records_.number(pair.left, field), b = records_.number(pair.right, field);
  if (!a || !b) return absent;
  if (*a == *b) return 1;
  double const most = std::max(std::abs(*a), std::abs(*b));
  return static_cast<float>(std::max(0.0, 1 - std::abs(*a - *b) / most)) * 0.999f;
}

float PairComparison::contained(std::size_t from, std::size_t to) const {
  auto const key = records_.words(from, records_.key_field());
  auto const all = records_.words(to, records_.fields().size());
  if (key.empty() || all.empty()) return absent;
  float found = 0, total = 0;
  for (auto const word : key) {
    float const weight = records_.word_table().rarity(word) * records_.word_table().rarity(word);
    total += weight;
    if (std::binary_search(all.begin(), all.end(), word)) found += weight;
  }
  return total > 0 ? found / total : 0;
}

float PairComparison::codes(std::size_t from, std::size_t to) const {
  auto const& table = records_.word_table();
  auto const all = records_.words(to, records_.fields().size());
  float found = 0, total = 0;
  bool any = false;
  for (auto const word : records_.words(from, records_.key_field())) {
    if (!code_[word]) continue;
    total += table.rarity(word);
    if (std::binary_search(all.begin(), all.end(), word)) {
      any = true;
      found += table.rarity(word);
      continue;
    }
    float most = 0;
    for (auto const other : all) {
      if (!code_[other]) continue;
      any = true;
      most = std::max(most, word_likeness(table.word(word), table.word(other)));
    }
    found += most * table.rarity(word);
  }
  return total > 0 && any ? found / total : absent;
}

float PairComparison::versions(CandidatePair pair) const {
  auto const a = records_.words(pair.left, records_.key_field()), b = records_.words(pair.right, records_.key_field());
  float shared = 0, total = 0;
  for (auto const word : a)
    if (digits_[word]) {
      total += records_.word_table().rarity(word);
      if (std::binary_search(b.begin(), b.end(), word)) shared += records_.word_table().rarity(word);
    }
  bool const none = total == 0;
  float other = 0;
  for (auto const word : b)
    if (digits_[word]) other += records_.word_table().rarity(word);
  if (none || other == 0) return absent;
  return shared / (total + other - shared);
}

}  // namespace lepton::embed
