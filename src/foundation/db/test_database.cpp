#include "db/test_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"

namespace lepton::db {
namespace {

std::filesystem::path const kPrograms = "/usr/lib/postgresql/15/bin";

// PostgreSQL refuses to run as root.
std::vector<std::string> as_postgres(std::vector<std::string> command) {
  if (::geteuid() != 0) return command;
  std::vector<std::string> all{"/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
                               "--pdeathsig=QUIT"};  // changing the user would clear the one that Subprocess sets
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

void give_to_postgres(std::filesystem::path const& path) {
  if (::geteuid() != 0) return;
  passwd const* const user = ::getpwnam("postgres");
  check(user != nullptr && ::lchown(path.c_str(), user->pw_uid, user->pw_gid) == 0, "root may give files away");
}

ProcessOptions command(std::vector<std::string> arguments) {
  ProcessOptions options;
  options.arguments = as_postgres(std::move(arguments));
  options.environment = {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C"}};
  options.working_directory = "/";
  options.die_with_parent = true;
  return options;
}

void run(std::vector<std::string> arguments) {
  std::string const name = arguments[0];
  auto const status = Subprocess::start(command(std::move(arguments))).wait();
  if (!status->ok()) throw internal(fmt::format("{}: {}", name, status->describe()));
}

// initdb takes seconds of processor time, so its result is kept and copied. Named for what it was made by and with.
std::filesystem::path template_cluster() {
  auto const root = std::filesystem::temp_directory_path() / fmt::format("lepton-test-postgresql-15-{}", ::geteuid());
  std::filesystem::create_directory(root);
  give_to_postgres(root);
  FileDescriptor const lock(::open((root / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  check(lock.open() && ::flock(lock.get(), LOCK_EX) == 0, "the template can be locked");
  auto const data = root / "data";
  if (!std::filesystem::exists(data)) {
    auto const unfinished = root / ("new-" + to_base32(random_bytes(5)));
    run({kPrograms / "initdb", "-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
         "--no-sync", "--no-instructions", "--wal-segsize=1"});
    std::filesystem::rename(unfinished, data);
  }
  return data;
}

// Reads the server's log up to its word that it is ready.
void await_ready(int log) {
  std::string seen;
  char buffer[1024];
  while (seen.find("ready to accept connections") == std::string::npos) {
    ssize_t const count = ::read(log, buffer, sizeof buffer);
    if (count <= 0) throw internal("PostgreSQL did not start: " + seen);
    seen.append(buffer, static_cast<std::size_t>(count));
  }
}

TestCluster& cluster_of_this_process() {
  static TestCluster cluster;
  return cluster;
}

}  // namespace

std::optional<std::string> TestCluster::missing() {
  if (!std::filesystem::exists(kPrograms / "initdb")) return fmt::format("{} is not installed", kPrograms.string());
  if (::geteuid() == 0 && ::getpwnam("postgres") == nullptr) return "there is no user postgres to run it as";
  return std::nullopt;
}

TestCluster::TestCluster() {
  give_to_postgres(directory_.path());
  run({"/bin/cp", "-r", template_cluster(), directory_.path() / "data"});
  run({"/bin/chmod", "700", directory_.path() / "data"});
  start();
}

TestCluster::~TestCluster() {
  stop();
}

void TestCluster::start() {
  int ends[2];
  check(::pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
  log_ = FileDescriptor(ends[0]);
  FileDescriptor writer(ends[1]);
  ProcessOptions options = command({kPrograms / "postgres",
                                    "-D",
                                    directory_.path() / "data",
                                    "-k",
                                    directory_.path(),
                                    "-h",
                                    "",
                                    "-F",
                                    "-c",
                                    "max_connections=60",
                                    "-c",
                                    "shared_buffers=16MB",
                                    "-c",
                                    "log_min_messages=log",
                                    "-c",
                                    "logging_collector=off",
                                    "-c",
                                    "autovacuum=off",
                                    "-c",
                                    "log_checkpoints=off"});
  options.stderr_fd = writer.get();
  server_ = Subprocess::start(options);
  writer.reset();  // or the pipe would stay open when the server fails
  await_ready(log_.get());
}

void TestCluster::stop() {
  if (!server_) return;
  server_->signal(SIGQUIT);
  std::ignore = server_->wait();
  server_.reset();
}

std::string TestCluster::uri(std::string const& database) const {
  return fmt::format("postgresql://postgres@{}/{}", percent_encode(directory_.path().string()), database);
}

std::string TestCluster::create_database() {
  std::string const name = fmt::format("test{}", ++databases_);
  std::unique_ptr<PGconn, decltype(&PQfinish)> const connection(PQconnectdb(uri("postgres").c_str()), &PQfinish);
  std::unique_ptr<PGresult, decltype(&PQclear)> const result(
      PQexec(connection.get(), ("CREATE DATABASE " + name).c_str()), &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) throw internal(PQerrorMessage(connection.get()));
  return uri(name);
}

TestDatabase::TestDatabase(Dialect dialect, Clock const& clock) : clock_(clock) {
  if (dialect == Dialect::sqlite) {
    directory_.emplace("lepton-db");
    location_ = directory_->path() / "meta.db";
  } else {
    location_ = cluster_of_this_process().create_database();
  }
  reopen();
}

void TestDatabase::reopen() {
  database_.reset();
  database_ = open_database(location_, clock_);
}

Clock const& TestDatabase::machine_clock() {
  static SystemClock const clock;
  return clock;
}

}  // namespace lepton::db
