#include "cli/operation.h"

#include <fmt/format.h>

#include "cli/progress.h"

namespace lepton::cli {
namespace {

double share_of(json::Value const& operation, std::string& remark) {
  auto const* progress = operation.as_object().if_contains("progress");
  remark = operation.at("state").as_string();
  if (progress == nullptr || !progress->is_object()) return -1;
  if (auto const* message = progress->get_object().if_contains("message"))
    if (message->is_string() && !message->get_string().empty()) remark = message->get_string();
  return progress->at("fraction").to_number<double>();
}

void show_error(json::Value const& error) {
  fmt::print(stderr, "error: {}\n", std::string_view(error.at("message").as_string()));
  if (auto const* details = error.as_object().if_contains("details"); details != nullptr && details->is_object())
    for (auto const& [pointer, text] : details->get_object())
      fmt::print(stderr, "  {}: {}\n", std::string_view(pointer), std::string_view(text.as_string()));
}

}  // namespace

ExitCode finish(Invocation& in, std::string const& operation) {
  json::Value now;
  {
    Progress progress("job " + operation, 0, in.out().quiet());
    do {
      now = in.client().get(Target("/v1/operations/{}", {operation}).with("wait", "1s"));
      std::string remark;
      double const share = share_of(now, remark);
      progress.share(share, remark);
    } while (!now.at("done").as_bool());
  }
  if (now.at("state").as_string() == "succeeded") {
    in.out().item(now, {{"id", "id"}, {"state", "state"}, {"result", "result"}});
    return ExitCode::ok;
  }
  in.out().item(now, {{"id", "id"}, {"state", "state"}});
  if (auto const* error = now.as_object().if_contains("error"); error != nullptr && error->is_object())
    show_error(*error);
  return ExitCode::failed;
}

}  // namespace lepton::cli
