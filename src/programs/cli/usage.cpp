#include <fmt/format.h>

#include "base/error.h"
#include "base/time.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

ExitCode usage(Invocation& in) {
  auto used = in.client().list(Target("/v1/usage")
                                   .with("from", in.find("from"))
                                   .with("to", in.find("to"))
                                   .with("department", in.find("department"))
                                   .with("principal", in.find("who")));
  if (in.out().format() == Format::table)
    for (auto& line : used)
      if (auto const latency = find_duration(cell(&line.at("mean_latency"))))
        line.as_object()["mean_latency"] =
            fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(*latency).count());
  in.out().list(used, {{"WHO", "principal"},
                       {"KEY", "key"},
                       {"DEPLOYMENT", "deployment"},
                       {"REQUESTS", "requests"},
                       {"ROWS", "rows"},
                       {"MEAN LATENCY", "mean_latency"}});
  return ExitCode::ok;
}

ExitCode limit(Invocation& in) {
  json::Object body;
  if (auto const rate = in.find("rate")) body["requests_per_second"] = json::parse(*rate);
  if (auto const burst = in.find("burst")) body["burst"] = json::parse(*burst);
  if (auto const quota = in.find("quota")) body["quota"] = json::parse(*quota);
  if (auto const period = in.find("period")) body["period"] = *period;
  Target const limits("/v1/principals/{}/limits", {in.get("principal")});
  if (body.empty()) {
    in.out().list(in.client().list(limits), {{"PRINCIPAL", "principal"},
                                             {"KEY", "key"},
                                             {"RATE", "limit.requests_per_second"},
                                             {"BURST", "limit.burst"},
                                             {"QUOTA", "limit.quota"},
                                             {"PERIOD", "limit.period"},
                                             {"USED", "used"},
                                             {"BY", "changed_by"}});
    return ExitCode::ok;
  }
  if (!in.find("key")) throw invalid("say which key, by its name: --key loan-system");
  std::string etag;
  for (auto const& one : in.client().list(limits))
    if (one.at("key").as_string() == in.get("key")) etag = fmt::format("\"{}\"", cell(&one.at("revision")));
  in.out().changed(in.client().put(Target("/v1/principals/{}/keys/{}/limit", {in.get("principal"), in.get("key")}),
                                   json::Object{{"limit", std::move(body)}}, etag));
  return ExitCode::ok;
}

}  // namespace

void add_usage(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "",
       .verb = "usage",
       .summary = "What was answered, per key and deployment",
       .arguments = {option("--from", "TIME", "whole hours"), option("--to", "TIME", "whole hours"),
                     option("--department", "NAME", "of the deployments"), option("--who", "NAME", "who asked")},
       .run = usage});
  commands.push_back(
      {.noun = "key",
       .verb = "limit",
       .summary = "Show or set how much may be asked with the keys of a principal",
       .arguments = {positional("principal", "such as risk/loan-system"), option("--key", "NAME", "name of the key"),
                     option("--rate", "N", "requests per second"), option("--burst", "N", "at once"),
                     option("--quota", "N", "answers per period"), option("--period", "PERIOD", "hour, day or month")},
       .examples = {"lepton key limit risk/loan-system --key loan-system --rate 50 --quota 100000 --period day"},
       .run = limit});
}

}  // namespace lepton::cli
