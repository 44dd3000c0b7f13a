#include "company.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton::crash {
namespace {

std::string const kPassword = "correct horse battery";

json::Value must(Answer const& answer, std::string const& what) {
  if (!answer.ok()) throw internal(what + " failed: " + std::to_string(answer.status) + " " + answer.text);
  return answer.body;
}

}  // namespace

Tokens found_company(RunningServer& server) {
  if (!server.admin_token()) throw internal("the first start printed no token");
  Api nobody = server.api("");
  auto const redeemed = must(
      nobody.post("/v1/sessions:redeem", {{"token", *server.admin_token()}, {"name", "root"}, {"password", kPassword}}),
      "redeeming the token");
  Tokens tokens{{"root", std::string(redeemed.at("token").as_string())}};
  Api root = server.api(tokens["root"]);
  for (char const* department : {"banking", "risk"})
    must(root.post("/v1/departments", {{"name", department}}), "creating a department");
  struct Person {
    char const *name, *department, *role;
  };
  for (auto const& person : {Person{"ana", "banking", "steward"}, Person{"anton", "banking", "steward"},
                             Person{"ben", "risk", "contributor"}, Person{"cara", "risk", "steward"}}) {
    must(root.post("/v1/users", {{"name", person.name}, {"department", person.department}, {"password", kPassword}}),
         "creating a user");
    must(root.put(std::string("/v1/departments/") + person.department + "/roles/" + person.role + "/" + person.name,
                  json::Object{}),
         "giving a role");
    auto const session =
        must(nobody.post("/v1/sessions", {{"name", person.name}, {"password", kPassword}}), "logging in");
    tokens[person.name] = std::string(session.at("token").as_string());
  }
  Api cara = server.api(tokens["cara"]);
  must(cara.post("/v1/departments/risk/service-accounts", {{"name", "loan-system"}}), "creating a service account");
  return tokens;
}

}  // namespace lepton::crash
