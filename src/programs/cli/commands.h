#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"

/// One function per noun; each adds its commands.
namespace lepton::cli {

void add_login(std::vector<Command>& commands);
void add_department(std::vector<Command>& commands);
void add_user(std::vector<Command>& commands);
void add_key(std::vector<Command>& commands);
void add_policy(std::vector<Command>& commands);
void add_request(std::vector<Command>& commands);
void add_grant(std::vector<Command>& commands);
void add_audit(std::vector<Command>& commands);
void add_data(std::vector<Command>& commands);
void add_graph(std::vector<Command>& commands);
void add_graph_query(std::vector<Command>& commands);
void add_graph_rules(std::vector<Command>& commands);
void add_rules(std::vector<Command>& commands);
void add_run(std::vector<Command>& commands);
void add_model(std::vector<Command>& commands);
void add_infer(std::vector<Command>& commands);
void add_usage(std::vector<Command>& commands);
void add_job(std::vector<Command>& commands);
void add_deploy(std::vector<Command>& commands);
void add_why(std::vector<Command>& commands);
void add_apply(std::vector<Command>& commands);
void add_platform(std::vector<Command>& commands);

/// "banking/customers@3" → department, name and version ("" when none). Throws Error{invalid}.
struct Place {
  std::string department, name, version;
  [[nodiscard]] std::string address() const { return department + "/" + name; }
};
[[nodiscard]] Place place_of(std::string const& address);

/// The --mask COLUMN[=MASK] of a command; a column alone is replaced with null.
[[nodiscard]] json::Object masks_of(Invocation const& in);

/// "key=value" → both; throws Error{invalid} that names the option.
[[nodiscard]] std::pair<std::string, std::string> key_value(std::string const& text, std::string const& what);

}  // namespace lepton::cli
