#pragma once

#include <compare>
#include <optional>

#include "sparql/value.h"

namespace lepton::sparql {

/// §17.3, "=" with RDFterm-equal (§17.4.1.7) for what has no equality of its own; empty for a type error.
[[nodiscard]] std::optional<bool> equals(Value const& a, Value const& b);
/// §17.4.1.8: the same term, not merely the same value.
[[nodiscard]] bool same_term(Value const& a, Value const& b);
/// §17.3, "<" and its kin: numbers, strings, booleans, moments. Empty for a type error; unordered for NaN.
[[nodiscard]] std::optional<std::partial_ordering> compare_values(Value const& a, Value const& b);
/// §15.1, ORDER BY, as a total order: nothing, blank nodes, IRIs, literals; these by "<" where it is defined, else by
/// kind, then by their terms. Equal only for the same term or, among numbers, the same value.
[[nodiscard]] std::strong_ordering order(Value const& a, Value const& b);

}  // namespace lepton::sparql
