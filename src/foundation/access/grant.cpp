#include "access/grant.h"

#include <fmt/ranges.h>

namespace lepton::access {

std::string Grant::describe() const {
  std::string text = "grant to " + subject.str();
  if (!purpose.empty()) text += " for purpose " + purpose;
  if (expires_at) text += " until " + to_string(*expires_at);
  if (request.empty()) {
    text += fmt::format(", given by {}", fmt::join(granted_by, ", "));
  } else {
    text += fmt::format(", approved by {} (request {})", fmt::join(granted_by, ", "), request.str());
  }
  return text;
}

}  // namespace lepton::access
