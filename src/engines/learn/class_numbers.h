#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::learn {

/// Numbers the classes of a column of whole numbers or texts while it is read. One thread.
class ClassNumbers {
 public:
  static constexpr std::size_t most = 1000;

  /// The class of one row, numbered as they come. Throws Error{invalid} with the line for a missing class, for a number
  /// that is not whole, which is a quantity and no class, and when there are more than `most`.
  [[nodiscard]] float add(std::string_view name, std::size_t line, std::string const& column);
  /// Names in order (numbers by value where all are, else texts by their bytes), and the targets numbered so. Throws
  /// Error{invalid} for a single class.
  [[nodiscard]] std::vector<std::string> order(std::vector<float>& targets, std::string const& column) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  bool all_whole_ = true;
};

}  // namespace lepton::learn
