#include "cli/target.h"

#include "base/encoding.h"

namespace lepton::cli {

Target::Target(std::string_view path, std::initializer_list<std::string_view> parts) {
  auto part = parts.begin();
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path.substr(at, 2) == "{}" && part != parts.end()) {
      text_ += percent_encode(*part++);
      ++at;
    } else {
      text_ += path[at];
    }
  }
}

Target& Target::with(std::string_view name, std::optional<std::string> const& value) {
  if (!value || value->empty()) return *this;
  text_ += (text_.find('?') == std::string::npos ? "?" : "&") + std::string(name) + "=" + percent_encode(*value);
  return *this;
}

}  // namespace lepton::cli
