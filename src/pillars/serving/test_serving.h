#pragma once

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "access/schema.h"
#include "base/metrics.h"
#include "db/test_database.h"
#include "lineage/lineage.h"
#include "lineage/schema.h"
#include "serving/account_calls.h"
#include "serving/deployments.h"
#include "serving/inference.h"
#include "serving/schema.h"
#include "serving/trace.h"

namespace lepton::serving {

/// An artifact of the `xgboost` trainer that scores sigmoid(leaf) whatever it is asked.
inline std::string constant_model(double leaf) {
  return R"({"learner":{"attributes":{},"feature_names":["income","age"],"feature_types":[],
      "gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1","size_leaf_vector":"0"},
        "tree_info":[0],"trees":[{"base_weights":[0],"categories":[],"categories_nodes":[],"categories_segments":[],
        "categories_sizes":[],"default_left":[0],"id":0,"left_children":[-1],"right_children":[-1],"split_conditions":[)" +
         std::to_string(leaf) + R"(],"split_indices":[0],"split_type":[0]}]},"name":"gbtree"},
      "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
      "objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,7,4]})";
}
inline constexpr std::string_view constant_signature = R"({"task":"binary_classification","threshold":0.5,
      "inputs":[{"name":"income","datatype":"FP32"},{"name":"age","datatype":"FP32"}],
      "outputs":[{"name":"score","datatype":"FP32"},{"name":"class","datatype":"INT64"}]})";

/// A registry with models of one constant each: version n of "risk/default" scores sigmoid(leaf).
class TestModels : public ModelSource {
 public:
  void add(std::string const& version, double leaf) { artifacts_[version] = constant_model(leaf); }
  void break_artifact(std::string const& version) { artifacts_[version] = "{}"; }
  std::map<std::string, std::string> aliases;
  std::set<std::string> tags;

  [[nodiscard]] ServableModel resolve(db::Transaction&, Call const&, access::Address const& model) const override {
    auto version = model.version.value_or("1");
    if (auto const alias = aliases.find(version); alias != aliases.end()) version = alias->second;
    if (!artifacts_.contains(version)) throw not_found("there is no version " + version);
    return {{model.department, model.name, version}, "digest-" + version, signature(), tags};
  }
  [[nodiscard]] std::string artifact(Call const&, ServableModel const& model) const override {
    return artifacts_.at(*model.version.version);
  }
  static runtime::Signature signature() { return runtime::parse_signature(json::parse(constant_signature)); }

 private:
  std::map<std::string, std::string> artifacts_;
};

/// A table of ages by customer, readable by whom the authority lets read the dataset.
class TestRecords : public RecordSource {
 public:
  TestRecords(db::Database& database, access::Access& access) : database_(database), access_(access) {}
  std::map<std::string, double> ages{{"c1", 30}, {"c2", 70}};

  [[nodiscard]] Pin pin(Call const& call, access::Address const& dataset) const override {
    return {{dataset.department, dataset.name, dataset.version.value_or("1")}, permitted(call, dataset)};
  }
  [[nodiscard]] std::vector<std::optional<Record>> find(Call const& call, access::Address const& version,
                                                        std::string const&, std::vector<std::string> const& columns,
                                                        std::vector<std::string> const& keys) const override {
    auto const grounds = permitted(call, version);
    std::vector<std::optional<Record>> out;
    for (auto const& key : keys) {
      auto const age = ages.find(key);
      json::Object values;
      if (age != ages.end())
        for (auto const& column : columns) values[column] = age->second;
      out.push_back(age == ages.end() ? std::nullopt : std::optional(Record{values, grounds}));
    }
    return out;
  }

 private:
  [[nodiscard]] std::vector<access::Ground> permitted(Call const& call, access::Address const& dataset) const {
    return database_.read(call, [&](db::Transaction& tx) {
      return access_.authority.require(tx, call, access::Action::read, dataset.asset(), "dataset").decision.grounds;
    });
  }

  db::Database& database_;
  access::Access& access_;
};

/// A graph of ages by number, readable by whom the authority lets read it.
class TestFacts : public FactSource {
 public:
  TestFacts(db::Database& database, access::Access& access) : database_(database), access_(access) {}
  std::vector<std::string> columns{"age"};
  std::map<std::int64_t, double> ages{{1, 30}, {2, 70}};

  [[nodiscard]] Pin pin(Call const& call, FactsSpec const& facts) const override {
    return {columns, permitted(call, facts)};
  }
  [[nodiscard]] Found find(Call const& call, FactsSpec const& facts, json::Array const& keys) const override {
    Found found{.commit = 3, .sources = {"banking/customers@1"}, .values = {}, .grounds = permitted(call, facts)};
    for (auto const& key : keys) {
      auto const age = ages.find(key.as_int64());
      found.values.push_back(age == ages.end() ? std::nullopt : std::optional(json::Object{{"age", age->second}}));
    }
    return found;
  }

 private:
  [[nodiscard]] std::vector<access::Ground> permitted(Call const& call, FactsSpec const& facts) const {
    return database_.read(call, [&](db::Transaction& tx) {
      auto const graph = access::parse_address(facts.graph);
      return access_.authority.require(tx, call, access::Action::read, graph, "graph").decision.grounds;
    });
  }

  db::Database& database_;
  access::Access& access_;
};

/// What a server holds, on a database that outlives it: destroyed and made again, it is a restart.
class TestServer {
 public:
  TestServer(db::Database& database, Clock const& clock, TestModels const& models)
      : access(database, clock),
        records(database, access),
        facts(database, access),
        service_calls(access.directory),
        fleet(access.authority, metrics, clock),
        decisions(database, access.authority),
        deployments({database, access.authority, access.assets, access.audit, lineage, models, fleet, log, &records,
                     &service_calls, &facts}),
        lookups("lookup", 2, 100, log),
        inference(
            {database, access.authority, access.audit, fleet, decisions, &records, &service_calls, &lookups, &facts}),
        traces({database, access.authority, access.assets, lineage, decisions, {}}) {}
  ~TestServer() {
    lookups.stop();
    fleet.stop();
  }

  Log log{LogLevel::error};
  Metrics metrics;
  access::Access access;
  lineage::Lineage lineage;
  TestRecords records;
  TestFacts facts;
  AccountCalls service_calls;
  Fleet fleet;
  DecisionLog decisions;
  Deployments deployments;
  ThreadPool lookups;
  Inference inference;
  Traces traces;
};

/// The department risk with its model, ben who contributes to it, the service account risk/loan-system that may call,
/// and banking with a dataset and its steward ana.
class ServingTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    db::DatabaseTest::SetUp();
    if (IsSkipped()) return;
    std::vector<db::Migration> migrations;
    for (auto const& part : {access::migrations(), lineage::migrations(), serving::migrations()})
      migrations.insert(migrations.end(), part.begin(), part.end());
    database().migrate(migrations);
    models.add("1", 1);
    models.add("2", -1);
    start();
    populate();
  }
  void start() { server_ = std::make_unique<TestServer>(database(), clock_, models); }
  void restart() {
    server_.reset();
    test_database().reopen();
    start();
    server().deployments.recover(call_);
    server().deployments.load_all(call_);
  }
  [[nodiscard]] TestServer& server() { return *server_; }

  [[nodiscard]] Call as(std::string const& name, std::string const& purpose = "") {
    Call call = system_call(clock_);
    call.principal = server().access.directory.principal(name);
    call.purpose = purpose;
    call.request_id = RequestId::random();
    return call;
  }
  [[nodiscard]] static DeploymentSpec spec(std::string const& version) {
    DeploymentSpec out;
    out.model = "risk/default@" + version;
    return out;
  }
  [[nodiscard]] static InferenceRequest request(double income = 1, double age = 2) {
    InferenceRequest out;
    out.inputs = {{"x", "FP32", {1, 2}, std::vector{income, age}}};
    out.route = "POST /v2/models/score/infer";
    return out;
  }
  [[nodiscard]] Expected<InferenceAnswer> infer(Call const& call, InferenceRequest what = request()) {
    std::promise<Expected<InferenceAnswer>> promise;
    server().inference.infer(call, "score", std::move(what),
                             [&](Expected<InferenceAnswer> answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }
  void create_asset(std::string const& kind, std::string const& address) {
    database().write(call_, [&](db::Transaction& tx) {
      server().access.assets.create(tx, call_, kind, access::parse_address(address));
    });
  }

  TestModels models;
  access::Address const score{"risk", "score", std::nullopt};

 private:
  void populate() {
    auto& access = server().access;
    access.directory.create_department(call_, "risk");
    access.directory.create_department(call_, "banking");
    for (auto const& [name, department, role] :
         std::vector<std::tuple<std::string, std::string, std::string>>{{"ana", "banking", "steward"},
                                                                        {"ben", "risk", "contributor"},
                                                                        {"cara", "risk", "steward"},
                                                                        {"vic", "risk", "viewer"},
                                                                        {"otto", "banking", "viewer"}}) {
      access.directory.create_user(call_, {name, name, department, {}});
      access.directory.assign_role(call_, department, name, role);
    }
    access.directory.create_user(call_, {"audrey", "audrey", "", {}});
    access.directory.assign_role(call_, "", "audrey", "auditor");
    access.directory.create_service_account(call_, {"loan-system", "Loans", "risk", {}});
    create_asset("model", "risk/default");
    create_asset("dataset", "banking/customers");
    create_asset("graph", "risk/exposure");
    grant("service_account:risk/loan-system", access::Action::serve, "risk/*");
  }

 protected:
  access::Grant grant(std::string const& subject, access::Action action, std::string const& path,
                      std::string const& purpose = "") {
    access::Grants::NewGrant wanted;
    wanted.subject = subject;
    wanted.actions = {action};
    wanted.path = path;
    wanted.purpose = purpose;
    return server().access.grants.create(call_, wanted);
  }

 private:
  std::unique_ptr<TestServer> server_;
};

}  // namespace lepton::serving
