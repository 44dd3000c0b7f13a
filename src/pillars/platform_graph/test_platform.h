#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "access/company_test.h"
#include "base/file.h"
#include "datasets/catalog.h"
#include "datasets/schema.h"
#include "db/changes.h"
#include "graphs/queries.h"
#include "graphs/schema.h"
#include "jobs/schema.h"
#include "lineage/schema.h"
#include "models/schema.h"
#include "platform_graph/platform_graph.h"
#include "platform_graph/schema.h"
#include "serving/deployment_records.h"
#include "serving/schema.h"
#include "sparql/parser.h"

namespace lepton::platform_graph {

/// The company of the story with its own graph, and with rows put where the pillars would have put them.
class PlatformGraphTest : public access::CompanyTest {
 protected:
  void SetUp() override {
    CompanyTest::SetUp();
    if (IsSkipped()) return;
    for (auto const& steps : {lineage::migrations(), datasets::migrations(), jobs::migrations(), models::migrations(),
                              serving::migrations(), graphs::migrations(), db::change_migrations(), migrations()})
      database().migrate(steps);
    graph_.emplace(database(), access().snapshots, time_);
    graphs_.emplace(graphs::Graphs::Parts{database(),
                                          access().authority,
                                          access().assets,
                                          access().audit,
                                          lineage_,
                                          directory_.path() / "graphs",
                                          {},
                                          &*graph_});
    queries_.emplace(graphs::Queries::Parts{*graphs_, database(), access().audit, {}});
  }

  /// The rows of an answer, each as its values with spaces between, without namespaces; ascending.
  std::vector<std::string> ask(Call const& call, std::string const& pattern,
                               std::string const& of = "lepton/platform") {
    auto const query = sparql::parse_query(
        "PREFIX lep: <urn:lepton:terms:> PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX prov: "
        "<http://www.w3.org/ns/prov#> PREFIX dct: <http://purl.org/dc/terms/> PREFIX foaf: "
        "<http://xmlns.com/foaf/0.1/> PREFIX org: <http://www.w3.org/ns/org#> " +
        pattern);
    sparql::ResultCollector collected;
    rdf::QuadCollector none;
    (void)queries_->query(call, access::parse_address(of), query, {}, collected, none);
    if (collected.truth) return {*collected.truth ? "true" : "false"};
    std::vector<std::string> rows;
    for (auto const& row : collected.rows) {
      std::string text;
      for (auto const& value : row) text += (text.empty() ? "" : " ") + (value ? shortened(value->value) : "-");
      rows.push_back(text);
    }
    std::ranges::sort(rows);
    return rows;
  }
  std::vector<std::string> ask(std::string const& who, std::string const& pattern) { return ask(as(who), pattern); }

  void record(lineage::Node const& from, lineage::Node const& to, std::vector<access::Ground> grounds = {}) {
    database().write(company_->system(), [&](db::Transaction& tx) {
      lineage_.record(tx, company_->system(), from, to, "made", std::move(grounds));
    });
  }
  void add_version(access::Asset const& dataset, std::int64_t number) {
    database().write(company_->system(), [&](db::Transaction& tx) {
      if (number == 1) datasets::insert_dataset(tx, dataset.id, "id");
      datasets::StoredVersion stored;
      stored.version.number = number;
      stored.version.digest = "d" + std::to_string(number);
      stored.version.columns = {{"id", "BIGINT", 1}, {"phone number", "VARCHAR", 2}};
      stored.version.created_by = "ana";
      datasets::insert_version(tx, dataset.id, stored);
    });
  }
  void set_deployment(access::Asset const& asset, serving::DeploymentState state) {
    database().write(company_->system(), [&](db::Transaction& tx) {
      serving::DeploymentRecords const records;
      serving::Deployment deployment{.asset = asset, .state = state, .current = 1, .reason = "", .changed_by = "ben"};
      if (records.find(tx, asset)) return records.update(tx, deployment);
      records.create(tx, deployment);
      serving::Revision revision;
      revision.model = "risk/default@1";
      revision.created_by = "ben";
      (void)records.append(tx, asset.id, revision);
    });
  }
  access::Grant grant(std::string const& subject, std::string const& path, std::optional<Timestamp> until = {}) {
    return access().grants.create(as("ana"), {.subject = subject,
                                              .actions = {access::Action::read},
                                              .path = path,
                                              .purpose = {},
                                              .masks = {},
                                              .not_before = {},
                                              .expires_at = until});
  }

  TemporaryDirectory directory_;
  lineage::Lineage lineage_;
  std::optional<PlatformGraph> graph_;
  std::optional<graphs::Graphs> graphs_;
  std::optional<graphs::Queries> queries_;

 private:
  static std::string shortened(std::string const& value) {
    for (std::string_view const space :
         {"lepton:", "urn:lepton:principal:", "urn:lepton:", "http://www.w3.org/ns/dcat#", "http://www.w3.org/ns/prov#",
          "http://purl.org/dc/terms/"})
      if (value.starts_with(space)) return value.substr(space.size());
    return value;
  }
};

}  // namespace lepton::platform_graph
