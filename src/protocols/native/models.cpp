#include "access/address.h"
#include "models/registry.h"
#include "native/etag.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct CreateModel {
  models::Registry& registry;

  struct Input {
    std::string department, name, description;
    std::set<std::string> protected_aliases = {"production"};
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "short name"),
                        optional("description", &Input::description, "for people"),
                        optional("protected_aliases", &Input::protected_aliases,
                                 "aliases that move only with a steward's approval; default production")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/models",
                                           .name = "create_model",
                                           .tag = "models",
                                           .summary = "Create a model, which then gets versions",
                                           .example = R"({"department": "risk", "name": "default-risk"})",
                                           .status = 201};
  Output run(Call const& call, Input const& input) {
    return models::to_json(registry.create(call, {.address = input.department + "/" + input.name,
                                                  .description = input.description,
                                                  .protected_aliases = input.protected_aliases}));
  }
};

struct ListModels {
  models::Registry& registry;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{optional("department", &Input::department, "whose")});
    }
  };
  using Output = Page<json::Object>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/models",
                                           .name = "list_models",
                                           .tag = "models",
                                           .summary = "List the models that you may discover"};
  Output run(Call const& call, Input const& input) {
    std::vector<json::Object> views;
    for (auto const& model : registry.list(call, input.department)) views.push_back(models::to_json(model));
    return page_of(std::move(views), input);
  }
};

struct ByModel {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple{required("department", &ByModel::department, "that owns it"),
                      required("name", &ByModel::name, "its name")};
  }
};

struct GetModel {
  models::Registry& registry;

  using Input = ByModel;
  using Output = json::Object;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/models/{name}",
                                           .name = "get_model",
                                           .tag = "models",
                                           .summary = "Read a model with its aliases"};
  Output run(Call const& call, Input const& input) {
    return models::to_json(registry.get(call, {input.department, input.name, {}}));
  }
};

struct ProtectAliases {
  models::Registry& registry;

  struct Input {
    std::string department, name, if_match;
    std::set<std::string> aliases;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        required("if_match", &Input::if_match, "revision of the model, as read"),
                        required("aliases", &Input::aliases, "that move only with a steward's approval")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/departments/{department}/models/{name}/protected_aliases",
      .name = "protect_aliases",
      .tag = "models",
      .summary = "Say which aliases move only with a steward's approval",
      .example = R"({"department": "risk", "name": "default-risk", "if_match": "\"1\"", "aliases": ["production"]})"};
  Output run(Call const& call, Input const& input) {
    return models::to_json(registry.protect(call, {input.department, input.name, {}}, input.aliases,
                                            revision_of(input.if_match).value_or(0)));
  }
};

struct RegisterVersion {
  models::Registry& registry;

  struct Input {
    std::string department, name, run, description;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"),
          required("name", &Input::name, "model; created when there is none"),
          required("run", &Input::run, "finished run that left model.json (or model.bin) and signature.json"),
          optional("description", &Input::description, "for people")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/models/{name}/versions",
      .name = "register_version",
      .tag = "models",
      .summary = "Register what a run made as the next version; the same content is registered once",
      .example = R"({"department": "risk", "name": "default-risk", "run": "abc"})",
      .status = 201};
  Output run(Call const& call, Input const& input) {
    return models::to_json(registry.add_version(call, {.model = input.department + "/" + input.name,
                                                       .run = models::RunId(input.run),
                                                       .description = input.description}));
  }
};

struct ListModelVersions {
  models::Registry& registry;

  using Input = PagingOfAsset;
  using Output = Page<json::Object>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/models/{name}/versions",
                                           .name = "list_model_versions",
                                           .tag = "models",
                                           .summary = "List the versions of a model"};
  Output run(Call const& call, Input const& input) {
    std::vector<json::Object> views;
    for (auto const& version : registry.versions(call, {input.department, input.name, {}}))
      views.push_back(models::to_json(version));
    return page_of(std::move(views), input);
  }
};

struct GetModelVersion {
  models::Registry& registry;

  struct Input {
    std::string department, name, version;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        required("version", &Input::version, "number or alias")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/models/{name}/versions/{version}",
                                           .name = "get_model_version",
                                           .tag = "models",
                                           .summary = "Read a version: digest, everything it is made of, signature"};
  Output run(Call const& call, Input const& input) {
    return models::to_json(registry.version(call, {input.department, input.name, input.version}));
  }
};

}  // namespace

void add_models(Table& table, models::Registry& registry) {
  table.add(CreateModel{registry});
  table.add(ListModels{registry});
  table.add(GetModel{registry});
  table.add(ProtectAliases{registry});
  table.add(RegisterVersion{registry});
  table.add(ListModelVersions{registry});
  table.add(GetModelVersion{registry});
}

}  // namespace lepton::native
