#include "access/mask.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace lepton::access {
namespace {

Masks combined(Masks const& a, Masks const& b, std::function<Mask(Mask, Mask)> const& pick) {
  Masks result;
  for (Masks const* side : {&a, &b})
    for (auto const& entry : *side) result[entry.first] = pick(mask_of(a, entry.first), mask_of(b, entry.first));
  // Without a rule for all other columns an entry that masks nothing says nothing.
  if (auto const rest = result.find("*"); rest != result.end() && rest->second == Mask::none) result.erase(rest);
  if (!result.contains("*")) std::erase_if(result, [](auto const& entry) { return entry.second == Mask::none; });
  return result;
}

}  // namespace

bool same_column(std::string_view a, std::string_view b) {
  auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

Mask mask_of(Masks const& masks, std::string_view column) {
  std::optional<Mask> found;
  for (auto const& [name, mask] : masks)
    if (same_column(name, column)) found = std::max(found.value_or(Mask::none), mask);
  if (found) return *found;
  auto const rest = masks.find("*");
  return rest == masks.end() ? Mask::none : rest->second;
}

Masks strictest(Masks const& a, Masks const& b) {
  return combined(a, b, [](Mask x, Mask y) { return std::max(x, y); });
}

Masks mildest(Masks const& a, Masks const& b) {
  return combined(a, b, [](Mask x, Mask y) { return std::min(x, y); });
}

}  // namespace lepton::access
