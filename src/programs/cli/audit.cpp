#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{{"#", "sequence"},     {"AT", "at"},           {"WHO", "principal"},
                                   {"ACTION", "action"},  {"SUBJECT", "subject"}, {"ALLOWED", "allowed"},
                                   {"PURPOSE", "purpose"}};

ExitCode list(Invocation& in) {
  auto const answer = in.client().get(Target("/v1/audit")
                                          .with("principal", in.find("who"))
                                          .with("action", in.find("action"))
                                          .with("subject", in.find("subject"))
                                          .with("department", in.find("department"))
                                          .with("request_id", in.find("request"))
                                          .with("allowed", in.has("refused") ? "false" : "")
                                          .with("from", in.find("from"))
                                          .with("to", in.find("to"))
                                          .with("page_size", in.get_or("limit", "50")));
  in.out().list(answer.at("items").as_array(), kColumns);
  return ExitCode::ok;
}

}  // namespace

void add_audit(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "",
       .verb = "audit",
       .summary = "Read the audit log, newest first",
       .arguments = {option("--who", "NAME", "whose acts"),
                     option("--action", "NOUN.VERB", "such as grant.revoke, or grant."),
                     option("--subject", "ADDRESS", "on what"), option("--department", "NAME", "on whose assets"),
                     option("--request", "ID", "of one request"), flag("--refused", "refusals only"),
                     option("--from", "TIME", "not before"), option("--to", "TIME", "before"),
                     option("--limit", "N", "default 50")},
       .examples = {"lepton audit --department banking", "lepton audit --refused --who ben"},
       .run = list});
}

}  // namespace lepton::cli
