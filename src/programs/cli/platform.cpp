#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/completion.h"

namespace lepton::cli {
namespace {

ExitCode search(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/assets")
                                     .with("q", in.find("text"))
                                     .with("kind", in.find("kind"))
                                     .with("department", in.find("department"))),
                {{"ADDRESS", "address"},
                 {"KIND", "kind"},
                 {"TAGS", "tags"},
                 {"MAY READ", "may_read"},
                 {"DESCRIPTION", "description"}});
  return ExitCode::ok;
}

ExitCode api(Invocation& in) {
  std::string method = in.get("method");
  for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  auto const answer = in.client().raw(method, Target(in.get("target")), in.get_or("body", ""));
  if (!answer.empty()) fmt::print("{}\n", answer);
  return ExitCode::ok;
}

ExitCode completion(Invocation& in) {
  fmt::print("{}", completion_script(in.get("shell")));
  return ExitCode::ok;
}

ExitCode status(Invocation& in) {
  in.out().item(json::parse(in.client().raw("GET", Target("/health"), "")));
  return ExitCode::ok;
}

}  // namespace

void add_platform(std::vector<Command>& commands) {
  commands.push_back({.noun = "",
                      .verb = "search",
                      .summary = "Find data, models and deployments that you may discover",
                      .arguments = {optional_positional("text", "in address, description or tags"),
                                    option("--kind", "KIND", "dataset, model, deployment, …"),
                                    option("--department", "NAME", "only of this department")},
                      .examples = {"lepton search payments", "lepton search --kind dataset"},
                      .run = search});
  commands.push_back({.noun = "", .verb = "status", .summary = "Whether the server is up", .run = status});
  commands.push_back({.noun = "",
                      .verb = "api",
                      .summary = "Send any request; see /openapi.json",
                      .arguments = {positional("method", "GET, POST, …"), positional("target", "/v1/…"),
                                    option("-d,--body", "JSON", "the body")},
                      .examples = {"lepton api GET /v1/me"},
                      .run = api});
  commands.push_back({.noun = "",
                      .verb = "completion",
                      .summary = "Print the completion script of a shell",
                      .arguments = {positional("shell", "bash, zsh or fish")},
                      .examples = {"source <(lepton completion bash)"},
                      .run = completion});
}

}  // namespace lepton::cli
