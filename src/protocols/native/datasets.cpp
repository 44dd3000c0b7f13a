#include "datasets/datasets.h"

#include "native/etag.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

using datasets::Datasets;

access::Address address_of(std::string const& department, std::string const& name,
                           std::optional<std::string> const& version = std::nullopt) {
  return {department, name, version};
}

struct DatasetView : datasets::Dataset {
  DatasetView() = default;
  explicit DatasetView(datasets::Dataset dataset) : datasets::Dataset(std::move(dataset)) {}
  [[nodiscard]] std::string etag() const { return std::to_string(revision); }
};

struct CreateDataset {
  Datasets& datasets;

  struct Input {
    std::string department, name, description, key;
    std::set<std::string> tags;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "short name"),
                        optional("description", &Input::description, "what it is"),
                        optional("key", &Input::key, "column by which a record is looked up"),
                        optional("tags", &Input::tags, "such as pii")};
    }
  };
  using Output = DatasetView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/datasets",
      .name = "create_dataset",
      .tag = "data",
      .summary = "Create an empty dataset; an import makes its versions",
      .example = R"({"department": "banking", "name": "customers", "tags": ["pii"], "key": "customer_id"})",
      .status = 201};
  Output run(Call const& call, Input const& input) {
    return DatasetView(
        datasets.create(call, address_of(input.department, input.name), input.description, input.tags, input.key));
  }
};

struct ListDatasets {
  Datasets& datasets;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{optional("department", &Input::department, "whose")});
    }
  };
  using Output = Page<datasets::Dataset>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/datasets",
                                           .name = "list_datasets",
                                           .tag = "data",
                                           .summary = "List the datasets that you may discover"};
  Output run(Call const& call, Input const& input) { return page_of(datasets.list(call, input.department), input); }
};

struct ByDataset {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple{required("department", &ByDataset::department, "that owns it"),
                      required("name", &ByDataset::name, "its name")};
  }
};

struct GetDataset {
  Datasets& datasets;

  using Input = ByDataset;
  using Output = DatasetView;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/datasets/{name}",
                                           .name = "get_dataset",
                                           .tag = "data",
                                           .summary = "Read what a dataset is, with its newest version"};
  Output run(Call const& call, Input const& input) {
    return DatasetView(datasets.get(call, address_of(input.department, input.name)));
  }
};

struct ChangeDataset {
  Datasets& datasets;

  struct Input {
    std::string department, name, if_match;
    std::optional<std::string> description, key;
    std::optional<std::set<std::string>> tags;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        required("if_match", &Input::if_match, "ETag of what you read"),
                        optional("description", &Input::description, "what it is"),
                        optional("key", &Input::key, "column by which a record is looked up"),
                        optional("tags", &Input::tags, "replaces all")};
    }
  };
  using Output = DatasetView;
  static constexpr Description description{
      .method = "PATCH",
      .path = "/v1/departments/{department}/datasets/{name}",
      .name = "change_dataset",
      .tag = "data",
      .summary = "Change description, tags or key",
      .example = R"({"department": "banking", "name": "customers", "if_match": "\"1\"", "tags": ["pii"]})"};
  Output run(Call const& call, Input const& input) {
    return DatasetView(datasets.update(call, address_of(input.department, input.name), input.description, input.tags,
                                       input.key, revision_of(input.if_match).value_or(0)));
  }
};

struct RemoveDataset {
  Datasets& datasets;

  using Input = ByDataset;
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/departments/{department}/datasets/{name}",
                                           .name = "remove_dataset",
                                           .tag = "data",
                                           .summary = "Remove a dataset that nothing was made from",
                                           .status = 204};
  void run(Call const& call, Input const& input) { datasets.remove(call, address_of(input.department, input.name)); }
};

struct WithdrawDataset {
  Datasets& datasets;

  struct Input {
    std::string department, name, reason;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        required("reason", &Input::reason, "why, for those who read it")};
    }
  };
  using Output = DatasetView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/datasets/{name}:withdraw",
      .name = "withdraw_dataset",
      .tag = "data",
      .summary = "Let nobody else read it from now on; what was made from it stays known",
      .example = R"({"department": "banking", "name": "customers", "reason": "consent withdrawn"})"};
  Output run(Call const& call, Input const& input) {
    return DatasetView(datasets.withdraw(call, address_of(input.department, input.name), input.reason));
  }
};

struct RestoreDataset {
  Datasets& datasets;

  using Input = ByDataset;
  using Output = DatasetView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/datasets/{name}:restore",
                                           .name = "restore_dataset",
                                           .tag = "data",
                                           .summary = "Undo a withdrawal"};
  Output run(Call const& call, Input const& input) {
    return DatasetView(datasets.restore(call, address_of(input.department, input.name)));
  }
};

struct ListVersions {
  Datasets& datasets;

  using Input = PagingOfAsset;
  using Output = Page<datasets::Version>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/datasets/{name}/versions",
                                           .name = "list_versions",
                                           .tag = "data",
                                           .summary = "List the versions, newest first"};
  Output run(Call const& call, Input const& input) {
    return page_of(datasets.versions(call, address_of(input.department, input.name)), input);
  }
};

struct GetVersion {
  Datasets& datasets;

  struct Input {
    std::string department, name, version;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"), required("version", &Input::version, "1, 2, …")};
    }
  };
  using Output = datasets::Version;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/datasets/{name}/versions/{version}",
                                           .name = "get_version",
                                           .tag = "data",
                                           .summary = "Read one version: columns, rows, digest, where it came from"};
  Output run(Call const& call, Input const& input) {
    return datasets.version(call, address_of(input.department, input.name, input.version));
  }
};

}  // namespace

void add_datasets(Table& table, Datasets& datasets) {
  table.add(CreateDataset{datasets});
  table.add(ListDatasets{datasets});
  table.add(GetDataset{datasets});
  table.add(ChangeDataset{datasets});
  table.add(RemoveDataset{datasets});
  table.add(WithdrawDataset{datasets});
  table.add(RestoreDataset{datasets});
  table.add(ListVersions{datasets});
  table.add(GetVersion{datasets});
}

}  // namespace lepton::native
