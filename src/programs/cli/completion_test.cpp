#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lepton::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::set<std::string> after(std::vector<std::string> const& words) {
  return completions(all_commands(), words, {.url = "http://127.0.0.1:1"});  // nobody answers there
}

TEST(Completion, NamesNounsVerbsAndServe) {
  EXPECT_THAT(after({"depl"}), ElementsAre("deploy"));
  EXPECT_THAT(after({"ser"}), ElementsAre("serve"));
  EXPECT_THAT(after({"data", "pr"}), ElementsAre("preview", "profile"));
  EXPECT_THAT(after({"data", ""}), Not(Contains("sql"))) << "kept for habit, not taught";
}

TEST(Completion, LooksThroughOptionsBeforeTheCommand) {
  EXPECT_THAT(after({"--profile", "data", "-q", "data", "pre"}), ElementsAre("preview"));
  EXPECT_THAT(after({"data", "import", "a/b", "--sk"}), ElementsAre("--skip-bad"));
  EXPECT_THAT(after({"--out"}), ElementsAre("--output"));
}

TEST(Completion, OffersTheValuesOfAnOption) {
  EXPECT_THAT(after({"data", "list", "-o", "js"}), ElementsAre("json", "jsonl"));
  EXPECT_THAT(after({"-o", "y"}), ElementsAre("yaml"));
  EXPECT_THAT(after({"graph", "query", "-o", "t"}), ElementsAre("table", "trig", "tsv", "turtle"));
  EXPECT_THAT(after({"graph", "list", "-o", "t"}), ElementsAre("table"));
  EXPECT_THAT(after({"data", "import", "--format", ""}), IsEmpty()) << "leaves it to the shell";
}

TEST(Completion, HasAScriptForEachShell) {
  for (auto const* shell : {"bash", "zsh", "fish"})
    EXPECT_THAT(completion_script(shell), testing::HasSubstr("lepton __complete")) << shell;
  EXPECT_ANY_THROW((void)completion_script("tcsh"));
}

}  // namespace
}  // namespace lepton::cli
