#include <random>
#include <set>

#include "platform_graph/test_platform.h"
#include "rdf/nquads_text.h"

namespace lepton::platform_graph {
namespace {

/// Random assets, versions of them made from each other, and changes to all that.
class RandomPlatform : public PlatformGraphTest {
 protected:
  [[nodiscard]] std::size_t below(std::size_t limit) { return random_() % limit; }

  void add_assets(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto const address = (below(2) == 0 ? "banking/a" : "risk/a") + std::to_string(assets_.size());
      assets_.push_back(company_->add_asset(address, "dataset",
                                            below(3) == 0 ? std::set<std::string>{"pii"} : std::set<std::string>{}));
    }
  }
  lineage::Node node() {
    if (below(4) == 0) return {"run", "r" + std::to_string(below(6))};
    return {"dataset_version", assets_[below(assets_.size())].address().str() + "@" + std::to_string(1 + below(3))};
  }
  void add_edges(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto const from = node();
      auto const to = node();
      if (from != to) record(from, to);
    }
  }
  void change_something() {
    auto& asset = assets_[below(assets_.size())];
    database().write(company_->system(), [&](db::Transaction& tx) {
      auto now = access().assets.find(tx, asset.id);
      if (below(2) == 0)
        now->tags.insert("pii");
      else
        now->tags.erase("pii");
      access().assets.update(tx, company_->system(), *now);
    });
    if (below(3) == 0) grant("user:ben", asset.department == "banking" ? asset.address().str() : "banking/*");
    if (below(3) == 0) time_.advance(std::chrono::hours(1));
    add_edges(1);
  }

  /// All that `who` sees in `graph`, as sorted lines: ids of terms differ between graphs.
  std::set<std::string> seen(PlatformGraph& graph, std::string const& who) {
    auto const view = graph.open(as(who));
    rdf::QuadCollector collected;
    (void)graphs_->read(as(who), view, graphs::Place::whole(), collected);
    std::set<std::string> lines;
    for (auto const& quad : collected.quads) {
      std::string line;
      rdf::append_quad(line, quad.view());
      lines.insert(line);
    }
    return lines;
  }

  std::mt19937 random_{20261129};
  std::vector<access::Asset> assets_;
};
INSTANTIATE_TEST_SUITE_P(On, RandomPlatform, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(RandomPlatform, DependsOnIsWhatLineageWalksDownTo) {
  for (int round = 0; round < 4; ++round) {
    add_assets(5);
    add_edges(15);
    std::string const who = round % 2 == 0 ? "ben" : "ana";
    auto const may_see = [&](lineage::Node const& one) {
      return !is_activity(one) && access().authority.may_discover(as(who), *database().read(call_, [&](auto& tx) {
        return access().assets.find(tx, access::parse_address(one.key).asset());
      }));
    };
    for (auto const& asset : assets_) {
      lineage::Node const start{"dataset_version", asset.address().str() + "@1"};
      std::set<std::string> walked;
      auto const walk = database().read(call_, [&](db::Transaction& tx) { return lineage_.downstream(tx, start); });
      for (auto const& step : walk.steps)
        if (may_see(start) && may_see(step.edge.to)) walked.insert(step.edge.to.key);
      auto const asked = ask(who, "SELECT DISTINCT ?x { ?x lep:dependsOn <" + node_iri(start) +
                                      "> FILTER NOT EXISTS { ?x a lep:Asset } }");
      EXPECT_EQ(std::set(asked.begin(), asked.end()), walked) << who << " asks about " << start.key;
    }
  }
}

TEST_P(RandomPlatform, KeptUpToDateItIsWhatItWouldBeMadeAfresh) {
  add_assets(6);
  add_edges(10);
  for (int round = 0; round < 12; ++round) {
    change_something();
    PlatformGraph afresh(database(), access().snapshots, time_);
    for (auto const* who : {"ben", "ana", "olga"}) EXPECT_EQ(seen(*graph_, who), seen(afresh, who)) << round;
  }
}

}  // namespace
}  // namespace lepton::platform_graph
