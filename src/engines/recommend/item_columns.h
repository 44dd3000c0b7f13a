#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"

namespace lepton::recommend {

/// How a column says what an item is.
enum class ItemColumnKind {
  text,      ///< each of its words, in Chinese each two characters
  category,  ///< a fact; several with '|' between
  number,    ///< by ranges
};

struct NumberRange {
  double least = 0, greatest = 0;

  static constexpr auto fields() {
    using R = NumberRange;
    return std::tuple{required("least", &R::least, "number of the range"),
                      required("greatest", &R::greatest, "number of the range")};
  }
};

/// A column of what is known of items, read the same way in training and when an item comes with a request.
struct ItemColumn {
  std::string name;
  ItemColumnKind kind = ItemColumnKind::category;
  std::vector<NumberRange> ranges;  ///< of numbers, rising

  static constexpr auto fields();

  /// "title: heat", "genre: drama", "year: 1990 to 1994"; nothing for an empty field. A number beyond all ranges is in
  /// the nearest. Throws Error{invalid} for a number that is none.
  [[nodiscard]] std::vector<std::string> features(std::string_view field) const;
};

/// The number that a field holds. Throws Error{invalid} that says what was expected.
[[nodiscard]] double read_number(std::string_view field);

/// At most `count` ranges, each of about as many of the numbers; equal ones stay together.
[[nodiscard]] std::vector<NumberRange> ranges_of(std::vector<double> numbers, std::size_t count);

}  // namespace lepton::recommend

template <>
struct lepton::EnumNames<lepton::recommend::ItemColumnKind> {
  using enum lepton::recommend::ItemColumnKind;
  static constexpr std::array<std::pair<lepton::recommend::ItemColumnKind, std::string_view>, 3> values{
      {{text, "text"}, {category, "category"}, {number, "number"}}};
};

namespace lepton::recommend {

constexpr auto ItemColumn::fields() {
  using C = ItemColumn;
  return std::tuple{required("name", &C::name, "of the column"), required("kind", &C::kind, "text, category or number"),
                    required("ranges", &C::ranges, "of numbers")};
}

}  // namespace lepton::recommend
