#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/profile.h"

namespace lepton::cli {
namespace {

// Reads a line without showing it when a person types it; a script pipes it in.
std::string read_secret(std::string const& prompt) {
  bool const terminal = isatty(STDIN_FILENO) != 0;
  termios before{};
  if (terminal) {
    fmt::print(stderr, "{}: ", prompt);
    tcgetattr(STDIN_FILENO, &before);
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fmt::print(stderr, "\n");
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string password_for(std::string const& user) {
  if (char const* given = std::getenv("LEPTON_PASSWORD"); given != nullptr && *given != '\0') return given;
  return read_secret("password of " + user);
}

ExitCode log_in(Invocation& in) {
  auto profiles = Profiles::load();
  auto const name = in.get_or(
      "profile", std::getenv("LEPTON_PROFILE") != nullptr ? std::getenv("LEPTON_PROFILE") : profiles.current());
  Profile profile = profiles.find(name);
  auto connection = in.client().connection();
  if (connection.url.empty()) connection.url = profile.url.empty() ? "http://127.0.0.1:8080" : profile.url;
  if (connection.certificate_authority.empty()) connection.certificate_authority = profile.certificate_authority;
  Client client(connection);
  json::Value issued;
  std::string const user = in.get_or("user", profile.user);
  if (in.has("token-stdin")) {
    connection.token = read_secret("key or token");
    Client with_token(connection);
    auto const me = with_token.get(Target("/v1/me"));
    profile = {.url = connection.url, .token = connection.token, .user = std::string(me.at("name").as_string())};
  } else {
    if (user.empty()) throw invalid("say who logs in: lepton login --user NAME");
    if (auto const token = in.find("admin-token"))
      issued = client.post(Target("/v1/sessions:redeem"),
                           json::Object{{"token", *token == "-" ? read_secret("admin token") : *token},
                                        {"name", user},
                                        {"password", password_for(user)}});
    else
      issued = client.post(Target("/v1/sessions"), json::Object{{"name", user}, {"password", password_for(user)}});
    profile = {.url = connection.url, .token = std::string(issued.at("token").as_string()), .user = user};
  }
  if (!connection.certificate_authority.empty())
    profile.certificate_authority = std::filesystem::absolute(connection.certificate_authority);
  profiles.set(name, profile);
  if (!in.has("profile") || profiles.all().size() == 1) profiles.use(name);
  profiles.save();
  in.out().note(fmt::format("{} is logged in to {} (profile {})", profile.user, profile.url, name));
  return ExitCode::ok;
}

ExitCode log_out(Invocation& in) {
  auto profiles = Profiles::load();
  auto const name = in.get_or("profile", profiles.current());
  try {
    in.client().remove(Target("/v1/sessions/current"));
  } catch (Error const& e) {
    in.out().note(fmt::format("the server did not end the session: {}", e.what()));
  }
  profiles.remove(name);
  profiles.save();
  in.out().note(fmt::format("profile {} is gone", name));
  return ExitCode::ok;
}

ExitCode who_am_i(Invocation& in) {
  in.out().item(in.client().get(Target("/v1/me")));
  return ExitCode::ok;
}

ExitCode list_profiles(Invocation& in) {
  auto const profiles = Profiles::load();
  json::Array rows;
  for (auto const& [name, profile] : profiles.all())
    rows.push_back(json::Object{{"current", name == profiles.current() ? "*" : ""},
                                {"name", name},
                                {"user", profile.user},
                                {"url", profile.url}});
  in.out().list(rows, {{"", "current"}, {"NAME", "name"}, {"USER", "user"}, {"URL", "url"}});
  return ExitCode::ok;
}

ExitCode use_profile(Invocation& in) {
  auto profiles = Profiles::load();
  if (!profiles.all().contains(in.get("name")))
    throw not_found(fmt::format("there is no profile \"{}\": lepton profile list", in.get("name")));
  profiles.use(in.get("name"));
  profiles.save();
  return ExitCode::ok;
}

}  // namespace

void add_login(std::vector<Command>& commands) {
  commands.push_back({.noun = "",
                      .verb = "login",
                      .summary = "Log in and keep the session in a profile",
                      .arguments = {option("-u,--user", "NAME", "who logs in"),
                                    option("--admin-token", "TOKEN", "one-time token of the first start; - reads it"),
                                    flag("--token-stdin", "read an API key or token instead of a password"),
                                    flag("--password-stdin", "read the password from standard input")},
                      .examples = {"lepton login --url http://127.0.0.1:8080 --user ana",
                                   "lepton login --admin-token lb_… --user root     # first administrator",
                                   "echo $PASSWORD | lepton login --user ben --password-stdin --profile ben",
                                   "lepton login --token-stdin --profile loan-system < key.txt"},
                      .run = log_in});
  commands.push_back({.noun = "", .verb = "logout", .summary = "End the session", .run = log_out});
  commands.push_back({.noun = "", .verb = "whoami", .summary = "Who you are, with roles and groups", .run = who_am_i});
  commands.push_back({.noun = "profile", .verb = "list", .summary = "List the logins kept here", .run = list_profiles});
  commands.push_back({.noun = "profile",
                      .verb = "use",
                      .summary = "Make a profile the current one",
                      .arguments = {positional("name", "name of the profile")},
                      .run = use_profile});
}

}  // namespace lepton::cli
