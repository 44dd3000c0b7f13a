#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "rdf/store/term_id.h"

namespace lepton::rdf {

/// Rows of a block in a file, at most.
inline constexpr std::size_t column_rows = 1024;

/// Appends the values, at most column_rows, to `out`: constant columns as one value; others in groups of 128, each as
/// distances from its least value or as differences from row to row, whichever takes fewer bits. Kinds of ids are
/// gathered first, so that a column of IRIs and numbers is as narrow as each of them. Pure.
void encode_column(std::span<TermId const> values, std::string& out);

/// Reads `count` values back from the `bytes` at `from`; 8 bytes behind them may be read too. False when they cannot be
/// what encode_column wrote.
[[nodiscard]] bool decode_column(char const* from, std::size_t bytes, std::size_t count, TermId* into);

}  // namespace lepton::rdf
