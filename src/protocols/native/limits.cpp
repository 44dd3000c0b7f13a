#include "gateway/limits.h"

#include "native/etag.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct LimitView : gateway::KeyLimit {
  LimitView() = default;
  explicit LimitView(gateway::KeyLimit held) : gateway::KeyLimit(std::move(held)) {}
  [[nodiscard]] std::string etag() const { return std::to_string(revision); }
};

struct SetLimit {
  gateway::Limits& limits;

  struct Input {
    std::string principal, key, if_match;
    gateway::Limit limit;
    static constexpr auto fields() {
      return std::tuple{required("principal", &Input::principal, "such as risk/loan-system, '/' written %2F"),
                        required("key", &Input::key, "name of the key"),
                        required("limit", &Input::limit, "how much may be asked with it"),
                        optional("if_match", &Input::if_match, "ETag of the limit to change")};
    }
  };
  using Output = LimitView;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/principals/{principal}/keys/{key}/limit",
      .name = "set_limit",
      .tag = "keys",
      .summary = "Set rate and quota of a key; in force for the next request",
      .example =
          R"({"principal": "risk/loan-system", "key": "loan-system", "limit": {"requests_per_second": 50, "quota": 100000}})"};
  Output run(Call const& call, Input const& input) {
    return LimitView(limits.set(call, input.principal, input.key, input.limit, revision_of(input.if_match)));
  }
};

struct RemoveLimit {
  gateway::Limits& limits;

  struct Input {
    std::string principal, key;
    static constexpr auto fields() {
      return std::tuple{required("principal", &Input::principal, "whose key"),
                        required("key", &Input::key, "name of the key")};
    }
  };
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/principals/{principal}/keys/{key}/limit",
                                           .name = "remove_limit",
                                           .tag = "keys",
                                           .summary = "Let a key ask as much as the server can answer",
                                           .status = 204};
  void run(Call const& call, Input const& input) { limits.remove(call, input.principal, input.key); }
};

struct ListLimits {
  gateway::Limits& limits;

  struct Input : Paging {
    std::string principal;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{required("principal", &Input::principal, "whose keys")});
    }
  };
  using Output = Page<gateway::KeyLimit>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/principals/{principal}/limits",
                                           .name = "list_limits",
                                           .tag = "keys",
                                           .summary = "List the limits of a principal's keys, with what is used"};
  Output run(Call const& call, Input const& input) { return page_of(limits.list(call, input.principal), input); }
};

struct ReportUsage {
  db::Database& database;

  struct Input : Paging {
    std::optional<Timestamp> from, to;
    std::string department, principal;
    static constexpr auto fields() {
      return std::tuple_cat(
          paging_fields<Input>(),
          std::tuple{optional("from", &Input::from, "whole hours"), optional("to", &Input::to, "whole hours"),
                     optional("department", &Input::department, "of the deployments"),
                     optional("principal", &Input::principal, "who asked")});
    }
  };
  using Output = Page<gateway::Usage>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/usage",
                                           .name = "report_usage",
                                           .tag = "keys",
                                           .summary = "Sum up what was answered, per key and deployment"};
  Output run(Call const& call, Input const& input) {
    gateway::UsageQuery query{.department = input.department, .principal = input.principal};
    if (input.from) query.from = *input.from;
    if (input.to) query.to = *input.to;
    return page_of(gateway::report_usage(database, call, query), input);
  }
};

}  // namespace

void add_limits(Table& table, gateway::Limits& limits, db::Database& database) {
  table.add(SetLimit{limits});
  table.add(RemoveLimit{limits});
  table.add(ListLimits{limits});
  table.add(ReportUsage{database});
}

}  // namespace lepton::native
