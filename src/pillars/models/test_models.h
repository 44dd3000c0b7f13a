#pragma once

#include <gtest/gtest.h>

#include "access/test_company.h"
#include "blob/store.h"
#include "db/test_database.h"
#include "lineage/schema.h"
#include "models/promotions.h"
#include "models/runs.h"
#include "models/schema.h"
#include "models/training_runs.h"

namespace lepton::models {

/// Fixture: the company of the story with the whole pillar, on SQLite and on PostgreSQL, under a clock moved by hand.
class ModelsTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(access::migrations());
    database().migrate(lineage::migrations());
    database().migrate(migrations());
    platform_.emplace(database(), time_, directory_.path());
    experiments().create(as("ben"), access::parse_address("risk/trials"));
  }

  struct Platform {
    Platform(db::Database& database, Clock const& clock, std::filesystem::path const& directory)
        : company(database, clock), blobs(blob::open_folder(directory / "objects")) {}

    access::TestCompany company;
    std::unique_ptr<blob::Store> blobs;
    lineage::Lineage lineage;
    access::Access& access = company.access;
    Experiments experiments{company.database, access.authority, access.assets, access.audit};
    Runs runs{company.database, *blobs, access.authority, access.assets, access.audit, lineage};
    Registry registry{company.database, *blobs, access.authority, access.assets, access.audit, lineage};
    Promotions promotions{company.database, access.authority, access.assets, access.audit};
    TrainingRuns training{company.database, *blobs, experiments, registry, access.audit, lineage};
  };

  [[nodiscard]] Experiments& experiments() { return platform_->experiments; }
  [[nodiscard]] Runs& runs() { return platform_->runs; }
  [[nodiscard]] Registry& registry() { return platform_->registry; }
  [[nodiscard]] Promotions& promotions() { return platform_->promotions; }
  [[nodiscard]] Call as(std::string const& name) const { return platform_->company.as(name); }
  [[nodiscard]] static access::Address at(std::string const& address) { return access::parse_address(address); }

  [[nodiscard]] models::Run new_run() { return runs().create(as("ben"), {.experiment = "risk/trials"}); }
  /// A finished run that left a model; another `model` makes other content.
  [[nodiscard]] models::Run trained_run(std::string const& model = "{}") {
    auto const run = new_run();
    runs().add_artifact(as("ben"), run.id, "model.json", model);
    runs().add_artifact(as("ben"), run.id, "signature.json", R"({"task":"binary_classification"})");
    return runs().finish(as("ben"), run.id, RunStatus::finished);
  }
  ModelVersion registered(std::string const& model = "{}") {
    return registry().add_version(as("ben"), {"risk/default-risk", trained_run(model).id, ""});
  }
  std::vector<std::string> audited(std::string const& action) {
    return database().read(call_, [&](db::Transaction& tx) {
      std::vector<std::string> subjects;
      for (auto const& record : platform_->access.audit.list(tx, {.action = action}))
        subjects.push_back(record.event.subject);
      return subjects;
    });
  }

  TemporaryDirectory directory_;
  ManualClock time_;
  std::optional<Platform> platform_;
};

/// Code and reason of the Error that `action` throws: "conflict revision_mismatch", "denied denied".
template <class Function>
std::string refusal_of(Function&& action) {
  try {
    (void)action();
  } catch (Error const& error) {
    return std::string(to_string(error.code())) + " " + std::string(error.reason());
  }
  return "nothing was thrown";
}

}  // namespace lepton::models
