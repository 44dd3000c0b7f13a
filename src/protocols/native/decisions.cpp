#include "access/address.h"
#include "base/encoding.h"
#include "native/resources.h"
#include "serving/decision_log.h"
#include "serving/trace.h"

namespace lepton::native {
namespace {

struct ByDecision {
  std::string decision;
  static constexpr auto fields() {
    return std::tuple{required("decision", &ByDecision::decision, "Lepton-Decision-Id of an answer")};
  }
};

struct GetDecision {
  serving::DecisionLog& decisions;

  using Input = ByDecision;
  using Output = json::Object;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/decisions/{decision}",
                                           .name = "get_decision",
                                           .tag = "decisions",
                                           .summary = "Read one decision: what was asked and answered"};
  Output run(Call const& call, Input const& input) {
    return serving::to_json(decisions.get(call, serving::DecisionId(input.decision)));
  }
};

struct Why {
  serving::Traces& traces;

  using Input = ByDecision;
  using Output = json::Object;
  static constexpr Description description{
      .method = "GET",
      .path = "/v1/decisions/{decision}/trace",
      .name = "why",
      .tag = "decisions",
      .summary = "Walk from a decision back to the rows it stands on, with who allowed each step"};
  Output run(Call const& call, Input const& input) {
    return serving::to_json(traces.why(call, serving::DecisionId(input.decision)));
  }
};

struct ListDecisions {
  serving::DecisionLog& decisions;
  access::Assets& assets;
  db::Database& database;

  struct Input {
    std::string deployment, page_token;
    std::optional<Timestamp> from, to;
    int page_size = 50;
    static constexpr auto fields() {
      return std::tuple{optional("deployment", &Input::deployment, "address; default: your own decisions of all"),
                        optional("from", &Input::from, "not before"), optional("to", &Input::to, "before"),
                        optional("page_size", &Input::page_size, "1 to 1000"),
                        optional("page_token", &Input::page_token, "next_page_token of the page before")};
    }
  };
  struct Output {
    std::vector<json::Object> items;
    std::string next_page_token;
    static constexpr auto fields() {
      return std::tuple{required("items", &Output::items, "newest first"),
                        required("next_page_token", &Output::next_page_token, "empty on the last page")};
    }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/decisions",
                                           .name = "list_decisions",
                                           .tag = "decisions",
                                           .summary = "List decisions, newest first"};

  Output run(Call const& call, Input const& input) {
    serving::DecisionQuery query{.limit = std::clamp(input.page_size, 1, 1000)};
    if (input.from) query.from = *input.from;
    if (input.to) query.to = *input.to;
    if (input.deployment.empty())
      query.principal = call.principal.id;
    else
      query.deployment = deployment_id(call, input.deployment);
    if (!input.page_token.empty()) query.before = place_of(input.page_token);
    auto const found = decisions.list(call, query);
    Output output;
    for (auto const& decision : found) output.items.push_back(serving::to_json(decision));
    if (static_cast<int>(found.size()) == query.limit)
      output.next_page_token = to_base64url(to_string(found.back().at) + " " + found.back().id.str());
    return output;
  }

  [[nodiscard]] access::AssetId deployment_id(Call const& call, std::string const& text) const {
    auto const address = access::parse_address(text);
    auto const asset = database.read(call, [&](db::Transaction& tx) { return assets.find(tx, address.asset()); });
    if (!asset || asset->kind != "deployment") throw not_found("there is no such deployment");
    return asset->id;
  }

  [[nodiscard]] static std::pair<Timestamp, serving::DecisionId> place_of(std::string const& token) {
    auto const text = from_base64(token).value_or("");
    auto const space = text.find(' ');
    auto const at = find_timestamp(text.substr(0, space));
    if (space == std::string::npos || !at)
      throw invalid("page_token is not one of this list", {{"/page_token", "next_page_token of the page before"}});
    return {*at, serving::DecisionId(text.substr(space + 1))};
  }
};

struct ShowImpact {
  serving::Traces& traces;

  struct Input {
    std::string address;
    static constexpr auto fields() {
      return std::tuple{required("address", &Input::address, "dataset or model, with or without @version")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{
      .method = "GET",
      .path = "/v1/impact",
      .name = "show_impact",
      .tag = "decisions",
      .summary = "List everything that depends on an asset, forward to live deployments"};
  Output run(Call const& call, Input const& input) {
    return serving::to_json(traces.impact(call, access::parse_address(input.address)));
  }
};

}  // namespace

void add_decisions(Table& table, serving::DecisionLog& decisions, serving::Traces& traces, access::Access& access,
                   db::Database& database) {
  table.add(GetDecision{decisions});
  table.add(Why{traces});
  table.add(ListDecisions{decisions, access.assets, database});
  table.add(ShowImpact{traces});
}

}  // namespace lepton::native
