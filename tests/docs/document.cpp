#include "docs/document.h"

#include <sstream>

namespace lepton::docs {
namespace {

constexpr std::string_view anything = "…";

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) out.push_back(line);
  return out;
}

/// Tables align with spaces as their content needs; that is not what a document promises.
std::string squeezed(std::string_view line) {
  std::string out;
  for (char const c : line) {
    if (c == '\r' || (c == ' ' && (out.empty() || out.back() == ' '))) continue;
    out += c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> meaningful_lines(std::string_view text) {
  std::vector<std::string> out;
  for (auto const& line : lines_of(text))
    if (auto squeezed_line = squeezed(line); !squeezed_line.empty()) out.push_back(std::move(squeezed_line));
  return out;
}

/// Greedy glob with one kind of wildcard; the parts between wildcards must come in order.
bool line_matches(std::string_view pattern, std::string_view line) {
  std::size_t const first = pattern.find(anything);
  if (first == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, first))) return false;
  line.remove_prefix(first);
  pattern.remove_prefix(first + anything.size());
  for (std::size_t next = pattern.find(anything); next != std::string_view::npos; next = pattern.find(anything)) {
    std::size_t const at = line.find(pattern.substr(0, next));
    if (at == std::string_view::npos) return false;
    line.remove_prefix(at + next);
    pattern.remove_prefix(next + anything.size());
  }
  return line.ends_with(pattern);
}

}  // namespace

std::vector<Example> examples_of(std::string_view markdown) {
  std::vector<Example> out;
  bool inside = false;
  bool background = false;
  bool continues = false;
  int number = 0;
  for (auto const& line : lines_of(markdown)) {
    ++number;
    if (line.starts_with("```")) {
      inside = !inside && line.starts_with("```console");
      background = line.starts_with("```console server");
      continues = false;
    } else if (inside && line.starts_with("$ ")) {
      out.push_back({number, line.substr(2), "", background});
      continues = true;
    } else if (inside && continues && line.starts_with("> ")) {
      out.back().command += "\n" + line.substr(2);
    } else if (inside && !out.empty()) {
      continues = false;
      out.back().expected += line + "\n";
    }
  }
  return out;
}

std::string difference(std::string_view expected, std::string_view actual) {
  auto const found = meaningful_lines(actual);
  std::size_t next = 0;
  bool skipping = false;
  auto const wanted = meaningful_lines(expected);
  if (wanted.empty()) return "";
  for (auto const& line : wanted) {
    if (line == anything) {
      skipping = true;
      continue;
    }
    while (skipping && next < found.size() && !line_matches(line, found[next])) ++next;
    if (next == found.size() || !line_matches(line, found[next])) return line;
    ++next;
    skipping = false;
  }
  return skipping || next == found.size() ? "" : "(the end), found " + found[next];
}

}  // namespace lepton::docs
