#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/fields.h"

namespace lepton::access {

/// What a reader must be shown instead of the stored column. The nine actions of Iceberg's read restrictions, least to
/// most restrictive as enum order here: the most restrictive of several wins.
enum class Mask {
  none,
  truncate_to_month,
  truncate_to_year,
  show_last_4,
  show_first_4,
  mask_alphanum,
  sha_256_global,
  sha_256_query_local,
  mask_to_fixed_value,
  replace_with_null,
};

/// Column → mask; "*" is every column without an entry of its own. Columns compare without case (ASCII), as in SQL.
using Masks = std::map<std::string, Mask>;

/// Whether two names mean the same column.
[[nodiscard]] bool same_column(std::string_view a, std::string_view b);
[[nodiscard]] Mask mask_of(Masks const& masks, std::string_view column);
/// Column by column the more restrictive of the two.
[[nodiscard]] Masks strictest(Masks const& a, Masks const& b);
/// Column by column the less restrictive of the two: what two grants give together.
[[nodiscard]] Masks mildest(Masks const& a, Masks const& b);

}  // namespace lepton::access

template <>
struct lepton::EnumNames<lepton::access::Mask> {
  using M = lepton::access::Mask;
  static constexpr std::array<std::pair<M, std::string_view>, 10> values{
      {{M::none, "none"},
       {M::truncate_to_month, "truncate-to-month"},
       {M::truncate_to_year, "truncate-to-year"},
       {M::show_last_4, "show-last-4"},
       {M::show_first_4, "show-first-4"},
       {M::mask_alphanum, "mask-alphanum"},
       {M::sha_256_global, "sha-256-global"},
       {M::sha_256_query_local, "sha-256-query-local"},
       {M::mask_to_fixed_value, "mask-to-fixed-value"},
       {M::replace_with_null, "replace-with-null"}}};
};
