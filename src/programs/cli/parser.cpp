#include "cli/parser.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <sstream>

#include "base/error.h"
#include "cli/completion.h"
#include "cli/profile.h"

namespace lepton::cli {
namespace {

struct Common {
  std::string output = "table", profile, url, purpose, timeout, certificate_authority;
  bool quiet = false;
};

// What CLI11 writes into while it parses; lives as long as the parse.
struct Slot {
  Argument const* argument = nullptr;
  std::vector<std::string> values;
  std::string value;
  bool given = false;
  CLI::Option* option = nullptr;
};

struct Bound {
  Command const* command = nullptr;
  CLI::App* app = nullptr;
  std::deque<Slot> slots;
};

std::string environment(char const* name) {
  char const* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void add_argument(CLI::App& app, Slot& slot) {
  auto const& argument = *slot.argument;
  if (!argument.positional() && argument.placeholder.empty()) {
    slot.option = app.add_flag(argument.name, slot.given, argument.doc);
    return;
  }
  if (argument.repeated) {
    slot.option = app.add_option(argument.name, slot.values, argument.doc);
    if (!argument.positional()) slot.option->expected(1)->take_all()->allow_extra_args(false);
  } else {
    slot.option = app.add_option(argument.name, slot.value, argument.doc);
  }
  if (argument.required) slot.option->required();
  slot.option->type_name(argument.placeholder);
}

std::string examples_text(Command const& command) {
  if (command.examples.empty()) return "";
  std::string text = "\nExamples:";
  for (auto const& example : command.examples) text += "\n  " + example;
  return text;
}

void add_common(CLI::App& app, Common& common) {
  app.add_option("-o,--output", common.output,
                 "table, json, jsonl, yaml or csv; some commands have more, such as parquet or turtle")
      ->check(CLI::IsMember(format_names()));
  app.add_option("--profile", common.profile, "login to use; default $LEPTON_PROFILE or the current one");
  app.add_option("--url", common.url, "server; default $LEPTON_URL or the profile's");
  app.add_option("--purpose", common.purpose, "what for; default $LEPTON_PURPOSE");
  app.add_option("--timeout", common.timeout, "time that the server may take, such as 10m");
  app.add_option("--ca", common.certificate_authority,
                 "PEM file of the authority that signed the server's certificate");
  app.add_flag("-q,--quiet", common.quiet, "no remarks, no progress, not what a change made");
}

Connection connection_of(Common const& common) {
  auto const profiles = Profiles::load();
  auto const first = [](std::initializer_list<std::string> candidates) {
    for (auto const& candidate : candidates)
      if (!candidate.empty()) return candidate;
    return std::string();
  };
  auto const name = first({common.profile, environment("LEPTON_PROFILE"), profiles.current()});
  auto const profile = profiles.find(name);
  // A profile that was asked for goes to its own server: its token is no other's to see.
  auto const usual_url = common.profile.empty() ? first({environment("LEPTON_URL"), profile.url})
                                                : first({profile.url, environment("LEPTON_URL")});
  if (!common.profile.empty() && profile.url.empty() && environment("LEPTON_TOKEN").empty())
    throw unauthenticated(fmt::format("there is no profile \"{}\": lepton login --profile {}", name, name));
  return {.url = first({common.url, usual_url, "http://127.0.0.1:8080"}),
          .token = common.profile.empty() ? first({environment("LEPTON_TOKEN"), profile.token}) : profile.token,
          .purpose = first({common.purpose, environment("LEPTON_PURPOSE")}),
          .timeout = common.timeout,
          .certificate_authority =
              first({common.certificate_authority, environment("LEPTON_CA"), profile.certificate_authority})};
}

void explain(Error const& error, Client const& client, Format format) {
  if (format == Format::json && !client.problem().empty()) {
    fmt::print(stderr, "{}\n", json::write_pretty(client.problem()));
    return;
  }
  fmt::print(stderr, "error: {}\n", error.what());
  bool const said = error.details().size() == 1 &&
                    std::string_view(error.what()).find(error.details().begin()->second) != std::string_view::npos;
  if (!said)
    for (auto const& [pointer, text] : error.details())
      fmt::print(stderr, "  {}{}{}\n", pointer, pointer.empty() ? "" : ": ", text);
  if (error.code() == Code::unauthenticated) fmt::print(stderr, "try: lepton login\n");
  if (error.code() == Code::unavailable && client.problem().empty())
    fmt::print(stderr, "is the server running? it is started with: lepton serve\n");
  if (!error.request_access_to().empty() && client.connection().purpose.empty())
    fmt::print(stderr, "try: the same with --purpose PURPOSE, if you were given access for one\n");
  if (!error.request_access_to().empty())
    fmt::print(stderr, "try: lepton data request {} --purpose PURPOSE --reason WHY\n", error.request_access_to());
  if (auto const* id = client.problem().if_contains("request_id"); id != nullptr && id->is_string())
    fmt::print(stderr, "request: {}\n", std::string_view(id->get_string()));
}

int run_command(Bound const& bound, Common const& common) {
  auto const format = find_format(common.output).value_or(Format::table);
  Output output(format, common.quiet);
  std::unique_ptr<Client> client;
  try {
    auto const& more = bound.command->formats;
    if (!is_usual(format) && std::ranges::find(more, format) == more.end())
      throw invalid(format == Format::parquet
                        ? "Parquet is for rows of tables: data query, data preview and data export"
                        : fmt::format("{} is for what graphs answer: graph query", name_of(format)));
    client = std::make_unique<Client>(
        bound.command->noun == "profile" || bound.command->verb == "login" || bound.command->verb == "completion"
            ? Connection{.url = common.url.empty() ? environment("LEPTON_URL") : common.url,
                         .certificate_authority = common.certificate_authority}
            : connection_of(common));
    Invocation invocation(*client, output);
    if (!common.profile.empty()) invocation.set("profile", {common.profile});
    for (auto const& slot : bound.slots) {
      if (slot.option->count() == 0) continue;
      invocation.set(slot.argument->key(), slot.argument->repeated ? slot.values : std::vector{slot.value});
    }
    auto const code = bound.command->run(invocation);
    std::fflush(stdout);
    return static_cast<int>(code);
  } catch (std::filesystem::filesystem_error const& error) {
    fmt::print(stderr, "error: {}: {}\n", error.path1().string(), error.code().message());
    return static_cast<int>(ExitCode::failed);
  } catch (Error const& error) {
    std::fflush(stdout);
    if (client)
      explain(error, *client, format);
    else
      fmt::print(stderr, "error: {}\n", error.what());
    return static_cast<int>(exit_code_of(error.code()));
  }
}

/// The words of the command line that name a command, for "lepton data import --help".
std::string named_so_far(CLI::App const& app) {
  std::string words = app.get_name();
  for (auto const* next : app.get_subcommands()) words += " " + named_so_far(*next);
  return words;
}

int wrong_usage(CLI::App const& app, CLI::ParseError const& problem) {
  std::string text = problem.what();
  // CLI11 lists what it could not place backwards: the option, where there is one, is what people look for.
  constexpr std::string_view kUnexpected = "not expected: ";
  if (auto const at = text.find(kUnexpected); at != std::string::npos) {
    std::istringstream words(text.substr(at + kUnexpected.size()));
    std::string word, unknown;
    while (words >> word)
      if (unknown.empty() || word.starts_with('-')) unknown = word;
    text = fmt::format("'{}' is not known here", unknown);
  }
  fmt::print(stderr, "error: {}\ntry: {} --help\n", text, named_so_far(app));
  return static_cast<int>(ExitCode::usage);
}

constexpr char const* kFooter = R"(
Begin:
  lepton serve --data ./lepton-data           start a server; it prints a one-time admin token
  lepton login --admin-token TOKEN --user me  become its first administrator
  lepton data import banking/customers customers.csv
  lepton data query "SELECT * FROM banking.customers LIMIT 5"
  lepton why DECISION-ID                      from an answer back to the rows it came from

Every command has --help with examples. Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 log in, 5 denied,
6 conflict, 7 invalid, 8 pending.)";

}  // namespace

int run(std::vector<std::string> const& arguments) {
  auto const commands = all_commands();
  if (!arguments.empty() && arguments[0] == "__complete")
    return complete(commands, {arguments.begin() + 1, arguments.end()}, connection_of({}));

  Common common;
  CLI::App app("Lepton: data, models and decisions of the whole company under one policy and one lineage", "lepton");
  app.footer(kFooter);
  app.require_subcommand(1);
  add_common(app, common);
  app.add_subcommand("serve", "Start a server");  // for --help: main() starts it
  std::map<std::string, CLI::App*> noun_apps;
  std::deque<Bound> all;
  for (auto const& command : commands) {
    CLI::App* parent = &app;
    if (!command.noun.empty()) {
      auto& noun = noun_apps[command.noun];
      if (noun == nullptr) {
        noun = app.add_subcommand(command.noun, nouns().at(command.noun));
        noun->require_subcommand(1);
        noun->fallthrough();
        noun->footer("");
      }
      parent = noun;
    }
    auto& bound = all.emplace_back();
    bound.command = &command;
    bound.app = parent->add_subcommand(command.verb, command.summary);
    bound.app->fallthrough();
    bound.app->footer(examples_text(command));
    if (command.hidden) bound.app->group("");
    for (auto const& argument : command.arguments) add_argument(*bound.app, bound.slots.emplace_back(Slot{&argument}));
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (CLI::ParseError const& e) {
    return e.get_exit_code() == 0 ? app.exit(e) : wrong_usage(app, e);
  }
  for (auto const& bound : all)
    if (bound.app->parsed()) return run_command(bound, common);
  return static_cast<int>(ExitCode::usage);
}

}  // namespace lepton::cli
