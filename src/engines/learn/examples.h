#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/call.h"
#include "runtime/matrix.h"
#include "runtime/signature.h"

namespace lepton::learn {

/// What a trainer learns from: numbers, the answer of each row, and a number that stands for the row's key. A plain
/// value.
struct Examples {
  std::vector<std::string> features;
  runtime::Matrix values;              ///< rows × features, NaN where missing
  std::vector<float> target;           ///< one per row
  std::vector<std::uint64_t> keys;     ///< hash of the row's key, or of its position when there is no key
  std::vector<std::size_t> numbers{};  ///< of each row in the table, from 0
  std::vector<std::string> classes{};  ///< of a target of several classes, which holds their numbers

  [[nodiscard]] std::size_t rows() const { return target.size(); }
  /// The given rows, in the given order.
  [[nodiscard]] Examples select(std::vector<std::size_t> const& rows) const;
  /// With these features alone, which are among its own, in this order.
  [[nodiscard]] Examples with_features(std::vector<std::string> const& names) const;
};

/// Which columns of a table are what.
struct Columns {
  std::string target;
  std::string key;                    ///< names the row, is never a feature; empty: none
  std::vector<std::string> features;  ///< in this order; empty: every column but target, key and ignored ones
  std::vector<std::string> ignore;
};

/// Reads RFC 4180 CSV with a header. Features are numbers, true/false (1/0), or empty for missing ("NULL" and "NaN"
/// too); the target of several classes holds whole numbers or texts. Throws Error{invalid} that names line, column,
/// what was expected and what was found; long files heed the call.
[[nodiscard]] Examples read_csv(Call const& call, std::filesystem::path const& file, Columns const& columns,
                                runtime::Task task);

/// 64 well-mixed bits of a key; the same on every machine and in every version.
[[nodiscard]] std::uint64_t hash_key(std::string_view key);

}  // namespace lepton::learn
