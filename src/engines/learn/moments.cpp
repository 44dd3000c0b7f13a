#include "learn/moments.h"

#include <fmt/format.h>

namespace lepton::learn {

std::optional<Timestamp> find_moment(std::string_view text) {
  if (auto const exact = find_timestamp(text)) return exact;
  return find_timestamp(fmt::format("{}Z", text));
}

}  // namespace lepton::learn
