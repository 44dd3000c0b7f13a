#include "cli/completion.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "base/error.h"
#include "cli/profile.h"

namespace lepton::cli {
namespace {

constexpr char const* kBash = R"(# bash completion of lepton; put this into ~/.bashrc:  source <(lepton completion bash)
_lepton() {
  local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
  local IFS=$'\n'
  COMPREPLY=($(lepton __complete "${words[@]}" 2>/dev/null))
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
complete -o default -F _lepton lepton
)";
constexpr char const* kZsh = R"(#compdef lepton
# zsh completion of lepton; put this into ~/.zshrc:  source <(lepton completion zsh)
_lepton() {
  local -a found
  found=("${(@f)$(lepton __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${found[1]}" ]]; then compadd -- "${found[@]}"; else _files; fi
}
compdef _lepton lepton
)";
constexpr char const* kFish =
    R"(# fish completion of lepton:  lepton completion fish > ~/.config/fish/completions/lepton.fish
function __lepton_complete
  set -l found (lepton __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c lepton -f -a '(__lepton_complete)'
)";

/// Options of every command, and whether a value follows.
constexpr std::array<std::pair<std::string_view, bool>, 10> kCommon{{{"--output", true},
                                                                     {"-o", true},
                                                                     {"--profile", true},
                                                                     {"--url", true},
                                                                     {"--purpose", true},
                                                                     {"--timeout", true},
                                                                     {"--ca", true},
                                                                     {"--quiet", false},
                                                                     {"-q", false},
                                                                     {"--help", false}}};

bool begins(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

std::set<std::string> addresses(std::string const& kind, std::string const& typed, Connection const& connection) {
  std::set<std::string> found;
  try {
    Client client(connection);
    Target target("/v1/assets");
    target.with("page_size", "1000");
    if (kind != "*") target.with("kind", kind);
    auto const page = client.get(target);
    for (auto const& item : page.at("items").as_array()) {
      std::string const address(item.at("address").as_string());
      if (begins(address, typed)) found.insert(address);
    }
  } catch (std::exception const&) {
    // No server, no login: a shell completes what is known without them.
  }
  return found;
}

/// What stands before the word that is being typed.
struct Typed {
  std::vector<std::string> names;    ///< of the command, as far as it is named
  Command const* command = nullptr;  ///< once it is
  std::size_t positionals = 0;
  std::string option;  ///< whose value is being typed; "" for none
};

Command const* named(std::vector<Command> const& commands, std::vector<std::string> const& names) {
  for (auto const& command : commands)
    if (command.noun.empty() ? names.size() == 1 && names[0] == command.verb
                             : names.size() == 2 && names[0] == command.noun && names[1] == command.verb)
      return &command;
  return nullptr;
}

bool takes_value(Command const* command, std::string const& option) {
  for (auto const& [name, value] : kCommon)
    if (name == option) return value;
  if (command == nullptr) return false;
  for (auto const& argument : command->arguments)
    if (!argument.positional() && ("," + argument.name + ",").find("," + option + ",") != std::string::npos)
      return !argument.placeholder.empty();
  return false;
}

Typed read_words(std::vector<Command> const& commands, std::vector<std::string> const& words) {
  Typed typed;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (!typed.option.empty()) {
      typed.option.clear();
    } else if (begins(words[i], "-")) {
      if (takes_value(typed.command, words[i])) typed.option = words[i];
    } else if (typed.command != nullptr) {
      ++typed.positionals;
    } else {
      typed.names.push_back(words[i]);
      typed.command = named(commands, typed.names);
    }
  }
  return typed;
}

std::set<std::string> names_after(std::vector<Command> const& commands, std::vector<std::string> const& names) {
  std::set<std::string> found;
  if (names.empty()) found.insert("serve");
  for (auto const& command : commands) {
    if (command.hidden) continue;
    if (names.empty())
      found.insert(command.noun.empty() ? command.verb : command.noun);
    else if (names.size() == 1 && command.noun == names[0])
      found.insert(command.verb);
  }
  return found;
}

std::string long_name(Argument const& argument) {
  return "--" + argument.key();
}

std::set<std::string> values_of(std::string const& option, Command const* command) {
  std::set<std::string> found;
  if (option == "-o" || option == "--output") {
    found = {"table", "json", "jsonl", "yaml", "csv"};
    if (command != nullptr)
      for (auto const format : command->formats) found.emplace(name_of(format));
    return found;
  }
  if (option != "--profile") return found;
  auto const profiles = Profiles::load();
  for (auto const& [name, profile] : profiles.all()) found.insert(name);
  return found;
}

std::set<std::string> options_of(Command const* command) {
  std::set<std::string> found;
  for (auto const& [name, value] : kCommon)
    if (begins(name, "--")) found.insert(std::string(name));
  if (command != nullptr)
    for (auto const& argument : command->arguments)
      if (!argument.positional()) found.insert(long_name(argument));
  return found;
}

std::set<std::string> arguments_at(Command const& command, std::size_t place, std::string const& typed,
                                   Connection const& connection) {
  for (auto const& argument : command.arguments) {
    if (!argument.positional()) continue;
    if (place > 0 && !argument.repeated) {
      --place;
      continue;
    }
    return argument.completes.empty() ? std::set<std::string>() : addresses(argument.completes, typed, connection);
  }
  return {};
}

}  // namespace

std::string completion_script(std::string const& shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  throw invalid("there is completion for bash, zsh and fish", {{"/shell", "expected bash, zsh or fish"}});
}

std::set<std::string> completions(std::vector<Command> const& commands, std::vector<std::string> const& words,
                                  Connection const& connection) {
  auto const typed = read_words(commands, words);
  std::set<std::string> found;
  if (!typed.option.empty())
    found = values_of(typed.option, typed.command);
  else if (begins(words.back(), "-"))
    found = options_of(typed.command);
  else if (typed.command == nullptr)
    found = names_after(commands, typed.names);
  else
    found = arguments_at(*typed.command, typed.positionals, words.back(), connection);
  std::erase_if(found, [&](std::string const& word) { return !begins(word, words.back()); });
  return found;
}

int complete(std::vector<Command> const& commands, std::vector<std::string> const& words,
             Connection const& connection) {
  if (words.empty()) return 0;
  for (auto const& word : completions(commands, words, connection)) fmt::print("{}\n", word);
  return 0;
}

}  // namespace lepton::cli
