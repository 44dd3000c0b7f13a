#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/model_file.h"

namespace lepton::embed {

/// Adds names to a model file so that they can be found where it is mapped: sections "<what>-names", "<what>-ends" and
/// "<what>-order". `what` has at most 10 bytes.
void write_names(runtime::ModelFileWriter& writer, std::string const& what, std::span<std::string const> names);

/// Names in a mapped model file, by number and, by binary search, numbers by name. The file outlives it; any thread.
class NameSection {
 public:
  NameSection() = default;
  /// Throws Error{invalid} when the sections do not fit together.
  NameSection(runtime::ModelFile const& file, std::string const& what);

  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::string_view operator[](std::uint32_t i) const {
    std::uint64_t const begin = i == 0 ? 0 : ends_[i - 1];
    return bytes_.substr(begin, ends_[i] - begin);
  }
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;

 private:
  std::string_view bytes_;
  std::span<std::uint64_t const> ends_;
  std::span<std::uint32_t const> order_;
};

}  // namespace lepton::embed
