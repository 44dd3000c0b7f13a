#include "rdf/store/manifest.h"

#include <fmt/format.h>

#include <sstream>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/hash64.h"

namespace lepton::rdf {

namespace {

constexpr std::string_view file_name = "manifest";
constexpr std::string_view format = "lepton-graph-1";

}  // namespace

std::optional<Manifest> Manifest::find(std::filesystem::path const& directory) {
  auto const path = directory / file_name;
  if (!std::filesystem::exists(path)) return {};
  std::string const text = read_file(path);
  auto const damaged = [&] {
    return unavailable(fmt::format("{} is damaged: restore the store from a backup", path.string()));
  };
  std::size_t const last = text.rfind("checksum ");
  if (last == std::string::npos ||
      text.substr(last) != fmt::format("checksum {:016x}\n", hash64(std::string_view(text).substr(0, last))))
    throw damaged();
  std::istringstream lines(text.substr(0, last));
  std::string word;
  if (!(lines >> word) || word != format)
    throw unavailable(fmt::format("{} is of a format that this program does not know", path.string()));
  Manifest manifest;
  while (lines >> word) {
    std::string name;
    if (word == "version") {
      lines >> manifest.version;
    } else if (word == "log") {
      lines >> manifest.log;
    } else if (word == "next_file") {
      lines >> manifest.next_file;
    } else if (word == "run" && lines >> name) {
      manifest.runs.push_back(name);
    } else if (word == "terms" && lines >> name) {
      manifest.terms.push_back(name);
    } else if (word == "texts" && lines >> name) {
      manifest.texts.push_back(name);
    } else {
      throw damaged();
    }
  }
  return manifest;
}

void Manifest::write(std::filesystem::path const& directory) const {
  std::string text = fmt::format("{}\nversion {}\nlog {}\nnext_file {}\n", format, version, log, next_file);
  for (std::string const& name : runs) text += fmt::format("run {}\n", name);
  for (std::string const& name : terms) text += fmt::format("terms {}\n", name);
  for (std::string const& name : texts) text += fmt::format("texts {}\n", name);
  text += fmt::format("checksum {:016x}\n", hash64(text));
  write_file_atomically(directory / file_name, text);
}

}  // namespace lepton::rdf
