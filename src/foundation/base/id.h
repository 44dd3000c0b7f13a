#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

#include "base/encoding.h"
#include "base/random.h"

namespace lepton {

/// An opaque identifier of one kind of thing; ids of different kinds do not convert into each other. New ids carry 120
/// random bits and nothing else, so that an id tells neither when nor how many.
///
///     using RunId = Id<struct RunKind>;
template <class Kind>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}

  [[nodiscard]] static Id random() { return Id(to_base32(random_bytes(15))); }

  [[nodiscard]] std::string const& str() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  friend auto operator<=>(Id const&, Id const&) = default;

 private:
  std::string value_;
};

}  // namespace lepton

template <class Kind>
struct std::hash<lepton::Id<Kind>> {
  std::size_t operator()(lepton::Id<Kind> const& id) const noexcept { return std::hash<std::string>()(id.str()); }
};
