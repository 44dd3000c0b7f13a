#include "access/address.h"
#include "models/runs.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct ExperimentView {
  std::string address, description;
  Timestamp created_at;

  ExperimentView() = default;
  explicit ExperimentView(access::Asset const& asset)
      : address(asset.address().str()), description(asset.description), created_at(asset.created_at) {}
  static constexpr auto fields() {
    return std::tuple{required("address", &ExperimentView::address, "department/name"),
                      optional("description", &ExperimentView::description, "what question it is about"),
                      required("created_at", &ExperimentView::created_at, "when")};
  }
};

struct CreateExperiment {
  models::Experiments& experiments;

  struct Input {
    std::string department, name, description;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "short name"),
                        optional("description", &Input::description, "what question it is about")};
    }
  };
  using Output = ExperimentView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/experiments",
                                           .name = "create_experiment",
                                           .tag = "runs",
                                           .summary = "Create an experiment, which holds runs",
                                           .example = R"({"department": "risk", "name": "default-risk"})",
                                           .status = 201};
  Output run(Call const& call, Input const& input) {
    return ExperimentView(experiments.create(call, {input.department, input.name, {}}, input.description));
  }
};

struct ListExperiments {
  models::Experiments& experiments;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{optional("department", &Input::department, "whose")});
    }
  };
  using Output = Page<ExperimentView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/experiments",
                                           .name = "list_experiments",
                                           .tag = "runs",
                                           .summary = "List the experiments that you may discover"};
  Output run(Call const& call, Input const& input) {
    std::vector<ExperimentView> views;
    for (auto const& asset : experiments.list(call, input.department)) views.emplace_back(asset);
    return page_of(std::move(views), input);
  }
};

}  // namespace

void add_experiments(Table& table, models::Experiments& experiments) {
  table.add(CreateExperiment{experiments});
  table.add(ListExperiments{experiments});
}

}  // namespace lepton::native
