#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lepton::docs {

/// A command of a document and what the document says it answers.
struct Example {
  int line = 0;
  std::string command;   ///< may span lines
  std::string expected;  ///< "…" in a line stands for anything, alone in a line for any lines; empty: anything
  bool background = false;
};

/// The commands of the ```console blocks: lines that begin with "$ ", continued by lines that begin with "> ", each
/// followed by what it answers. A ```console server block's commands run in the background.
[[nodiscard]] std::vector<Example> examples_of(std::string_view markdown);

/// Empty when `actual` is what `expected` says, runs of spaces aside; otherwise the first expected line that is
/// missing.
[[nodiscard]] std::string difference(std::string_view expected, std::string_view actual);

}  // namespace lepton::docs
