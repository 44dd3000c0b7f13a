#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client.h"
#include "cli/exit_code.h"
#include "cli/output.h"

namespace lepton::cli {

/// One argument of a command: `--name` with a value (option), without one (flag), or a place in the line (positional).
struct Argument {
  std::string name;         ///< "address", or "--purpose"; "-f,--file" for a short form too
  std::string placeholder;  ///< of an option's value, "PURPOSE"; empty for a flag
  std::string doc;
  bool required = false;
  bool repeated = false;
  std::string completes;  ///< kind of asset that a shell completes here ("dataset", "" for none, "*" for any)

  [[nodiscard]] bool positional() const { return name[0] != '-'; }
  /// How Invocation knows it: "purpose".
  [[nodiscard]] std::string key() const;
};

[[nodiscard]] Argument positional(std::string name, std::string doc, std::string completes = "");
[[nodiscard]] Argument optional_positional(std::string name, std::string doc, std::string completes = "");
[[nodiscard]] Argument option(std::string name, std::string placeholder, std::string doc);
[[nodiscard]] Argument required_option(std::string name, std::string placeholder, std::string doc);
[[nodiscard]] Argument repeated(Argument argument);
[[nodiscard]] Argument flag(std::string name, std::string doc);

/// What the user typed, and what a command works with.
class Invocation {
 public:
  Invocation(Client& client, Output& output) : client_(client), output_(output) {}

  [[nodiscard]] Client& client() const { return client_; }
  [[nodiscard]] Output& out() const { return output_; }
  /// Of a required argument.
  [[nodiscard]] std::string const& get(std::string const& name) const;
  [[nodiscard]] std::optional<std::string> find(std::string const& name) const;
  [[nodiscard]] std::string get_or(std::string const& name, std::string const& otherwise) const;
  [[nodiscard]] std::vector<std::string> all(std::string const& name) const;
  [[nodiscard]] bool has(std::string const& name) const { return values_.contains(name); }
  void set(std::string const& name, std::vector<std::string> values) { values_[name] = std::move(values); }

 private:
  Client& client_;
  Output& output_;
  std::map<std::string, std::vector<std::string>> values_;
};

/// `lepton <noun> <verb>`: help, parsing and shell completion come from it. With an empty noun it is `lepton <verb>`.
struct Command {
  std::string noun, verb;
  std::string summary;
  std::vector<Argument> arguments;
  std::vector<std::string> examples;
  std::function<ExitCode(Invocation&)> run;
  bool hidden = false;
  std::vector<Format> formats = {};  ///< that it knows beside table, json, jsonl, yaml and csv
};

/// All commands of the client, one file per noun.
[[nodiscard]] std::vector<Command> all_commands();
/// "data" → "share, find, query and trace tables".
[[nodiscard]] std::map<std::string, std::string> const& nouns();

}  // namespace lepton::cli
