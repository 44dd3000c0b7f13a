#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/company_test.h"
#include "base/file.h"
#include "graphs/graphs.h"
#include "graphs/schema.h"
#include "lineage/schema.h"
#include "rdf/nquads_text.h"

namespace lepton::graphs {

inline constexpr std::string_view two_customers =
    "<http://b/c/1> <http://b/guarantees> <http://b/c/2> , <http://b/c/3> .";

/// The company of the story, with graphs in a directory of the test.
class GraphsTest : public access::CompanyTest {
 protected:
  void SetUp() override {
    CompanyTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(lineage::migrations());
    database().migrate(migrations());
    open_graphs();
    graphs_->create(as("ben"), exposure, "who guarantees whom", {"pii"});
  }

  void open_graphs() {
    graphs_.reset();
    graphs_.emplace(Graphs::Parts{
        database(), access().authority, access().assets, access().audit, lineage_, directory_.path() / "graphs", {}});
    graphs_->recover(company_->system());
  }

  Commit load(std::string const& who, std::string_view turtle, Place const& place = Place::of_default(),
              std::optional<std::int64_t> expected = {}) {
    rdf::StringSource source(turtle);
    return graphs_->load(as(who), exposure, place, {rdf::Syntax::turtle, "", source}, expected);
  }

  /// What `who` sees, as N-Quads.
  std::string seen(std::string const& who, std::string const& address, Place const& place = Place::whole()) {
    auto const view = graphs_->open(as(who), access::parse_address(address));
    rdf::QuadCollector collected;
    found_ = graphs_->read(as(who), view, place, collected);
    std::string text;
    for (auto const& quad : collected.quads) rdf::append_quad(text, quad.view());
    return text;
  }

  access::Address const exposure = access::parse_address("risk/exposure");
  TemporaryDirectory directory_;
  lineage::Lineage lineage_;
  std::optional<Graphs> graphs_;
  bool found_ = false;
};

}  // namespace lepton::graphs
