#include "cli/commands.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/graph_map.h"

namespace lepton::cli {

Place place_of(std::string const& address) {
  auto const slash = address.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == address.size() ||
      address.find('/', slash + 1) != std::string::npos)
    throw invalid(fmt::format("\"{}\" is not an address; write department/name, such as banking/customers", address));
  auto const at = address.find('@', slash);
  return {.department = address.substr(0, slash),
          .name = address.substr(slash + 1, at == std::string::npos ? std::string::npos : at - slash - 1),
          .version = at == std::string::npos ? "" : address.substr(at + 1)};
}

json::Object masks_of(Invocation const& in) {
  json::Object masks;
  for (auto const& text : in.all("mask")) {
    auto const equals = text.find('=');
    masks[text.substr(0, equals)] = equals == std::string::npos ? "replace-with-null" : text.substr(equals + 1);
  }
  return masks;
}

std::pair<std::string, std::string> key_value(std::string const& text, std::string const& what) {
  auto const equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw invalid(fmt::format("{} must be NAME=VALUE, found \"{}\"", what, text));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::map<std::string, std::string> const& nouns() {
  static std::map<std::string, std::string> const all{{"profile", "The logins kept on this machine"},
                                                      {"department", "Departments, which own everything"},
                                                      {"user", "People, service accounts, groups and their roles"},
                                                      {"key", "API keys of people and programs"},
                                                      {"policy", "Who may discover what, row filters, masks, purposes"},
                                                      {"request", "Asking for access, and answering"},
                                                      {"grant", "Access that was given"},
                                                      {"data", "Share, find, query and trace tables"},
                                                      {"graph", "Knowledge graphs: load, query, reason, share"},
                                                      {"rules", "Rule sets, by which graphs reason"},
                                                      {"shapes", "What graphs are validated against"},
                                                      {"job", "Recipes that run: training and the like"},
                                                      {"run", "What training recorded: parameters, metrics"},
                                                      {"model", "Registered models, their versions and aliases"},
                                                      {"deploy", "Models that answer calls"}};
  return all;
}

std::vector<Command> all_commands() {
  std::vector<Command> commands;
  add_login(commands);
  add_department(commands);
  add_user(commands);
  add_key(commands);
  add_policy(commands);
  add_request(commands);
  add_grant(commands);
  add_data(commands);
  add_graph(commands);
  add_graph_query(commands);
  add_graph_map(commands);
  add_graph_rules(commands);
  add_rules(commands);
  add_job(commands);
  add_run(commands);
  add_model(commands);
  add_deploy(commands);
  add_infer(commands);
  add_why(commands);
  add_usage(commands);
  add_audit(commands);
  add_apply(commands);
  add_platform(commands);
  return commands;
}

}  // namespace lepton::cli
