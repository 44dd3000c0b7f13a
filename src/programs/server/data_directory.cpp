#include "server/data_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace lepton::server {

DataDirectory::DataDirectory(std::filesystem::path path) : path_(std::filesystem::absolute(std::move(path))) {
  std::error_code error;
  std::filesystem::create_directories(path_.parent_path(), error);
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST)
    throw_errno(fmt::format("cannot create the data directory {}", path_.string()));
  auto const file = path_ / "lock";
  lock_ = FileDescriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_.open()) throw_errno(fmt::format("cannot write in the data directory {}", path_.string()));
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
    throw conflict(fmt::format("another server uses {}; stop it or choose another --data", path_.string()));
  auto const pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock_.get(), 0) == 0) write_all(lock_.get(), pid, file.string());  // for people who wonder which
}

}  // namespace lepton::server
