#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/subprocess.h"
#include "http/client.h"

namespace lepton::crash {

/// An answer of /v1. Status 0: the server went away before it answered, so that nothing is known.
struct Answer {
  int status = 0;
  json::Value body;
  std::string etag;
  std::string decision;  ///< Lepton-Decision-Id
  std::string text;

  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

/// Asks one server as one person. One thread at a time.
class Api {
 public:
  Api(std::string url, std::string token);

  Answer get(std::string const& path) { return send("GET", path, std::nullopt); }
  Answer post(std::string const& path, json::Value const& body) { return send("POST", path, body); }
  Answer put(std::string const& path, json::Value const& body, std::string const& if_match = "") {
    return send("PUT", path, body, if_match);
  }
  Answer remove(std::string const& path) { return send("DELETE", path, std::nullopt); }
  /// A body that is not JSON.
  Answer upload(std::string const& method, std::string const& path, std::string const& type, std::string bytes);

 private:
  Answer send(std::string const& method, std::string const& path, std::optional<json::Value> const& body,
              std::string const& if_match = "");
  Answer answer_to(http::ClientRequest const& request);

  http::Client client_;
};

/// `lepton serve` on a free port over a data directory that outlives it. The destructor kills it.
class RunningServer {
 public:
  explicit RunningServer(std::filesystem::path data) : data_(std::move(data)) {}

  /// "postgresql://…" instead of SQLite in the data directory; before start().
  void use_database(std::string location) { set("LEPTON_DATABASE", std::move(location)); }
  /// A setting by its name in the environment, such as LEPTON_TLS_CERT; before start().
  void set(std::string const& name, std::string value) { settings_[name] = std::move(value); }
  /// Returns once it answers. Throws when it ends before that, with what it said.
  void start();
  /// SIGKILL, at once.
  void kill();
  /// SIGTERM; the exit code.
  int stop();
  [[nodiscard]] std::string const& url() const { return url_; }
  [[nodiscard]] std::optional<std::string> const& admin_token() const { return admin_token_; }
  [[nodiscard]] Api api(std::string const& token) const { return {url_, token}; }
  [[nodiscard]] std::filesystem::path const& data() const { return data_; }
  /// What it wrote to standard error since the beginning.
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path data_;
  std::map<std::string, std::string> settings_;
  std::optional<Subprocess> process_;
  FileDescriptor output_;
  std::string url_;
  std::optional<std::string> admin_token_;
};

}  // namespace lepton::crash
