#include "native/ground_view.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct AssetView {
  std::string address, kind, description;
  std::set<std::string> tags;
  Timestamp created_at;
  bool may_read = false;

  static constexpr auto fields() {
    return std::tuple{required("address", &AssetView::address, "department/name"),
                      required("kind", &AssetView::kind, "dataset, model, deployment, …"),
                      optional("description", &AssetView::description, "what it is"),
                      optional("tags", &AssetView::tags, "such as pii"),
                      required("created_at", &AssetView::created_at, "when it was created"),
                      required("may_read", &AssetView::may_read, "whether you may read it for the declared purpose")};
  }
};

bool mentions(AssetView const& view, std::string const& text) {
  auto const lower = [](std::string s) {
    for (char& c : s) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return s;
  };
  auto const wanted = lower(text);
  if (lower(view.address).find(wanted) != std::string::npos) return true;
  if (lower(view.description).find(wanted) != std::string::npos) return true;
  return std::any_of(view.tags.begin(), view.tags.end(),
                     [&](auto const& tag) { return lower(tag).find(wanted) != std::string::npos; });
}

struct SearchAssets {
  access::Access& access;
  db::Database& database;

  struct Input : Paging {
    std::string q, kind, department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{optional("q", &Input::q, "text in address, description or tags"),
                                       optional("kind", &Input::kind, "only of this kind"),
                                       optional("department", &Input::department, "only of this department")});
    }
  };
  using Output = Page<AssetView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/assets",
                                           .name = "search_assets",
                                           .tag = "search",
                                           .summary = "Find assets of every kind that you may discover"};
  Output run(Call const& call, Input const& input) {
    auto const assets =
        database.read(call, [&](db::Transaction& tx) { return access.assets.list(tx, input.kind, input.department); });
    std::vector<AssetView> views;
    for (auto const& asset : assets) {
      call.proceed();
      if (!access.authority.may_discover(call, asset)) continue;
      AssetView view{.address = asset.address().str(),
                     .kind = asset.kind,
                     .description = asset.description,
                     .tags = asset.tags,
                     .created_at = asset.created_at};
      if (!input.q.empty() && !mentions(view, input.q)) continue;
      view.may_read = access.authority.decide(call, access::Action::read, asset).allowed;
      views.push_back(std::move(view));
    }
    return page_of(std::move(views), input);
  }
};

struct ExplainAccess {
  access::Access& access;
  db::Database& database;

  struct Input {
    std::string address;
    access::Action action = access::Action::read;
    static constexpr auto fields() {
      return std::tuple{required("address", &Input::address, "department/name"),
                        optional("action", &Input::action, "default read")};
    }
  };
  struct Output {
    bool allowed = false;
    std::string refusal;
    std::vector<GroundView> grounds;
    std::vector<json::Value> row_filters;
    access::Masks masks;
    std::int64_t min_group_size = 0;
    static constexpr auto fields() {
      return std::tuple{required("allowed", &Output::allowed, "whether you may, for the declared purpose"),
                        optional("refusal", &Output::refusal, "why not"),
                        optional("grounds", &Output::grounds, "why"),
                        optional("row_filters", &Output::row_filters, "rows you see"),
                        optional("masks", &Output::masks, "columns you do not see as they are"),
                        optional("min_group_size", &Output::min_group_size, "smallest group of an aggregate")};
    }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/access:explain",
                                           .name = "explain_access",
                                           .tag = "access",
                                           .summary = "Say what you may do with an asset, and why"};
  Output run(Call const& call, Input const& input) {
    auto const address = access::parse_address(input.address);
    auto const asset =
        database.read(call, [&](db::Transaction& tx) { return access.assets.find(tx, address.asset()); });
    if (!asset || !access.authority.may_discover(call, *asset))
      throw not_found("there is no " + input.address + " that you may discover");
    auto const decision = access.authority.decide(call, input.action, *asset);
    return {.allowed = decision.allowed,
            .refusal = decision.refusal,
            .grounds = views_of(decision.grounds),
            .row_filters = decision.obligations.row_filters,
            .masks = decision.obligations.masks,
            .min_group_size = decision.obligations.min_group_size};
  }
};

}  // namespace

void add_assets(Table& table, access::Access& access, db::Database& database) {
  table.add(SearchAssets{access, database});
  table.add(ExplainAccess{access, database});
}

}  // namespace lepton::native
