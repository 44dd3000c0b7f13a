#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "rdf/store/term_key.h"

namespace lepton::rdf {

/// Terms of one kind with consecutive numbers. Any number of threads may read.
class TermTable {
 public:
  virtual ~TermTable() = default;
  [[nodiscard]] virtual std::uint64_t first() const = 0;
  [[nodiscard]] virtual std::uint64_t count() const = 0;
  [[nodiscard]] virtual std::optional<std::uint64_t> find(TermKey const& key) const = 0;
  /// The key of a number between first() and first() + count().
  virtual void get(std::uint64_t number, std::string& key) const = 0;
  [[nodiscard]] virtual std::size_t memory_bytes() const = 0;
  [[nodiscard]] virtual std::uint64_t disk_bytes() const = 0;
};

}  // namespace lepton::rdf
