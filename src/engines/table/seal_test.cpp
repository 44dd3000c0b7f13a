#include "table/seal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <thread>

#include "base/file.h"

namespace lepton::table {
namespace {

class SealTest : public testing::Test {
 protected:
  void SetUp() override {
    write_file_atomically(directory_.path() / "readable", "x");
    write_file_atomically(directory_.path() / "other", "y");
    std::filesystem::create_directory(directory_.path() / "own");
  }
  /// Whether `attempt` succeeds in a sealed child process.
  bool sealed(std::function<bool()> const& attempt) {
    pid_t const child = ::fork();
    if (child == 0) {
      auto const isolation = Seal().close({directory_.path() / "readable"}, directory_.path() / "own");
      if (isolation != "landlock+seccomp") ::_exit(2);
      ::_exit(attempt() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2) ADD_FAILURE() << "the kernel does not seal";
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  bool opens(std::filesystem::path const& path, int flags) {
    return sealed([&] { return ::open(path.c_str(), flags, 0600) >= 0; });
  }

  TemporaryDirectory directory_;
};

TEST_F(SealTest, LeavesTheGivenFilesAndTheOwnDirectory) {
  EXPECT_TRUE(opens(directory_.path() / "readable", O_RDONLY));
  EXPECT_TRUE(opens(directory_.path() / "own" / "new", O_RDWR | O_CREAT));
  EXPECT_TRUE(sealed([] {
    std::thread([] {}).join();
    return true;
  }));
}

TEST_F(SealTest, TakesEverythingElse) {
  EXPECT_FALSE(opens(directory_.path() / "readable", O_RDWR));
  EXPECT_FALSE(opens(directory_.path() / "readable", O_RDONLY | O_TRUNC));
  EXPECT_FALSE(opens(directory_.path() / "other", O_RDONLY));
  EXPECT_FALSE(opens(directory_.path() / "own" / ".." / "other", O_RDONLY));
  EXPECT_FALSE(opens(directory_.path() / "new", O_RDWR | O_CREAT));
  EXPECT_FALSE(opens("/etc/passwd", O_RDONLY));
  EXPECT_FALSE(opens("/proc/self/environ", O_RDONLY));
  EXPECT_FALSE(sealed([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }));
  EXPECT_FALSE(sealed([] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }));
  EXPECT_FALSE(sealed([] { return ::fork() >= 0; }));
  EXPECT_FALSE(sealed([] {
    char* arguments[] = {const_cast<char*>("/bin/true"), nullptr};
    ::execv("/bin/true", arguments);
    return false;
  }));
  EXPECT_FALSE(sealed([] { return ::kill(::getppid(), 0) == 0; }));
  EXPECT_FALSE(sealed([] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }));
  EXPECT_FALSE(
      sealed([this] { return ::chdir("/") == 0 && ::symlink("/etc", (directory_.path() / "own/l").c_str()) == 0; }));
}

TEST_F(SealTest, HoldsInLaterThreads) {
  EXPECT_FALSE(sealed([this] {
    bool opened = false;
    std::thread([&] { opened = ::open((directory_.path() / "other").c_str(), O_RDONLY) >= 0; }).join();
    return opened;
  }));
}

}  // namespace
}  // namespace lepton::table
