#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "company.h"
#include "script.h"

// The command line in the shells and on the terminal that people use.
namespace lepton::interop {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandLineTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.start();
    auto const tokens = crash::found_company(server_);
    auto ana = server_.api(tokens.at("ana"));
    for (auto const* name : {"customers", "客户"})
      ASSERT_EQ(ana.upload("POST", std::string("/v1/departments/banking/datasets/") + name + ":import?format=csv",
                           "text/csv", "id\n1\n")
                    .status,
                201);
    as_ana_ = {{"LEPTON_URL", server_.url()}, {"LEPTON_TOKEN", tokens.at("ana")}};
  }
  Said run(std::string const& script) { return run_script(directory_.path(), script, as_ana_); }

  TemporaryDirectory directory_;
  crash::RunningServer server_{directory_.path() / "data"};
  std::map<std::string, std::string> as_ana_;
};

TEST_F(CommandLineTest, CompletesInBash) {
  auto const said = run(R"(source <(lepton completion bash)
    complete -p lepton
    COMP_WORDS=(lepton --profile x data pre) COMP_CWORD=4; _lepton 2>/dev/null; echo "${COMPREPLY[@]}"
    COMP_WORDS=(lepton data preview banking/) COMP_CWORD=3; _lepton 2>/dev/null; echo "${COMPREPLY[@]}")");
  EXPECT_THAT(said.text, HasSubstr("-F _lepton lepton\npreview\nbanking/customers banking/客户\n"));
}

TEST_F(CommandLineTest, CompletesInZsh) {
  if (!available("zsh --version")) GTEST_SKIP() << "zsh is not installed";
  auto const said = run(R"(cat > t.zsh <<'END'
autoload -Uz compinit; compinit -u -d $HOME/dump
source <(lepton completion zsh)
print -r -- ${_comps[lepton]}
compadd() { print -r -- "${@[2,-1]}" }
words=(lepton data pre) CURRENT=3; _lepton
words=(lepton data preview banking/) CURRENT=4; _lepton
END
zsh -f t.zsh)");
  EXPECT_EQ(said.text, "_lepton\npreview\nbanking/customers banking/客户\n");
}

TEST_F(CommandLineTest, CompletesInFish) {
  if (!available("fish --version")) GTEST_SKIP() << "fish is not installed";
  auto const said = run(R"(touch rows.csv; lepton completion fish > lepton.fish; fish --private -c 'source lepton.fish
    complete -C "lepton data pre"; complete -C "lepton data preview banking/"; complete -C "lepton data import x rows"
    complete -C "lepton dat"')");
  EXPECT_THAT(said.text, HasSubstr("preview\nbanking/customers\nbanking/客户\nrows.csv\ndata\n"));
}

TEST_F(CommandLineTest, EveryFormatHoldsTheSameNames) {
  for (auto const* format : {"table", "json", "jsonl", "yaml", "csv"}) {
    auto const said = run(std::string("lepton data list -o ") + format);
    EXPECT_EQ(said.code, 0);
    EXPECT_THAT(said.text, HasSubstr("banking/客户")) << format;
  }
}

TEST_F(CommandLineTest, ExitCodesSayWhatHappened) {
  std::vector<std::pair<std::string, int>> const cases{
      {"lepton data list", 0},
      {"lepton status --url http://127.0.0.1:1", 1},
      {"lepton data lst", 2},
      {"lepton data show banking/nothing", 3},
      {"LEPTON_TOKEN= lepton data list", 4},
      {"lepton department create other", 5},
      {"echo id > f.csv; echo b,c > g.csv; lepton data import banking/customers g.csv", 6},
      {"lepton data query 'SELEC 1'", 7},
      {"lepton data import banking/x .", 7},
      {"lepton data import banking/x nothing.csv", 3},
  };
  for (auto const& [command, code] : cases) {
    auto const said = run(command);
    EXPECT_EQ(said.code, code) << command << "\n" << said.text;
  }
}

TEST_F(CommandLineTest, UsageSaysWhatIsNotKnownAndWhereToRead) {
  auto const said = run("lepton data import banking/x f.csv --pasword hush");
  EXPECT_EQ(said.code, 2);
  EXPECT_EQ(said.text, "error: '--pasword' is not known here\ntry: lepton data import --help\n");
}

TEST_F(CommandLineTest, AnExplicitProfileKeepsToItsOwnServer) {
  run("mkdir -p config/lepton; printf 'current: other\\nprofiles:\\n  other: {url: \"http://127.0.0.1:1\", token: "
      "secret, "
      "user: ana}\\n' > config/lepton/profiles.yaml");
  auto const said = run("unset LEPTON_TOKEN; lepton whoami --profile other");
  EXPECT_THAT(said.text, HasSubstr("cannot reach 127.0.0.1:1")) << "its token is not for the server in LEPTON_URL";
}

TEST_F(CommandLineTest, LongWorkShowsProgressOnATerminalOnly) {
  if (!available("script --version")) GTEST_SKIP() << "script(1) is not installed";
  // Rows on a pipe that stays silent for longer than a second.
  std::string const import = "(echo id; echo 1; sleep 1.7; echo 2) | lepton data import banking/slow - --format csv";
  auto const shown = run("script -qec \"" + import + "\" /dev/null");
  EXPECT_THAT(shown.text, HasSubstr("import -"));
  EXPECT_THAT(shown.text, HasSubstr("\r\x1b[K")) << "and is taken away at the end";
  EXPECT_THAT(run(import).text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace lepton::interop
