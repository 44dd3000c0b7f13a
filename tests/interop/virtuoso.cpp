#include "virtuoso.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>

#include "base/error.h"
#include "base/file.h"
#include "http/client.h"
#include "script.h"

namespace lepton::interop {
namespace {

constexpr char kSettings[] = R"([Database]
DatabaseFile={0}/v.db
ErrorLogFile={0}/v.log
LockFile={0}/v.lck
TransactionFile={0}/v.trx
xa_persistent_file={0}/v.pxa
[TempDatabase]
DatabaseFile={0}/t.db
TransactionFile={0}/t.trx
[Parameters]
ServerPort=127.0.0.1:{1}
NumberOfBuffers=2000
MaxDirtyBuffers=1200
[HTTPServer]
ServerPort=127.0.0.1:{2}
ServerRoot={0}
[SPARQL]
ResultSetMaxRows=100000
)";

/// Virtuoso cannot be told to take any port: one that was free a moment ago.
std::uint16_t free_port() {
  FileDescriptor const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(socket.get(), generic, size) != 0 || getsockname(socket.get(), generic, &size) != 0)
    throw internal("no free port");
  return ntohs(address.sin_port);
}

bool answers(std::string const& url) {
  try {
    http::Client client({.base_url = url, .idle_timeout = std::chrono::seconds(5)});
    return client.send({.target = "/sparql?query=ASK%7B%7D"}).status == 200;
  } catch (Error const&) {
    return false;
  }
}

}  // namespace

bool Virtuoso::installed() {
  return available("virtuoso-t -? 2>&1 | grep -q Virtuoso && command -v isql-vt");
}

Virtuoso::Virtuoso(std::filesystem::path folder) : folder_(std::move(folder)), sql_port_(free_port()) {
  std::filesystem::create_directories(folder_);
  auto const web_port = free_port();
  url_ = fmt::format("http://127.0.0.1:{}", web_port);
  write_file_atomically(folder_ / "v.ini", fmt::format(fmt::runtime(kSettings), folder_.string(), sql_port_, web_port));
  process_ = Subprocess::start({.arguments = {"/usr/bin/virtuoso-t", "+foreground", "+configfile", folder_ / "v.ini"},
                                .environment = {{"PATH", "/usr/bin:/bin"}},
                                .working_directory = folder_,
                                .die_with_parent = true});
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (!answers(url_)) {
    if (process_->wait(std::chrono::milliseconds(100)) || std::chrono::steady_clock::now() > until)
      throw internal("Virtuoso did not start: " + read_file(folder_ / "v.log"));
  }
  run("GRANT SPARQL_UPDATE TO \"SPARQL\"");
}

void Virtuoso::run(std::string const& statement) const {
  auto const said = run_script(folder_, fmt::format("isql-vt 127.0.0.1:{} dba dba exec=\"$STATEMENT\"", sql_port_),
                               {{"STATEMENT", statement + ";"}});
  if (said.code != 0 || said.text.find("Done.") == std::string::npos) throw internal("isql-vt: " + said.text);
}

}  // namespace lepton::interop
