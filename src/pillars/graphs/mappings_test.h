#pragma once

#include "datasets/datasets_test.h"
#include "graphs/mappings.h"
#include "graphs/schema.h"
#include "rdf/nquads_text.h"

namespace lepton::graphs {

constexpr std::string_view kMappingOfPeople = R"({
  "prefixes": {"b": "http://b/"},
  "maps": [
    {"name": "person", "dataset": "banking/people", "subject": "b:p/{id}", "class": "b:Person",
     "facts": [{"predicate": "b:id", "column": "id"}, {"predicate": "b:name", "column": "name"}]},
    {"name": "guarantee", "dataset": "banking/guarantees", "subject": "b:p/{guarantor}",
     "facts": [{"predicate": "b:guarantees", "subject_of": {"map": "person", "columns": {"id": "borrower"}}}]}
  ]})";

/// The company of the story with tables of banking and a graph of risk: ben may read the tables for default-risk.
class MappingsTest : public datasets::DatasetsTest {
 protected:
  void SetUp() override {
    DatasetsTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(migrations());
    graphs_.emplace(Graphs::Parts{
        database(), access().authority, access().assets, access().audit, lineage_, directory_.path() / "graphs", {}});
    mappings_.emplace(Mappings::Parts{*graphs_, *datasets_, database(), access().authority, access().assets});
    import("ana", "banking/people", "id,name\n1,Ann\n2,\"Bo \"\"B\"\" Li\"\n3,\n", {.tags = { "pii" }});
    import("ana", "banking/guarantees", "guarantor,borrower\n1,2\n2,3\n");
    people_ = grant_to_ben("banking/people");
    guarantees_ = grant_to_ben("banking/guarantees");
    graphs_->create(as("ben"), exposure, "", {});
  }

  Call ben() { return as("ben", "default-risk"); }
  MapResult map(Call const& call, std::string_view mapping = kMappingOfPeople) {
    return mappings_->run(call, exposure, json::parse(mapping));
  }
  /// What a caller sees, as N-Triples in the order of bytes.
  std::string seen(Call const& call, std::string const& address = "risk/exposure") {
    auto const view = graphs_->open(call, access::parse_address(address));
    rdf::QuadCollector collected;
    (void)graphs_->read(call, view, Place::whole(), collected);
    std::set<std::string> lines;
    for (auto& quad : collected.quads) {
      quad.graph.reset();
      std::string line;
      rdf::append_quad(line, quad.view());
      lines.insert(line);
    }
    return fmt::format("{}", fmt::join(lines, ""));
  }

  access::Address const exposure = access::parse_address("risk/exposure");
  std::optional<Graphs> graphs_;
  std::optional<Mappings> mappings_;
  access::Grant people_, guarantees_;
};

}  // namespace lepton::graphs
