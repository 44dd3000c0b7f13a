#include "serving/deployments.h"
#include "access/address.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

json::Object deployed_json(serving::Deployments::Deployed const& deployed) {
  json::Object out = serving::to_json(deployed.deployment);
  out["current"] = serving::to_json(deployed.revision);
  return out;
}

struct Deploy {
  serving::Deployments& deployments;

  struct Input {
    std::string department, name, description;
    serving::DeploymentSpec spec;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "short name; callers use it in /v2/models/{name}/infer"),
                        required("spec", &Input::spec, "what it runs and how"),
                        optional("description", &Input::description, "what it is for")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/departments/{department}/deployments/{name}",
      .name = "deploy",
      .tag = "deployments",
      .summary = "Put a model version into service; callers notice nothing of the switch",
      .example =
          R"({"department": "risk", "name": "loan-score", "spec": {"model": "risk/default-risk@production", "replicas": 2}})",
      .timeout = std::chrono::seconds(300)};
  Output run(Call const& call, Input const& input) {
    return deployed_json(deployments.deploy(call, {input.department, input.name, {}}, input.spec, input.description));
  }
};

struct ByDeployment {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple{required("department", &ByDeployment::department, "that owns it"),
                      required("name", &ByDeployment::name, "its name")};
  }
};

struct GetDeployment {
  serving::Deployments& deployments;

  using Input = ByDeployment;
  using Output = json::Object;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/deployments/{name}",
                                           .name = "get_deployment",
                                           .tag = "deployments",
                                           .summary = "Read a deployment"};
  Output run(Call const& call, Input const& input) {
    return serving::to_json(deployments.get(call, {input.department, input.name, {}}));
  }
};

struct ListDeployments {
  serving::Deployments& deployments;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{optional("department", &Input::department, "whose")});
    }
  };
  using Output = Page<json::Object>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/deployments",
                                           .name = "list_deployments",
                                           .tag = "deployments",
                                           .summary = "List the deployments that you may discover"};
  Output run(Call const& call, Input const& input) {
    std::vector<json::Object> views;
    for (auto const& deployment : deployments.list(call, input.department))
      views.push_back(serving::to_json(deployment));
    return page_of(std::move(views), input);
  }
};

struct ListRevisions {
  serving::Deployments& deployments;

  using Input = PagingOfAsset;
  using Output = Page<json::Object>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/deployments/{name}/revisions",
                                           .name = "list_revisions",
                                           .tag = "deployments",
                                           .summary = "List what a deployment served, newest first"};
  Output run(Call const& call, Input const& input) {
    std::vector<json::Object> views;
    for (auto const& revision : deployments.revisions(call, {input.department, input.name, {}}))
      views.push_back(serving::to_json(revision));
    return page_of(std::move(views), input);
  }
};

struct Rollback {
  serving::Deployments& deployments;

  struct Input {
    std::string department, name;
    std::optional<std::int64_t> revision;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        optional("revision", &Input::revision, "default: the one that was ready before")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/deployments/{name}:rollback",
                                           .name = "roll_back",
                                           .tag = "deployments",
                                           .summary = "Serve an earlier revision again",
                                           .example = R"({"department": "risk", "name": "loan-score", "revision": 1})",
                                           .timeout = std::chrono::seconds(300)};
  Output run(Call const& call, Input const& input) {
    return deployed_json(deployments.rollback(call, {input.department, input.name, {}}, input.revision));
  }
};

struct Undeploy {
  serving::Deployments& deployments;

  using Input = ByDeployment;
  using Output = json::Object;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/deployments/{name}:undeploy",
                                           .name = "undeploy",
                                           .tag = "deployments",
                                           .summary = "End the service; revisions and decisions stay"};
  Output run(Call const& call, Input const& input) {
    return serving::to_json(deployments.undeploy(call, {input.department, input.name, {}}));
  }
};

}  // namespace

void add_deployments(Table& table, serving::Deployments& deployments) {
  table.add(Deploy{deployments});
  table.add(GetDeployment{deployments});
  table.add(ListDeployments{deployments});
  table.add(ListRevisions{deployments});
  table.add(Rollback{deployments});
  table.add(Undeploy{deployments});
}

}  // namespace lepton::native
