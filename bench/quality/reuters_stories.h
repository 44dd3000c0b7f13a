#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace lepton::bench {

/// Each story of Reuters-21578 as it is marked up, in the order of the files.
void for_each_reuters_story(std::filesystem::path const& folder,
                            std::function<void(std::string_view story)> const& use);

/// What stands between the first `from` and the next `to`; nothing without `from`.
[[nodiscard]] std::string_view between(std::string_view text, std::string_view from, std::string_view to);

}  // namespace lepton::bench
