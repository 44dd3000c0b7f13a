#include "cli/completion.h"

#include <fmt/format.h>

#include <set>

#include "base/error.h"

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
complete -c lepton -a '(lepton __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
)";

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

// The command that the words before the last one name; null while it is not named yet.
Command const* named(std::vector<Command> const& commands, std::vector<std::string> const& words,
                     std::size_t& consumed) {
  for (auto const& command : commands) {
    std::size_t const length = command.noun.empty() ? 1 : 2;
    if (words.size() <= length) continue;
    if (!command.noun.empty() && (words[0] != command.noun || words[1] != command.verb)) continue;
    if (command.noun.empty() && words[0] != command.verb) continue;
    consumed = length;
    return &command;
  }
  return nullptr;
}

std::set<std::string> names_at(std::vector<Command> const& commands, std::vector<std::string> const& words) {
  std::set<std::string> found;
  for (auto const& command : commands) {
    if (command.hidden) continue;
    if (words.size() == 1)
      found.insert(command.noun.empty() ? command.verb : command.noun);
    else if (words.size() == 2 && command.noun == words[0])
      found.insert(command.verb);
  }
  return found;
}

std::string long_name(Argument const& argument) {
  return "--" + argument.key();
}

}  // namespace

std::string completion_script(std::string const& shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  throw invalid("there is completion for bash, zsh and fish", {{"/shell", "expected bash, zsh or fish"}});
}

int complete(std::vector<Command> const& commands, std::vector<std::string> const& words,
             Connection const& connection) {
  if (words.empty()) return 0;
  auto const& typed = words.back();
  std::size_t consumed = 0;
  auto const* command = named(commands, words, consumed);
  std::set<std::string> found;
  if (command == nullptr) {
    found = names_at(commands, words);
  } else if (begins(typed, "-")) {
    for (auto const& argument : command->arguments)
      if (!argument.positional()) found.insert(long_name(argument));
    for (auto const* common : {"--output", "--profile", "--purpose", "--url", "--quiet", "--help"})
      found.insert(common);
  } else if (words.size() >= 2 && (words[words.size() - 2] == "-o" || words[words.size() - 2] == "--output")) {
    found = {"table", "json", "jsonl", "yaml", "csv"};
  } else {
    std::size_t place = 0;
    for (std::size_t i = consumed; i + 1 < words.size(); ++i)
      if (!begins(words[i], "-")) ++place;
    for (auto const& argument : command->arguments) {
      if (!argument.positional()) continue;
      if (place > 0 && !argument.repeated) {
        --place;
        continue;
      }
      if (!argument.completes.empty()) found = addresses(argument.completes, typed, connection);
      break;
    }
  }
  for (auto const& word : found)
    if (begins(word, typed)) fmt::print("{}\n", word);
  return 0;
}

}  // namespace lepton::cli
