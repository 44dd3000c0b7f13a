#include <gtest/gtest.h>

#include "work.h"

namespace lepton::crash {
namespace {

/// All items of a list, page by page.
std::vector<json::Value> all_items(Api& api, std::string const& path) {
  std::vector<json::Value> items;
  std::string next;
  do {
    auto const separator = path.find('?') == std::string::npos ? "?" : "&";
    auto const page = api.get(path + separator + "page_size=1000" + (next.empty() ? "" : "&page_token=" + next));
    EXPECT_EQ(page.status, 200) << path << ": " << page.text;
    if (!page.ok()) break;
    for (auto const& item : page.body.at("items").as_array()) items.push_back(item);
    auto const* token = page.body.as_object().if_contains("next_page_token");
    next = token != nullptr && token->is_string() ? std::string(token->as_string()) : "";
  } while (!next.empty());
  return items;
}

std::string text_at(json::Value const& value, char const* key) {
  return std::string(value.at(key).as_string());
}

}  // namespace

bool GroupWork::step(RunningServer const& server, Tokens const& tokens) {
  std::string const name = "g" + std::to_string(next_++);
  auto const answer = server.api(tokens.at("root")).post("/v1/departments/risk/groups", {{"name", name}});
  if (answer.ok()) acknowledged_.insert("risk/" + name);
  EXPECT_TRUE(answer.ok() || answer.status == 0) << answer.status << " " << answer.text;
  return answer.status != 0;
}

void GroupWork::verify(RunningServer const& server, Tokens const& tokens) {
  std::set<std::string> there, audited;
  Api root = server.api(tokens.at("root")), cara = server.api(tokens.at("cara"));
  for (auto const& group : all_items(root, "/v1/departments/risk/groups")) there.insert(text_at(group, "name"));
  for (std::string before; audited.empty() || !before.empty();) {
    auto const page = cara.get("/v1/audit?department=risk&action=group.create&page_size=1000" +
                               (before.empty() ? "" : "&before=" + before));
    ASSERT_EQ(page.status, 200) << page.text;
    for (auto const& event : page.body.at("items").as_array())
      EXPECT_TRUE(audited.insert(text_at(event, "subject")).second) << "twice: " << event;
    auto const* next = page.body.as_object().if_contains("next_before");
    before = next == nullptr || next->is_null() ? "" : json::write(*next);
    if (before.empty()) break;
  }
  for (auto const& name : acknowledged_) EXPECT_TRUE(there.contains(name)) << name << " was acknowledged and is lost";
  EXPECT_EQ(there, audited) << "a group without its audit event, or the other way round";
}

bool PolicyWork::step(RunningServer const& server, Tokens const& tokens) {
  ++attempted_;
  json::Object const effect{{"min_group_size", attempted_}, {"require_purpose", {"n" + std::to_string(attempted_)}}};
  auto const answer = server.api(tokens.at("ana"))
                          .put("/v1/departments/banking/policies/churn", {{"policy", {{"effect", effect}}}}, etag_);
  if (answer.ok()) {
    acknowledged_ = attempted_;
    etag_ = answer.etag;
  }
  EXPECT_TRUE(answer.ok() || answer.status == 0) << answer.status << " " << answer.text;
  return answer.status != 0;
}

void PolicyWork::verify(RunningServer const& server, Tokens const& tokens) {
  auto const answer = server.api(tokens.at("ana")).get("/v1/departments/banking/policies/churn");
  if (answer.status == 404) {
    EXPECT_EQ(acknowledged_, 0) << "the policy is lost";
    attempted_ = 0;
    return;
  }
  ASSERT_TRUE(answer.ok()) << answer.text;
  auto const& effect = answer.body.at("policy").at("effect");
  auto const number = effect.at("min_group_size").as_int64();
  EXPECT_GE(number, acknowledged_) << "an acknowledged change is lost";
  EXPECT_LE(number, attempted_);
  EXPECT_EQ(effect.at("require_purpose").at(0), json::Value("n" + std::to_string(number))) << "half a change";
  etag_ = answer.etag;
}

}  // namespace lepton::crash
