#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cctype>
#include <csignal>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "docs/document.h"

namespace lepton::docs {
namespace {

/// A reader at a terminal: one shell for the commands, one server beside it.
class Reader {
 public:
  Reader() {
    std::filesystem::create_directory(bin());
    std::filesystem::create_symlink(LEPTON_BINARY, bin() / "lepton");
    std::filesystem::create_symlink(std::filesystem::path(LEPTON_SOURCE) / "examples", work() / "examples");
  }
  ~Reader() {
    if (!server_) return;
    server_->signal(SIGTERM);
    std::ignore = server_->wait(std::chrono::seconds(30));
  }

  /// Returns when the server answers. Takes its address and the administrator's token from what it prints.
  void start_server(std::string const& command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("a pipe for the server");
    output_ = FileDescriptor(ends[0]);
    FileDescriptor writer(ends[1]);
    auto options = shell("exec " + command);
    options.environment["LEPTON_LISTEN"] = "127.0.0.1:0";
    FileDescriptor const log(::open((work() / "server.log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    options.stdout_fd = writer.get();
    options.stderr_fd = log.get();
    server_ = Subprocess::start(options);
    writer.reset();
    std::string said;
    char buffer[4096];
    while (said.find("Lepton listens on ") == std::string::npos || said.back() != '\n') {
      ssize_t const count = ::read(output_.get(), buffer, sizeof buffer);
      if (count <= 0) throw internal("the server did not start: " + read_file(work() / "server.log"));
      said.append(buffer, static_cast<std::size_t>(count));
    }
    token_ = word_after(said, "--admin-token ");
    url_ = word_after(said, "listens on ");
  }

  /// Runs all in one shell, so that variables stay; returns what each answered, up to the first that failed.
  std::vector<std::string> run(std::vector<Example> const& examples) {
    std::string script = "cd " + work().string() + "\n";
    for (std::size_t i = 0; i < examples.size(); ++i)
      script += fmt::format("{{\n{}\n}} > {} 2>&1 < /dev/null || {{ echo \"(exit code $?)\" >> {}; exit 1; }}\n",
                            as_here(examples[i].command), answer(i).string(), answer(i).string());
    write_file_atomically(work() / "script", script);
    auto reader = Subprocess::start(shell("bash " + (work() / "script").string()));
    std::ignore = reader.wait(std::chrono::minutes(4));
    std::vector<std::string> out;
    for (std::size_t i = 0; i < examples.size() && std::filesystem::exists(answer(i)); ++i)
      out.push_back(as_written(read_file(answer(i))));
    return out;
  }

 private:
  [[nodiscard]] std::filesystem::path const& work() const { return directory_.path(); }
  [[nodiscard]] std::filesystem::path bin() const { return work() / "bin"; }
  [[nodiscard]] std::filesystem::path answer(std::size_t i) const { return work() / fmt::format("answer-{}", i); }

  [[nodiscard]] ProcessOptions shell(std::string const& command) const {
    ProcessOptions options;
    options.arguments = {"/bin/bash", "-c", command};
    options.environment = {{"PATH", bin().string() + ":/usr/local/bin:/usr/bin:/bin"},
                           {"HOME", work().string()},
                           {"LEPTON_URL", url_},
                           {"LC_ALL", "C.UTF-8"}};
    options.working_directory = work();
    options.die_with_parent = true;
    return options;
  }
  static std::string word_after(std::string const& text, std::string const& words) {
    auto const at = text.find(words);
    if (at == std::string::npos) return "";
    auto const begin = at + words.size();
    return text.substr(begin, text.find_first_of(" \n", begin) - begin);
  }
  static std::string replaced(std::string text, std::string_view from, std::string const& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  }
  /// The document speaks of the default port, and of "…" where the reader pastes the token.
  [[nodiscard]] std::string as_here(std::string const& command) const {
    return replaced(replaced(command, "http://127.0.0.1:8080", url_), "lb_…", token_);
  }
  [[nodiscard]] std::string as_written(std::string const& text) const {
    return replaced(text, url_, "http://127.0.0.1:8080");
  }

  TemporaryDirectory directory_{"lepton-docs"};
  FileDescriptor output_;
  std::optional<Subprocess> server_;
  std::string url_;
  std::string token_;
};

class WrittenCommands : public testing::TestWithParam<char const*> {};

TEST_P(WrittenCommands, EveryCommandAnswersAsWritten) {
  auto examples = examples_of(read_file(std::filesystem::path(LEPTON_SOURCE) / GetParam()));
  ASSERT_FALSE(examples.empty());
  Reader reader;
  for (auto const& example : examples)
    if (example.background) reader.start_server(example.command);
  std::erase_if(examples, [](Example const& example) { return example.background; });
  auto const answers = reader.run(examples);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    auto const missing = difference(examples[i].expected, answers[i]);
    EXPECT_TRUE(missing.empty()) << GetParam() << ":" << examples[i].line << ": $ " << examples[i].command
                                 << "\nexpected: " << missing << "\nanswered:\n"
                                 << answers[i];
    EXPECT_EQ(answers[i].find("(exit code"), std::string::npos)
        << GetParam() << ":" << examples[i].line << ": $ " << examples[i].command << "\nfailed:\n"
        << answers[i];
  }
  EXPECT_EQ(answers.size(), examples.size()) << "the commands after the last answered one did not run";
}

/// "docs/guides/ask-a-graph.md" is AskAGraph.
std::string name_of(testing::TestParamInfo<char const*> const& tested) {
  std::string name;
  bool begins = true;
  for (char const c : std::filesystem::path(tested.param).stem().string()) {
    if (c != '-') name += begins ? static_cast<char>(std::toupper(c)) : c;
    begins = c == '-';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Documents, WrittenCommands,
                         testing::Values("docs/tutorial.md", "docs/guides/declare-in-files.md",
                                         "docs/guides/protect-rows-and-columns.md", "docs/guides/ask-a-graph.md",
                                         "docs/guides/the-platform-as-a-graph.md", "docs/guides/ask-other-services.md",
                                         "docs/guides/reason-over-a-graph.md", "docs/guides/map-tables-to-a-graph.md",
                                         "docs/guides/train-on-text.md", "docs/guides/score-risk.md",
                                         "docs/guides/recommend-and-watch.md"),
                         name_of);

}  // namespace
}  // namespace lepton::docs
