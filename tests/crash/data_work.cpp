#include "data_work.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lepton::crash {
namespace {

std::string text_at(json::Value const& value, char const* key) {
  return std::string(value.at(key).as_string());
}

/// `count` rows that all carry `number`.
std::string numbered_rows(int number, int count) {
  std::string csv = "id,number\n";
  for (int i = 0; i < count; ++i) csv += fmt::format("{},{}\n", i, number);
  return csv;
}

constexpr int rows_of(int number) {
  return 200 + number % 7;
}

Answer import(Api& api, std::string const& dataset, std::string csv) {
  return api.upload("POST", "/v1/departments/risk/datasets/" + dataset + ":import?format=csv", "text/csv",
                    std::move(csv));
}

/// The one row that a query gives.
json::Array row_of(Api& api, std::string const& sql) {
  auto const answer = api.post("/v1/query", {{"sql", sql}});
  EXPECT_EQ(answer.status, 200) << sql << ": " << answer.text;
  if (!answer.ok()) return {};
  auto const& row = answer.body.at("rows").at(0);
  if (row.is_array()) return row.as_array();
  json::Array cells;
  for (auto const& member : row.as_object()) cells.push_back(member.value());
  return cells;
}

}  // namespace

bool ImportWork::step(RunningServer const& server, Tokens const& tokens) {
  int const number = next_++;
  Api ben = server.api(tokens.at("ben"));
  auto const answer = import(ben, "numbers", numbered_rows(number, rows_of(number)));
  EXPECT_TRUE(answer.ok() || answer.status == 0) << answer.status << " " << answer.text;
  if (answer.ok()) {
    auto const& version = answer.body.at("version");
    EXPECT_EQ(version.at("rows").as_int64(), rows_of(number));
    acknowledged_[version.at("number").as_int64()] = text_at(version, "digest");
  }
  return answer.status != 0;
}

void ImportWork::verify(RunningServer const& server, Tokens const& tokens) {
  Api ben = server.api(tokens.at("ben"));
  auto const list = ben.get("/v1/departments/risk/datasets/numbers/versions?page_size=1000");
  if (list.status == 404 && acknowledged_.empty()) return;
  ASSERT_EQ(list.status, 200) << list.text;
  std::map<std::int64_t, std::string> there;
  for (auto const& version : list.body.at("items").as_array())
    there[version.at("number").as_int64()] = text_at(version, "digest");
  for (auto const& [number, digest] : acknowledged_) EXPECT_EQ(there[number], digest) << "version " << number;
  if (there.empty()) return;
  EXPECT_EQ(there.rbegin()->first, static_cast<std::int64_t>(there.size())) << "a gap in the versions";
  // The newest one is the one that a crash could have torn.
  auto const cells = row_of(
      ben, fmt::format("SELECT count(*), min(number), max(number) FROM \"risk/numbers@{}\"", there.rbegin()->first));
  ASSERT_EQ(cells.size(), 3u);
  EXPECT_EQ(cells[1], cells[2]) << "rows of two imports in one version";
  EXPECT_EQ(cells[0].as_int64(), rows_of(static_cast<int>(cells[1].as_int64()))) << "a part of an import";
}

Answer TrainingWork::submit(RunningServer const& server, Tokens const& tokens) {
  int const seed = next_++;
  json::Object const parameters{
      {"target", "defaulted"}, {"key", "customer"}, {"parameters", json::Object{{"rounds", 5}, {"max_depth", 2}}}};
  return server.api(tokens.at("ben"))
      .post("/v1/departments/risk/jobs",
            json::Object{{"name", "crash"},
                         {"trainer", "xgboost"},
                         {"inputs", json::Array{json::Object{{"dataset", "risk/learnt"}}}},
                         {"parameters", parameters},
                         {"seed", seed},
                         {"outputs", json::Array{json::Object{{"target", "risk/model"}}}}});
}

void TrainingWork::prepare(RunningServer const& server, Tokens const& tokens) {
  std::string csv = "customer,income,debt,defaulted\n";
  for (int i = 0; i < 400; ++i) csv += fmt::format("c{},{},{},{}\n", i, i * 37 % 101, i * 53 % 97, i * 37 % 101 < 40);
  Api ben = server.api(tokens.at("ben"));
  auto const imported = import(ben, "learnt", csv);
  ASSERT_TRUE(imported.ok()) << imported.text;
  for (int version = 1; version <= 2; ++version) {
    auto const job = submit(server, tokens);
    ASSERT_EQ(job.status, 202) << job.text;
    acknowledged_.insert(text_at(job.body, "id"));
    auto const done = ben.get("/v1/operations/" + text_at(job.body, "id") + "?wait=60s");
    ASSERT_TRUE(done.ok() && done.body.at("state") == "succeeded") << done.text;
  }
}

bool TrainingWork::step(RunningServer const& server, Tokens const& tokens) {
  auto const job = submit(server, tokens);
  EXPECT_TRUE(job.ok() || job.status == 0) << job.status << " " << job.text;
  if (!job.ok()) return job.status != 0;
  acknowledged_.insert(text_at(job.body, "id"));
  // One after the other, so that the queue does not grow without an end.
  return server.api(tokens.at("ben")).get("/v1/operations/" + text_at(job.body, "id") + "?wait=60s").status != 0;
}

void TrainingWork::verify(RunningServer const& server, Tokens const& tokens) {
  Api ben = server.api(tokens.at("ben"));
  for (auto const& id : acknowledged_) {
    auto const job = ben.get("/v1/operations/" + id);
    EXPECT_EQ(job.status, 200) << "job " << id << " was acknowledged and is lost: " << job.text;
    if (job.ok() && job.body.at("done").as_bool()) {
      EXPECT_EQ(job.body.at("state"), "succeeded") << job.text;
    }
  }
}

void TrainingWork::finish(RunningServer const& server, Tokens const& tokens) {
  Api ben = server.api(tokens.at("ben"));
  for (auto const& id : acknowledged_) {
    auto const job = ben.get("/v1/operations/" + id + "?wait=60s");
    ASSERT_TRUE(job.ok() && job.body.at("state") == "succeeded") << job.text;
    auto const model = text_at(job.body.at("result"), "model");
    auto const version = ben.get("/v1/departments/risk/models/model/versions/" + model.substr(model.find('@') + 1));
    EXPECT_EQ(version.status, 200) << model << ": " << version.text;
  }
}

bool DeploymentWork::step(RunningServer const& server, Tokens const& tokens) {
  Api ben = server.api(tokens.at("ben"));
  std::string const model = fmt::format("risk/model@{}", 1 + next_++ % 2);
  auto const deployed = ben.put("/v1/departments/risk/deployments/score",
                                {{"spec", json::Object{{"model", model}, {"max_batch_rows", 1 + next_ % 64}}}});
  EXPECT_TRUE(deployed.ok() || deployed.status == 0) << deployed.status << " " << deployed.text;
  if (!deployed.ok()) return deployed.status != 0;
  revision_ = deployed.body.at("current").at("revision").as_int64();
  for (int i = 0; i < 5; ++i) {
    json::Object const tensor{
        {"name", "x"}, {"datatype", "FP32"}, {"shape", json::Array{1, 2}}, {"data", json::Array{i, 2 * i}}};
    auto const answer = ben.post("/v2/models/score/infer", json::Object{{"inputs", json::Array{tensor}}});
    EXPECT_TRUE(answer.ok() || answer.status == 0) << answer.status << " " << answer.text;
    if (!answer.ok()) return answer.status != 0;
    unchecked_.insert(answer.decision);
    ++decisions_;
  }
  return true;
}

void DeploymentWork::verify(RunningServer const& server, Tokens const& tokens) {
  Api ben = server.api(tokens.at("ben"));
  if (revision_ == 0) return;
  auto const revisions = ben.get("/v1/departments/risk/deployments/score/revisions?page_size=1000");
  ASSERT_EQ(revisions.status, 200) << revisions.text;
  for (auto const& revision : revisions.body.at("items").as_array())
    EXPECT_NE(revision.at("state"), "loading") << "half a deployment: " << json::write(revision);
  json::Object const tensor{
      {"name", "x"}, {"datatype", "FP32"}, {"shape", json::Array{1, 2}}, {"data", json::Array{1, 2}}};
  auto const answer = ben.post("/v2/models/score/infer", json::Object{{"inputs", json::Array{tensor}}});
  ASSERT_EQ(answer.status, 200) << "nothing serves after the restart: " << answer.text;
  EXPECT_GE(std::stoll(text_at(answer.body, "model_version")), revision_) << "an acknowledged deployment is lost";
  for (auto const& id : unchecked_)
    EXPECT_EQ(ben.get("/v1/decisions/" + id).status, 200) << "decision " << id << " was answered and is lost";
  unchecked_.clear();
}

}  // namespace lepton::crash
