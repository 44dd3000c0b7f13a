#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lepton::learn {

/// Texts and the classes of each, by number. Views of text that outlives it.
struct LabelledTexts {
  std::vector<std::string_view> texts;
  std::vector<std::vector<std::uint32_t>> classes;

  void add(std::string_view text, std::vector<std::uint32_t> of) {
    texts.push_back(text);
    classes.push_back(std::move(of));
  }
};

}  // namespace lepton::learn
