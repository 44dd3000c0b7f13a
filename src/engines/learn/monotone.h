#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "base/fields.h"

namespace lepton::learn {

/// How a prediction may change when one feature grows and the others stay.
enum class Monotone { decreasing, increasing };

}  // namespace lepton::learn

template <>
struct lepton::EnumNames<lepton::learn::Monotone> {
  using enum lepton::learn::Monotone;
  static constexpr std::array<std::pair<lepton::learn::Monotone, std::string_view>, 2> values{
      {{decreasing, "decreasing"}, {increasing, "increasing"}}};
};
