#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "base/error.h"
#include "table/workers.h"

namespace lepton::table {
namespace {

Error error_of(json::Object const& message) {
  auto const text = [&](char const* name) {
    auto const* const found = message.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  };
  return Error(find_code(text("code")).value_or(Code::internal), text("message")).with_reason(text("reason"));
}

}  // namespace

std::chrono::milliseconds time_left(Call const& call, std::chrono::milliseconds longest) {
  if (call.deadline == std::chrono::steady_clock::time_point::max()) return longest;
  return std::min(longest, std::chrono::ceil<std::chrono::milliseconds>(call.deadline - call.clock->steady()));
}

Worker::Worker(WorkerOptions const& options, std::shared_ptr<WorkerTemplate> parent, std::filesystem::path directory)
    : directory_(std::move(directory)), longest_(options.longest) {
  std::filesystem::create_directories(directory_);
  stop_event_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop_event_.open()) throw_errno("cannot open an event");
  process_.emplace(std::move(parent),
                   json::Object{{"directory", directory_.string()},
                                {"memory_bytes", static_cast<std::int64_t>(options.memory_bytes)},
                                {"temporary_bytes", static_cast<std::int64_t>(options.temporary_bytes)}});
  timeval const patience{10, 0};
  ::setsockopt(socket(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Worker::~Worker() {
  process_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Worker::died() {
  process_->close_socket();
  auto status = process_->wait(std::chrono::milliseconds(200));
  if (!status) {
    process_->kill_and_wait();
    status = process_->wait(std::chrono::milliseconds(0));
  }
  // Out of memory shows as a failed allocation (abort) or as the kernel's SIGKILL.
  if (status && (status->signal == SIGABRT || status->signal == SIGKILL))
    throw exhausted("the statement needs more memory than it may use").with_reason("memory_limit");
  if (status && status->signal == SIGXFSZ)
    throw exhausted("the result is larger than it may be").with_reason("disk_limit");
  throw unavailable(
      fmt::format("the query worker ended: {}; only this request failed", status ? status->describe() : "unknown"));
}

void Worker::send(json::Object const& task) {
  std::string const payload = json::write(task);
  std::string const bytes = frame_header(FrameKind::message, payload.size()) + payload;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    ssize_t const sent = ::send(socket(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      rest.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EINTR)
      died();
  }
}

void Worker::wait_readable(Call const& call, std::chrono::steady_clock::time_point latest) {
  for (;;) {
    call.proceed();
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(latest - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw exhausted("the statement ran longer than it may").with_reason("deadline_exceeded");
    pollfd watched[2] = {{socket(), POLLIN, 0}, {stop_event_.get(), POLLIN, 0}};
    int const ready = ::poll(watched, 2, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready > 0 && watched[0].revents != 0) return;
  }
}

void Worker::read_exactly(Call const& call, char* into, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    ssize_t const got = ::recv(socket(), into + done, count - done, MSG_DONTWAIT);
    if (got > 0)
      done += static_cast<std::size_t>(got);
    else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      wait_readable(call, *latest_);
    else if (got == 0 || errno != EINTR)
      died();
  }
}

Frame Worker::receive(Call const& call) {
  if (!latest_) latest_ = std::chrono::steady_clock::now() + time_left(call, longest_);
  std::stop_callback const wake(call.stop, [this] {
    std::uint64_t const one = 1;
    (void)!::write(stop_event_.get(), &one, sizeof one);
  });
  try {
    unsigned char header[5];
    read_exactly(call, reinterpret_cast<char*>(header), sizeof header);
    std::uint32_t const length = header[0] | header[1] << 8U | header[2] << 16U | std::uint32_t(header[3]) << 24U;
    if (length > longest_frame) throw internal("a query worker broke its protocol");
    Frame frame{static_cast<FrameKind>(header[4]), std::string(length, '\0')};
    read_exactly(call, frame.payload.data(), length);
    if (frame.kind != FrameKind::message) return frame;
    auto const value = json::parse(frame.payload);
    if (value.at("event") == "error") throw error_of(value.as_object());
    return frame;
  } catch (Error const&) {
    process_->kill_and_wait();
    throw;
  }
}

json::Object Worker::receive_message(Call const& call) {
  Frame const frame = receive(call);
  if (frame.kind != FrameKind::message) throw internal("a query worker broke its protocol");
  return json::parse(frame.payload).as_object();
}

}  // namespace lepton::table
