#pragma once

#include "rdf/store/term_id.h"

namespace lepton::rdf {

// How ids that hold values are laid out, as far as their order follows from it.
inline constexpr int integer_bits = 56;  ///< of an integer or of a decimal's digits; the datatype or scale is above
inline constexpr int zone_bits = 11;     ///< the time zone, below the days and milliseconds of a moment

/// Ids that agree with `id` in these bits ascend as their values do; 0 when no ids are known to.
[[nodiscard]] constexpr std::uint64_t value_order_mask(TermId id) {
  constexpr std::uint64_t kind = ~TermId::payload_mask;
  switch (id.kind()) {
    case IdKind::integer:
    case IdKind::decimal:
      return ~((std::uint64_t{1} << integer_bits) - 1);
    case IdKind::date:
    case IdKind::date_time:
      return kind | ((std::uint64_t{1} << zone_bits) - 1);
    default:
      return 0;
  }
}

}  // namespace lepton::rdf
