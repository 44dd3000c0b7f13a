#include "models/promotions.h"

#include "access/address.h"
#include "native/etag.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

using models::Promotion;
using models::PromotionId;

struct Promote {
  models::Promotions& promotions;

  struct Input {
    std::string department, name, version, alias, reason, if_match;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"),
          required("name", &Input::name, "model"),
          required("version", &Input::version, "its number"),
          required("alias", &Input::alias, "that is to point to the version, such as production"),
          optional("reason", &Input::reason, "why, for who approves and for the record"),
          optional("if_match", &Input::if_match, "revision of the alias, as read; left out, it points nowhere yet")};
    }
  };
  using Output = Promotion;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/models/{name}/versions/{version}:promote",
      .name = "promote",
      .tag = "models",
      .summary = "Point an alias to a version; a protected alias waits for a steward's approval",
      .example = R"({"department": "risk", "name": "default-risk", "version": "1", "alias": "production"})"};
  Output run(Call const& call, Input const& input) {
    return promotions.request(call, {input.department, input.name, input.version},
                              {.alias = input.alias, .reason = input.reason}, revision_of(input.if_match));
  }
};

struct ListPromotions {
  models::Promotions& promotions;

  struct Input : Paging {
    std::string model, department;
    static constexpr auto fields() {
      return std::tuple_cat(
          paging_fields<Input>(),
          std::tuple{optional("model", &Input::model, "all of this model; left out: those that wait, of all models"),
                     optional("department", &Input::department, "that decides")});
    }
  };
  using Output = Page<Promotion>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/promotions",
                                           .name = "list_promotions",
                                           .tag = "models",
                                           .summary = "List promotions, newest first"};
  Output run(Call const& call, Input const& input) {
    return page_of(input.model.empty() ? promotions.pending(call, input.department)
                                       : promotions.list(call, access::parse_address(input.model)),
                   input);
  }
};

struct GetPromotion {
  models::Promotions& promotions;

  struct Input {
    std::string promotion;
    static constexpr auto fields() { return std::tuple{required("promotion", &Input::promotion, "its id")}; }
  };
  using Output = Promotion;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/promotions/{promotion}",
                                           .name = "get_promotion",
                                           .tag = "models",
                                           .summary = "Read a promotion"};
  Output run(Call const& call, Input const& input) { return promotions.get(call, PromotionId(input.promotion)); }
};

struct Decide {
  std::string promotion, comment;
  static constexpr auto fields() {
    return std::tuple{required("promotion", &Decide::promotion, "its id"),
                      optional("comment", &Decide::comment, "for the record")};
  }
};

struct ApprovePromotion {
  models::Promotions& promotions;

  using Input = Decide;
  using Output = Promotion;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/promotions/{promotion}:approve",
                                           .name = "approve_promotion",
                                           .tag = "models",
                                           .summary = "Approve: the alias moves at once",
                                           .example = R"({"promotion": "abc", "comment": "better KS"})"};
  Output run(Call const& call, Input const& input) {
    return promotions.approve(call, PromotionId(input.promotion), input.comment);
  }
};

struct RejectPromotion {
  models::Promotions& promotions;

  using Input = Decide;
  using Output = Promotion;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/promotions/{promotion}:reject",
                                           .name = "reject_promotion",
                                           .tag = "models",
                                           .summary = "Reject a promotion"};
  Output run(Call const& call, Input const& input) {
    return promotions.reject(call, PromotionId(input.promotion), input.comment);
  }
};

struct CancelPromotion {
  models::Promotions& promotions;

  using Input = Decide;
  using Output = Promotion;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/promotions/{promotion}:cancel",
                                           .name = "cancel_promotion",
                                           .tag = "models",
                                           .summary = "Take one's promotion back"};
  Output run(Call const& call, Input const& input) { return promotions.cancel(call, PromotionId(input.promotion)); }
};

struct RemoveAlias {
  models::Promotions& promotions;

  struct Input {
    std::string department, name, alias, if_match;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "model"), required("alias", &Input::alias, "its name"),
                        required("if_match", &Input::if_match, "revision of the alias, as read")};
    }
  };
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/departments/{department}/models/{name}/aliases/{alias}",
                                           .name = "remove_alias",
                                           .tag = "models",
                                           .summary = "Remove an alias",
                                           .status = 204};
  void run(Call const& call, Input const& input) {
    promotions.remove_alias(call, {input.department, input.name, {}}, input.alias,
                            revision_of(input.if_match).value_or(0));
  }
};

}  // namespace

void add_promotions(Table& table, models::Promotions& promotions) {
  table.add(Promote{promotions});
  table.add(ListPromotions{promotions});
  table.add(GetPromotion{promotions});
  table.add(ApprovePromotion{promotions});
  table.add(RejectPromotion{promotions});
  table.add(CancelPromotion{promotions});
  table.add(RemoveAlias{promotions});
}

}  // namespace lepton::native
