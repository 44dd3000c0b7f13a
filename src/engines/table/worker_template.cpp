#include "table/worker_template.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/error.h"

namespace lepton::table {
namespace {

constexpr std::size_t kLongestMessage = 64 * 1024;
constexpr timeval kPatience{60, 0};  // the engine starts within it on the busiest machine

Error gone() {
  return unavailable("the process that query workers are forked from has ended");
}

/// One packet, and a descriptor where it is not negative.
bool send_packet(int socket, json::Object const& message, int descriptor) {
  std::string text = json::write(message);
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (descriptor >= 0) {
    header.msg_control = room.data();
    header.msg_controllen = room.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  }
  ssize_t sent = -1;
  do sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(text.size());
}

/// nullopt: the other side is gone, or silent for too long.
std::optional<json::Object> receive_packet(int socket, FileDescriptor& descriptor) {
  std::string text(kLongestMessage, '\0');
  iovec part{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = room.data();
  header.msg_controllen = room.size();
  ssize_t got = -1;
  do got = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got <= 0) return std::nullopt;
  if (cmsghdr const* const rights = CMSG_FIRSTHDR(&header); rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    int received = -1;
    std::memcpy(&received, CMSG_DATA(rights), sizeof received);
    descriptor = FileDescriptor(received);
  }
  return json::parse(std::string_view(text).substr(0, static_cast<std::size_t>(got))).as_object();
}

/// The two ends of a conversation; ours is the first.
std::pair<FileDescriptor, FileDescriptor> open_pair(int type) {
  int pair[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) throw_errno("cannot open a socket");
  return {FileDescriptor(pair[0]), FileDescriptor(pair[1])};
}

}  // namespace

WorkerTemplate::WorkerTemplate(ProcessOptions process)
    : process_([&] {
        auto [ours, theirs] = open_pair(SOCK_SEQPACKET);
        for (int const direction : {SO_RCVTIMEO, SO_SNDTIMEO})
          ::setsockopt(ours.get(), SOL_SOCKET, direction, &kPatience, sizeof kPatience);
        control_ = std::move(ours);
        process.stdin_fd = theirs.get();
        return Subprocess::start(process);
      }()) {}

json::Object WorkerTemplate::ask(json::Object const& request, int descriptor) {
  std::lock_guard const lock(mutex_);
  FileDescriptor none;
  if (!control_.open() || !send_packet(control_.get(), request, descriptor)) throw gone();
  auto answer = receive_packet(control_.get(), none);
  if (answer) return std::move(*answer);
  control_.reset();  // a late answer would be taken for that to the next question
  throw gone();
}

pid_t WorkerTemplate::fork(json::Object const& order, int socket) {
  auto const answer = ask({{"fork", order}}, socket);
  if (auto const* const pid = answer.if_contains("pid")) return pid->to_number<pid_t>();
  throw exhausted("a query worker did not start: " + std::string(answer.at("reason").as_string()));
}

ExitStatus WorkerTemplate::reap(pid_t fork) {
  return ExitStatus::of_wait(ask({{"reap", fork}}, -1).at("status").to_number<int>());
}

ForkedWorker::ForkedWorker(std::shared_ptr<WorkerTemplate> parent, json::Object const& order)
    : parent_(std::move(parent)) {
  auto [ours, theirs] = open_pair(SOCK_STREAM);
  socket_ = std::move(ours);
  pid_ = parent_->fork(order, theirs.get());
  pidfd_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (pidfd_.open()) return;
  int const error = errno;
  socket_.reset();  // it ends by itself
  std::ignore = parent_->reap(pid_);
  errno = error;
  throw_errno("cannot watch a query worker");
}

ForkedWorker::~ForkedWorker() {
  kill_and_wait();
}

std::optional<ExitStatus> ForkedWorker::wait(std::chrono::milliseconds timeout) {
  if (status_) return status_;
  pollfd ended{pidfd_.get(), POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&ended, 1, static_cast<int>(timeout.count()));
  while (ready < 0 && errno == EINTR);
  if (ready <= 0) return std::nullopt;
  try {
    status_ = parent_->reap(pid_);
  } catch (Error const&) {
    status_ = ExitStatus{128 + SIGTERM, SIGTERM};  // ended with its template, which cannot be asked any more
  }
  return status_;
}

void ForkedWorker::kill_and_wait() {
  if (status_) return;
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
  std::ignore = wait(std::chrono::hours(1));
}

namespace {

/// The server's end is told by the kernel: a worker outlives neither its template nor the server.
void become_worker(pid_t parent, int socket) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != parent || ::dup2(socket, STDIN_FILENO) < 0)
    ::_exit(127);
}

}  // namespace

std::optional<json::Object> next_order() {
  pid_t const self = ::getpid();
  for (;;) {
    FileDescriptor socket;
    auto const request = receive_packet(STDIN_FILENO, socket);
    if (!request) return std::nullopt;
    if (auto const* const dead = request->if_contains("reap")) {
      int status = 0;
      while (::waitpid(dead->to_number<pid_t>(), &status, 0) < 0 && errno == EINTR) {
      }
      (void)send_packet(STDIN_FILENO, {{"status", status}}, -1);
      continue;
    }
    pid_t const pid = ::fork();
    if (pid == 0) {
      become_worker(self, socket.get());
      return request->at("fork").as_object();
    }
    (void)send_packet(STDIN_FILENO,
                      pid > 0 ? json::Object{{"pid", pid}} : json::Object{{"reason", std::strerror(errno)}}, -1);
  }
}

}  // namespace lepton::table
