#include "peer_reasoners.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <regex>

#include "base/error.h"
#include "base/file.h"
#include "rdf/vocabulary.h"

namespace lepton::reason {

namespace {

/// One run of a program, what it wrote, and what it took.
struct Run {
  bool succeeded = false;
  std::string output;
  double wall = 0;
  double cpu = 0;
  std::size_t peak_bytes = 0;
};

Run run(std::string const& command, std::filesystem::path const& folder) {
  auto const output = folder / "output.txt";
  auto const begin = std::chrono::steady_clock::now();
  pid_t const child = ::fork();
  if (child == 0) {
    std::string const line = fmt::format("exec {} >'{}' 2>&1", command, output.string());
    ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child) throw_errno(command);
  Run done;
  done.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  done.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  done.output = read_file(output);
  done.cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
             static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  done.peak_bytes = static_cast<std::size_t>(usage.ru_maxrss) << 10;
  return done;
}

std::string program(char const* variable, char const* name) {
  char const* const named = std::getenv(variable);
  return named == nullptr ? name : fmt::format("'{}'", named);
}

/// The first line of what the program says of itself, or nothing, said by name, where it is not to be had.
std::optional<std::string> version(std::string const& command, char const* name, std::filesystem::path const& folder) {
  Run const asked = run(command + " --version", folder);
  if (asked.succeeded) return asked.output.substr(0, asked.output.find('\n'));
  fmt::print("  {}: skipped, it is not installed\n", name);
  return std::nullopt;
}

void print(Run const& run, std::string_view what) {
  fmt::print("  {:<36} {:9.3f} s, {:9.3f} s of CPU, {} MiB at most{}\n", what, run.wall, run.cpu, run.peak_bytes >> 20,
             run.succeeded ? "" : ", failed: " + run.output.substr(0, 300));
}

std::string bracketed(Terms const& terms, TermKey key) {
  return fmt::format("<{}>", terms.term(key).value);
}

void measure_gringo(VlogRules const& rules, std::span<Fact const> facts, Terms const& terms,
                    std::filesystem::path const& folder) {
  std::string const gringo = program("LEPTON_GRINGO", "gringo");
  auto const named = version(gringo, "gringo", folder);
  if (!named) return;
  auto const file = folder / "rules.lp";
  {
    std::ofstream out(file);
    std::map<TermKey, std::string> names;
    auto const name = [&](TermKey key) -> std::string const& {
      auto const [place, is_new] = names.try_emplace(key);
      if (is_new) place->second = bracketed(terms, key);
      return place->second;
    };
    std::string const type = fmt::format("<{}>", rdf::rdf_type);
    for (Fact const& fact : facts) {
      std::string const& predicate = name(fact.predicate);
      out << (predicate == type ? fmt::format("t(\"{}\",{}).\n", name(fact.object), fact.subject)
                                : fmt::format("r(\"{}\",{},{}).\n", predicate, fact.subject, fact.object));
    }
    out << rules.gringo() << "#show.\n";
  }
  print(run(fmt::format("{} '{}'", gringo, file.string()), folder), *named);
}

struct NemoImports {
  std::string text;
  std::size_t stated_of_heads = 0;  ///< facts of predicates that rules derive too: Nemo counts them as derived
};

/// A table of numbers for each predicate of the rules that has facts; what no rule reads, Nemo would not load.
NemoImports nemo_imports(VlogRules const& rules, std::span<Fact const> facts, Terms const& terms,
                         std::filesystem::path const& folder) {
  struct File {
    std::ofstream out;
    bool is_head = false;
  };
  std::map<std::pair<TermKey, TermKey>, File> files;
  NemoImports imports;
  auto const heads = rules.heads();
  for (auto const& [name, meaning] : rules.meanings()) {
    auto const key = [&](std::string const& iri) {
      return iri.empty() ? no_term : terms.find(rdf::iri_view(iri.substr(1, iri.size() - 2))).value_or(no_term);
    };
    auto const predicate = key(meaning.first);
    auto const type = key(meaning.second);
    if (predicate == no_term || (type == no_term && !meaning.second.empty())) continue;
    auto const file = folder / (name + ".csv");
    files[{predicate, type}] = {std::ofstream(file), heads.contains(name)};
    imports.text += fmt::format("@import {} :- csv{{resource=\"{}\", format=({})}} .\n", name, file.string(),
                                type == no_term ? "int, int" : "int");
  }
  auto const type_key = terms.find(rdf::iri_view(rdf::rdf_type));
  for (Fact const& fact : facts) {
    bool const is_type = fact.predicate == type_key;
    auto const place = files.find({fact.predicate, is_type ? fact.object : no_term});
    if (place == files.end()) continue;
    place->second.out << (is_type ? fmt::format("{}\n", fact.subject)
                                  : fmt::format("{},{}\n", fact.subject, fact.object));
    imports.stated_of_heads += place->second.is_head ? 1 : 0;
  }
  return imports;
}

void measure_nemo(VlogRules const& rules, std::span<Fact const> facts, Terms const& terms, std::size_t derived,
                  std::filesystem::path const& folder) {
  std::string const nemo = program("LEPTON_NEMO", "nmo");
  auto const named = version(nemo, "nemo", folder);
  if (!named) return;
  auto const file = folder / "rules.rls";
  auto const imports = nemo_imports(rules, facts, terms, folder);
  std::ofstream(file) << imports.text << rules.nemo();
  Run const done = run(fmt::format("{} --export none --report short '{}'", nemo, file.string()), folder);
  print(done, *named);
  static std::regex const colours("\x1b\\[[0-9;]*m");
  std::string const said = std::regex_replace(done.output, colours, "");
  static std::regex const part(R"((Data import|Reasoning):\s+(\d+)ms)");
  for (auto one = std::sregex_iterator(said.begin(), said.end(), part); one != std::sregex_iterator(); ++one)
    fmt::print("    it says of its time: {} {} ms\n", (*one)[1].str(), (*one)[2].str());
  std::smatch count;
  static std::regex const facts_said(R"(Derived (\d+) facts)");
  auto const expected = derived + imports.stated_of_heads;
  if (!std::regex_search(said, count, facts_said)) {
    fmt::print("    DIFFERS: it does not say how many facts\n");
  } else if (auto const found = std::stoull(count[1]); found != expected) {
    fmt::print("    DIFFERS: {} facts, not {} that are derived and {} of the same predicates that are stated\n", found,
               derived, imports.stated_of_heads);
  } else {
    fmt::print("    as many facts derived, {}\n", derived);
  }
}

}  // namespace

void measure_peers(VlogRules const& rules, std::span<Fact const> facts, Terms const& terms, std::size_t derived,
                   std::filesystem::path const& folder) {
  measure_gringo(rules, facts, terms, folder);
  measure_nemo(rules, facts, terms, derived, folder);
}

}  // namespace lepton::reason
