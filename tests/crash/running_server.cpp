#include "running_server.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/check.h"
#include "base/error.h"

namespace lepton::crash {
namespace {

/// The binary under test: the one just built, or $LEPTON_PROGRAM.
std::string program() {
  char const* const given = std::getenv("LEPTON_PROGRAM");
  return given != nullptr ? given : LEPTON_PROGRAM;
}

std::string after(std::string const& text, std::string const& mark) {
  auto const at = text.find(mark);
  if (at == std::string::npos) return "";
  auto const begin = at + mark.size();
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

}  // namespace

Api::Api(std::string url, std::string token)
    : client_([&] {
        http::ClientOptions options{.base_url = std::move(url)};
        if (!token.empty()) options.headers.set("Authorization", "Bearer " + token);
        return options;
      }()) {}

Answer Api::answer_to(http::ClientRequest const& request) {
  try {
    auto response = client_.send(request);
    Answer answer{.status = response.status, .text = std::move(response.body)};
    if (auto const etag = response.headers.find("ETag")) answer.etag = *etag;
    if (auto const decision = response.headers.find("Lepton-Decision-Id")) answer.decision = *decision;
    auto const type = response.headers.find("Content-Type");
    if (type && type->find("json") != std::string_view::npos && !answer.text.empty())
      answer.body = json::parse(answer.text);
    return answer;
  } catch (Error const& error) {
    if (error.code() != Code::unavailable) throw;
    return {.text = error.what()};
  }
}

Answer Api::send(std::string const& method, std::string const& path, std::optional<json::Value> const& body,
                 std::string const& if_match) {
  http::ClientRequest request{.method = method, .target = path};
  if (body) {
    request.headers.set("Content-Type", "application/json");
    request.body = json::write(*body);
  }
  if (!if_match.empty()) request.headers.set("If-Match", if_match);
  return answer_to(request);
}

Answer Api::upload(std::string const& method, std::string const& path, std::string const& type, std::string bytes) {
  http::ClientRequest request{.method = method, .target = path, .body = std::move(bytes)};
  request.headers.set("Content-Type", type);
  return answer_to(request);
}

void RunningServer::start() {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) throw_errno("a pipe");
  FileDescriptor const write_end(pipe_ends[1]);
  output_ = FileDescriptor(pipe_ends[0]);
  FileDescriptor const log(::open((data_.string() + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  ProcessOptions options{.arguments = {program(), "serve", "--data", data_.string(), "--listen", "127.0.0.1:0"},
                         .environment = {{"HOME", data_.parent_path().string()}, {"PATH", "/usr/bin:/bin"}},
                         .working_directory = data_.parent_path(),
                         .stdout_fd = write_end.get(),
                         .stderr_fd = log.get()};
  for (char const* name : {"LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "TMPDIR"})
    if (char const* value = std::getenv(name)) options.environment.emplace(name, value);
  options.environment.insert(settings_.begin(), settings_.end());
  process_ = Subprocess::start(options);

  std::string said;
  while (said.find("Lepton listens on ") == std::string::npos || said.back() != '\n') {
    char buffer[4096];
    auto const count = ::read(output_.get(), buffer, sizeof buffer);
    if (count <= 0) throw internal("the server ended before it listened: " + said + this->log());
    said.append(buffer, static_cast<std::size_t>(count));
  }
  url_ = after(said, "Lepton listens on ");
  if (auto token = after(said, "--admin-token "); !token.empty()) admin_token_ = std::move(token);
}

void RunningServer::kill() {
  process_->kill_and_wait();
  process_.reset();
}

int RunningServer::stop() {
  process_->signal(SIGTERM);
  auto const status = process_->wait();
  process_.reset();
  return status->code;
}

std::string RunningServer::log() const {
  return read_file(data_.string() + ".log");
}

}  // namespace lepton::crash
