#include "base/subprocess.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/error.h"

namespace lepton {
namespace {

using namespace std::chrono_literals;

struct Pipe {
  FileDescriptor reader;
  FileDescriptor writer;

  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    reader = FileDescriptor(ends[0]);
    writer = FileDescriptor(ends[1]);
  }
  // Up to the end: until every process that holds the writing end is gone.
  std::string read_all() {
    writer.reset();
    std::string text;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(reader.get(), buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(count));
    return text;
  }
};

ProcessOptions shell(std::string const& script) {
  ProcessOptions options;
  options.arguments = {"/bin/sh", "-c", script};
  return options;
}

std::string output_of(ProcessOptions options) {
  Pipe pipe;
  options.stdout_fd = pipe.writer.get();
  Subprocess process = Subprocess::start(options);
  std::string text = pipe.read_all();
  EXPECT_TRUE(process.wait()->ok());
  return text;
}

// This test program itself, running one of the disabled tests below.
ProcessOptions myself(std::string const& test) {
  ProcessOptions options;
  options.arguments = {"/proc/self/exe", "--gtest_filter=SubprocessRole.DISABLED_" + test,
                       "--gtest_also_run_disabled_tests", "--gtest_brief=1"};
  options.arguments[0] = std::filesystem::read_symlink("/proc/self/exe");
  return options;
}

TEST(Subprocess, TellsTheExitCode) {
  Subprocess process = Subprocess::start(shell("exit 3"));
  auto const status = process.wait();
  EXPECT_EQ(status->code, 3);
  EXPECT_EQ(status->describe(), "exit code 3");
  EXPECT_FALSE(status->ok());
  EXPECT_EQ(process.wait()->code, 3);
}

TEST(Subprocess, TellsTheSignal) {
  auto const status = Subprocess::start(shell("kill -SEGV $$")).wait();
  EXPECT_EQ(status->signal, SIGSEGV);
  EXPECT_EQ(status->describe(), "killed by SIGSEGV");
}

TEST(Subprocess, NamesTheProgramThatCannotRun) {
  ProcessOptions options;
  options.arguments = {"/nowhere/program"};
  try {
    std::ignore = Subprocess::start(options);
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_THAT(error.what(), testing::HasSubstr("/nowhere/program"));
    EXPECT_THAT(error.what(), testing::HasSubstr("No such file"));
  }
}

TEST(Subprocess, NamesTheDirectoryStep) {
  ProcessOptions options = shell("true");
  options.working_directory = "/nowhere";
  EXPECT_THAT([&] { std::ignore = Subprocess::start(options); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("entering its directory")));
}

TEST(Subprocess, GivesExactlyTheEnvironment) {
  ProcessOptions options;
  options.arguments = {"/usr/bin/env"};
  options.environment = {{"A", "1"}, {"B", "two words"}};
  EXPECT_EQ(output_of(options), "A=1\nB=two words\n");
}

TEST(Subprocess, ClosesWhatItWasNotGiven) {
  FileDescriptor const leaky(::open("/dev/null", O_RDONLY));
  ProcessOptions options;
  options.arguments = {"/bin/ls", "/proc/self/fd"};
  EXPECT_EQ(output_of(options), "0\n1\n2\n3\n");  // 3 is ls reading the directory
}

TEST(Subprocess, PassesDescriptorsWhereAskedEvenWhenTheySwapPlaces) {
  Pipe a;
  Pipe b;
  ProcessOptions options = shell("echo to-a >&$A; echo to-b >&$B");
  // The child's numbers are each other's numbers here.
  int const fd_a = a.writer.get();
  int const fd_b = b.writer.get();
  if (fd_a > 9 || fd_b > 9) GTEST_SKIP() << "a POSIX shell redirects one-digit descriptors only";
  options.environment = {{"A", std::to_string(fd_b)}, {"B", std::to_string(fd_a)}};
  options.inherit = {{fd_b, fd_a}, {fd_a, fd_b}};
  Subprocess process = Subprocess::start(options);
  EXPECT_EQ(a.read_all(), "to-a\n");
  EXPECT_EQ(b.read_all(), "to-b\n");
}

TEST(Subprocess, WaitsNoLongerThanAsked) {
  Pipe block;
  ProcessOptions options = shell("read x");
  options.stdin_fd = block.reader.get();
  Subprocess waiting = Subprocess::start(options);
  EXPECT_EQ(waiting.wait(10ms), std::nullopt);
  block.writer.reset();
  EXPECT_TRUE(waiting.wait().has_value());
}

TEST(Subprocess, ItsPidfdTellsTheEnd) {
  Subprocess process = Subprocess::start(shell("exit 0"));
  pollfd ended{process.pidfd(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 60'000), 1);
  EXPECT_TRUE(process.wait(0ms)->ok());
}

TEST(Subprocess, DestructionKills) {
  Pipe pipe;
  {
    ProcessOptions options = shell("exec cat");
    Pipe block;
    options.stdin_fd = block.reader.get();
    options.stdout_fd = pipe.writer.get();
    Subprocess const process = Subprocess::start(options);
  }
  EXPECT_EQ(pipe.read_all(), "");
}

TEST(Subprocess, LimitsMemory) {
  ProcessOptions options = myself("AllocatesOneGibibyte");
  options.max_memory_bytes = 512 << 20;
  if (!can_limit_memory) GTEST_SKIP() << "sanitizers reserve more address space than any limit";
  EXPECT_FALSE(Subprocess::start(options).wait()->ok());
  options.max_memory_bytes.reset();
  EXPECT_TRUE(Subprocess::start(options).wait()->ok());
}

TEST(Subprocess, LimitsProcessorTime) {
  ProcessOptions options = shell("while :; do :; done");
  options.max_cpu_time = 1s;
  auto const status = Subprocess::start(options).wait();
  EXPECT_TRUE(status->signal == SIGXCPU || status->signal == SIGKILL) << status->describe();
}

TEST(Subprocess, LimitsFileSize) {
  TemporaryDirectory directory;
  ProcessOptions options = shell("exec dd if=/dev/zero of=big bs=1024 count=64");
  options.working_directory = directory.path();
  options.max_file_bytes = 10'000;
  auto const status = Subprocess::start(options).wait();
  EXPECT_EQ(status->signal, SIGXFSZ) << status->describe();
  EXPECT_LE(std::filesystem::file_size(directory.path() / "big"), 10'000U);
}

TEST(Subprocess, ConfinesItToWhatItMayReach) {
  if (!can_confine()) GTEST_SKIP() << "this kernel has no Landlock";
  TemporaryDirectory mine;
  TemporaryDirectory foreign;
  write_file_atomically(mine.path() / "own", "own");
  write_file_atomically(foreign.path() / "secret", "secret");
  ProcessOptions options = shell("cat own && echo changed > own && ! cat " + (foreign.path() / "secret").string() +
                                 " && ! echo changed > " + (foreign.path() / "secret").string() + " && ! ls " +
                                 foreign.path().string() + " && ! kill -0 " + std::to_string(::getpid()));
  options.environment = {{"PATH", "/usr/bin:/bin"}};
  options.working_directory = mine.path();
  options.confinement = Confinement{{"/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"}, {mine.path(), "/dev/null"}};
  auto const status = Subprocess::start(options).wait();
  EXPECT_TRUE(status->ok()) << status->describe();
  EXPECT_EQ(read_file(mine.path() / "own"), "changed\n");
  EXPECT_EQ(read_file(foreign.path() / "secret"), "secret");
}

TEST(Subprocess, ANewSessionHasItsOwnGroup) {
  ProcessOptions options = shell("[ \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ ]");
  options.environment = {{"PATH", "/usr/bin:/bin"}};
  EXPECT_FALSE(Subprocess::start(options).wait()->ok());
  options.new_session = true;
  EXPECT_TRUE(Subprocess::start(options).wait()->ok());
}

TEST(Subprocess, AChildThatDiesWithItsParentOutlivesTheThreadThatStartedIt) {
  Pipe block;
  Pipe pipe;
  std::optional<Subprocess> process;
  std::thread([&] {
    ProcessOptions options = shell("read x; echo alive");
    options.die_with_parent = true;
    options.stdin_fd = block.reader.get();
    options.stdout_fd = pipe.writer.get();
    process = Subprocess::start(options);
  }).join();
  block.writer.reset();
  EXPECT_EQ(pipe.read_all(), "alive\n");
}

TEST(Subprocess, AChildThatDiesWithItsParentDies) {
  Pipe pipe;
  ProcessOptions options = myself("LeavesAChildBehind");
  options.inherit = {{3, pipe.writer.get()}};
  Subprocess process = Subprocess::start(options);
  pipe.read_all();  // ends when the grandchild, which holds the pipe, is gone
  EXPECT_EQ(process.wait()->code, 7);
}

TEST(SubprocessRole, DISABLED_AllocatesOneGibibyte) {
  std::vector<char> const memory(std::size_t{1} << 30, 'x');
  EXPECT_EQ(memory[memory.size() / 2], 'x');
}

TEST(SubprocessRole, DISABLED_LeavesAChildBehind) {
  int block[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, block), 0);
  ProcessOptions options = shell("read x");
  options.die_with_parent = true;
  options.stdin_fd = block[0];
  options.inherit = {{3, 3}, {4, block[1]}};  // it holds the other end itself, so only a signal ends it
  Subprocess process = Subprocess::start(options);
  process.detach();
  ::_exit(7);
}

}  // namespace
}  // namespace lepton
