#pragma once

#include "graphs/fact_queries.h"
#include "serving/sources.h"

namespace lepton::graphs {

/// Facts for deployments from the knowledge graphs. Any thread may call.
class DeploymentFacts : public serving::FactSource {
 public:
  /// The queries outlive it.
  explicit DeploymentFacts(FactQueries& queries) : queries_(queries) {}

  [[nodiscard]] Pin pin(Call const& call, serving::FactsSpec const& facts) const override;
  [[nodiscard]] Found find(Call const& call, serving::FactsSpec const& facts, json::Array const& keys) const override;

 private:
  FactQueries& queries_;
};

}  // namespace lepton::graphs
