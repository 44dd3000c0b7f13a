#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/call.h"
#include "embed/resolve/record_table.h"

namespace lepton::embed {

/// Words of all records, numbered, with how much a shared one says.
class WordTable {
 public:
  std::uint32_t add(std::string_view word);
  [[nodiscard]] std::string const& word(std::uint32_t i) const { return words_[i]; }
  [[nodiscard]] std::size_t size() const { return words_.size(); }
  /// log(records / records with the word).
  [[nodiscard]] float rarity(std::uint32_t i) const { return rarity_[i]; }
  [[nodiscard]] std::uint32_t records_with(std::uint32_t i) const { return counts_[i]; }
  void count(std::uint32_t i) { ++counts_[i]; }
  void finish(std::size_t records);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::vector<std::string> words_;
  std::vector<std::uint32_t> counts_;
  std::vector<float> rarity_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

enum class FieldKind { short_text, long_text, number };

/// How a field is compared, as its values show.
struct FieldProfile {
  FieldKind kind = FieldKind::short_text;
  double filled = 0;       ///< share of records with a value
  double mean_length = 0;  ///< bytes of a value
  double information = 0;  ///< mean sum of the rarities of a value's words, over all records
};

/// What records are compared by: words, pieces of words and numbers of each field. Immutable; any thread may read.
class ComparableRecords {
 public:
  /// Fields of both tables are compared where they have equal names; there must be one. Heeds the call.
  ComparableRecords(Call const& call, RecordTable const& left, RecordTable const* right);

  [[nodiscard]] std::size_t size() const { return records_; }
  [[nodiscard]] std::size_t left_size() const { return left_; }  ///< records from here on are of the right table
  [[nodiscard]] std::vector<std::string> const& fields() const { return names_; }
  [[nodiscard]] FieldProfile const& profile(std::size_t field) const { return profiles_[field]; }
  /// The short field that tells records apart best.
  [[nodiscard]] std::size_t key_field() const { return key_; }

  /// Distinct, rising. `fields().size()` in place of a field: of the whole record, numbers left out.
  [[nodiscard]] std::span<std::uint32_t const> words(std::size_t record, std::size_t field) const;
  /// Length of the vector of rarities.
  [[nodiscard]] float norm(std::size_t record, std::size_t field) const { return norms_[slot(record, field)]; }
  /// Hashes of runs of three characters, distinct, rising; of short fields only.
  [[nodiscard]] std::span<std::uint32_t const> pieces(std::size_t record, std::size_t field) const;
  [[nodiscard]] std::optional<double> number(std::size_t record, std::size_t field) const;
  [[nodiscard]] WordTable const& word_table() const { return words_; }
  /// Rarity of a piece by its hash.
  [[nodiscard]] float piece_rarity(std::uint32_t piece) const { return piece_rarity_[piece % piece_slots]; }

  static constexpr std::size_t most_words = 256;  ///< of a value that are looked at
  static constexpr std::size_t piece_slots = 1 << 16;

 private:
  [[nodiscard]] std::size_t slot(std::size_t record, std::size_t field) const {
    return record * (names_.size() + 1) + field;
  }
  void read(Call const& call, RecordTable const& table, std::span<std::size_t const> columns);
  void choose_kinds(RecordTable const& left, RecordTable const* right, std::span<std::size_t const> left_columns,
                    std::span<std::size_t const> right_columns);
  void weigh();
  void choose_key();

  std::vector<std::string> names_;
  std::vector<FieldProfile> profiles_;
  std::vector<bool> zero_is_absent_;
  std::size_t records_ = 0, left_ = 0, key_ = 0;
  WordTable words_;
  std::vector<std::uint32_t> word_ids_, piece_ids_;
  std::vector<std::size_t> word_ends_, piece_ends_;
  std::vector<float> norms_, piece_rarity_;
  std::vector<double> numbers_;  // NaN: absent
};

/// The words of a text that was normalised: runs of letters and digits; digits joined by a point stay together, and
/// Han characters stand alone.
void split_words(std::string_view text, std::vector<std::string>& words);

/// A number as people write it: "1,299.00", "$ 39.9"; none when there is anything else.
[[nodiscard]] std::optional<double> find_number(std::string_view text);

}  // namespace lepton::embed
