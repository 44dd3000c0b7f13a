#include "cli/graph_backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/progress.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kRestored{{"ADDRESS", "address"},         {"COMMIT", "commit"},
                                    {"STATEMENTS", "statements"},   {"BACKUP OF", "backup.graph"},
                                    {"AT COMMIT", "backup.commit"}, {"MADE", "backup.made_at"}};

/// A file that is there under its name once it is whole, and not before.
class WholeFile {
 public:
  explicit WholeFile(std::filesystem::path path)
      : path_(std::move(path)),
        temporary_(path_.string() + ".part"),
        file_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (!file_.open()) throw_errno(temporary_.string());
  }
  ~WholeFile() {
    if (file_.open()) ::unlink(temporary_.c_str());
  }
  WholeFile(WholeFile const&) = delete;
  WholeFile& operator=(WholeFile const&) = delete;

  void write(std::string_view bytes) const { write_all(file_.get(), bytes, temporary_.string()); }
  void finish() {
    if (::fsync(file_.get()) != 0) throw_errno(temporary_.string());
    std::filesystem::rename(temporary_, path_);
    file_.reset();
    sync_directory(std::filesystem::absolute(path_).parent_path());
  }

 private:
  std::filesystem::path path_, temporary_;
  FileDescriptor file_;
};

ExitCode backup(Invocation& in) {
  auto const place = place_of(in.get("address"));
  Target target("/v1/departments/{}/graphs/{}/backup", {place.department, place.name});
  target.with("version", place.version.empty() ? std::nullopt : std::optional(place.version));
  if (in.get("file") == "-") {
    in.client().stream(target, json::Value(), "",
                       [](std::string_view piece) { write_all(STDOUT_FILENO, piece, "standard output"); });
    return ExitCode::ok;
  }
  WholeFile file(in.get("file"));
  std::uint64_t bytes = 0;
  {
    Progress progress("back up " + in.get("address"), 0, in.out().quiet());
    in.client().stream(target, json::Value(), "", [&](std::string_view piece) {
      file.write(piece);
      progress.bytes(bytes += piece.size());
    });
  }
  file.finish();
  in.out().note(
      fmt::format("{} is in {}, {}", in.get("address"), in.get("file"), human_bytes(static_cast<double>(bytes))));
  return ExitCode::ok;
}

std::string options_of(std::string_view option, json::Value const& addresses) {
  std::string options;
  for (auto const& address : addresses.as_array())
    options += fmt::format(" {} {}", option, std::string_view(address.as_string()));
  return options;
}

/// What follows in a graph is not in its backup, and nothing asks yet what its shapes say.
void tell_upkeep(Invocation& in, json::Object const& backup) {
  auto options = options_of("--rules", backup.at("rules"));
  std::string_view const regime = backup.at("regime").as_string();
  if (regime != "none") options += fmt::format(" --regime {}", regime);
  if (!options.empty())
    in.out().note(fmt::format("to derive what followed: lepton graph reason {}{}", in.get("address"), options));
  std::string_view const on_commit = backup.at("on_commit").as_string();
  if (on_commit != "off")
    in.out().note(fmt::format("to keep its shapes: lepton graph validate {}{} --on-commit {}", in.get("address"),
                              options_of("--shapes", backup.at("shapes")), on_commit));
}

ExitCode restore(Invocation& in) {
  auto const place = place_of(in.get("address"));
  if (!place.version.empty()) throw invalid("a backup becomes a graph, not a version of one: leave out the @…");
  std::filesystem::path const file = in.get("file");
  Target const target("/v1/departments/{}/graphs/{}:restore", {place.department, place.name});
  json::Value answer;
  {
    std::error_code unknown;
    auto const size = std::filesystem::file_size(file, unknown);
    Progress progress("restore " + file.filename().string(), unknown ? 0 : size, in.out().quiet());
    answer = in.client().upload(target, file, [&](std::uint64_t sent) { progress.bytes(sent); });
  }
  in.out().item(answer, kRestored);
  tell_upkeep(in, answer.as_object().at("backup").as_object());
  return ExitCode::ok;
}

}  // namespace

void add_graph_backup(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "graph",
       .verb = "backup",
       .summary = "Keep all of a graph in one gzipped file, while it is asked and changed; \"-\": standard output",
       .arguments = {positional("address", "department/name, or …@version", "graph"),
                     positional("file", "that it is written to; replaced when it is whole")},
       .examples = {"lepton graph backup risk/exposure exposure.nq.gz"},
       .run = backup});
  commands.push_back({.noun = "graph",
                      .verb = "restore",
                      .summary = "Make a new graph from a backup; a damaged one is refused whole",
                      .arguments = {positional("address", "department/name of the new graph"),
                                    positional("file", "that `lepton graph backup` wrote; - for standard input")},
                      .examples = {"lepton graph restore risk/exposure-2026 exposure.nq.gz"},
                      .run = restore});
}

}  // namespace lepton::cli
