#include "reuters_stories.h"

#include <fmt/format.h>

#include "base/file.h"

namespace lepton::bench {

void for_each_reuters_story(std::filesystem::path const& folder,
                            std::function<void(std::string_view story)> const& use) {
  for (int part = 0; part < 22; ++part) {
    auto const file = read_file(folder / fmt::format("reut2-{:03}.sgm", part));
    std::string_view const text = file;
    for (auto at = text.find("<REUTERS "); at != std::string_view::npos;) {
      auto const next = text.find("<REUTERS ", at + 1);
      use(text.substr(at, next == std::string_view::npos ? next : next - at));
      at = next;
    }
  }
}

std::string_view between(std::string_view text, std::string_view from, std::string_view to) {
  auto const begin = text.find(from);
  if (begin == std::string_view::npos) return {};
  auto const rest = text.substr(begin + from.size());
  return rest.substr(0, rest.find(to));
}

}  // namespace lepton::bench
