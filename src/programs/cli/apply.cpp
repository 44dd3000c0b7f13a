#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/yaml.h"
#include "cli/commands.h"
#include "cli/operation.h"

namespace lepton::cli {
namespace {

/// What one document of a file wants to be there.
struct Wanted {
  std::string kind;
  json::Object body;
  std::filesystem::path folder;  ///< of the file: other files are named relative to it
  std::string where;             ///< for messages
};

// A document may name what another one makes, in whatever order they stand in the file.
constexpr std::array<std::string_view, 9> kOrder{"department", "user",  "service_account", "group",     "policy",
                                                 "dataset",    "grant", "recipe",          "deployment"};

std::string text_of(json::Object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

class Applier {
 public:
  Applier(Invocation& in, bool dry_run) : in_(in), dry_run_(dry_run) {}

  void apply(Wanted const& wanted) {
    auto const& kind = wanted.kind;
    if (kind == "department") return department(wanted.body);
    if (kind == "user") return user(wanted.body);
    if (kind == "service_account") return member(wanted.body, "service-accounts");
    if (kind == "group") return group(wanted.body);
    if (kind == "policy") return policy(wanted.body);
    if (kind == "grant") return grant(wanted.body);
    if (kind == "dataset") return dataset(wanted);
    if (kind == "recipe") return recipe(wanted.body);
    if (kind == "deployment") return deployment(wanted.body);
    throw invalid(
        fmt::format("{}: unknown kind \"{}\"; expected one of {}", wanted.where, kind, fmt::join(kOrder, ", ")));
  }

  [[nodiscard]] json::Array const& plan() const { return plan_; }

 private:
  void note(char sign, std::string const& what, std::string const& change = "") {
    plan_.push_back(json::Object{{"change", std::string(1, sign)}, {"what", what}, {"details", change}});
  }

  [[nodiscard]] std::optional<json::Value> find(Target const& target) {
    try {
      return in_.client().get(target);
    } catch (Error const& e) {
      if (e.code() == Code::not_found) return std::nullopt;
      throw;
    }
  }

  // Fields of `wanted` that `present` has otherwise, "title: old → new" each.
  [[nodiscard]] static std::string difference(json::Value const& present, json::Object const& wanted,
                                              std::initializer_list<std::string_view> fields) {
    std::string text;
    for (auto const field : fields) {
      auto const* value = wanted.if_contains(field);
      if (value == nullptr) continue;
      auto const* now = present.as_object().if_contains(field);
      if (now != nullptr && json::write_canonical(*now) == json::write_canonical(*value)) continue;
      text += fmt::format("{}{}: {} → {}", text.empty() ? "" : "; ", field, now == nullptr ? "(none)" : cell(now),
                          cell(value));
    }
    return text;
  }

  void department(json::Object const& body) {
    auto const name = text_of(body, "name");
    if (find(Target("/v1/departments/{}", {name}))) return note('=', "department " + name);
    note('+', "department " + name);
    if (dry_run_) return;
    in_.client().post(
        Target("/v1/departments"),
        json::Object{{"name", name}, {"title", text_of(body, "title")}, {"description", text_of(body, "description")}});
  }

  void user(json::Object const& body) {
    auto const name = text_of(body, "name");
    Target const target("/v1/users/{}", {name});
    auto const present = find(target);
    if (!present) {
      note('+', "user " + name);
      if (!dry_run_) {
        json::Object wanted{
            {"name", name}, {"title", text_of(body, "title")}, {"department", text_of(body, "department")}};
        if (auto const* attributes = body.if_contains("attributes")) wanted["attributes"] = *attributes;
        // A file of declarations is shared and kept; a password stands in the environment.
        if (auto const variable = text_of(body, "password_env"); !variable.empty())
          if (char const* password = std::getenv(variable.c_str())) wanted["password"] = password;
        in_.client().post(Target("/v1/users"), wanted);
      }
    } else if (auto const change = difference(*present, body, {"attributes", "disabled"}); !change.empty()) {
      note('~', "user " + name, change);
      json::Object wanted;
      for (auto const* field : {"attributes", "disabled"})
        if (auto const* value = body.if_contains(field)) wanted[field] = *value;
      if (!dry_run_) in_.client().patch(target, wanted);
    } else {
      note('=', "user " + name);
    }
    roles(name, body);
  }

  void roles(std::string const& principal, json::Object const& body) {
    auto const* roles = body.if_contains("roles");
    if (roles == nullptr) return;
    if (!roles->is_object()) throw invalid("roles must be DEPARTMENT: [ROLE, …]");
    for (auto const& [department, list] : roles->get_object()) {
      std::set<std::string> held;
      if (auto const answer = find(Target("/v1/departments/{}/roles", {department})))
        for (auto const& item : answer->at("items").as_array())
          if (item.at("principal").as_string() == principal) held.insert(std::string(item.at("role").as_string()));
      for (auto const& role : list.as_array()) {
        std::string const name(role.as_string());
        auto const what = fmt::format("role {} of {} in {}", name, principal, std::string_view(department));
        if (held.contains(name)) {
          note('=', what);
          continue;
        }
        note('+', what);
        if (!dry_run_)
          in_.client().put(Target("/v1/departments/{}/roles/{}/{}", {department, name, principal}), nullptr);
      }
    }
  }

  void member(json::Object const& body, std::string const& collection) {
    auto const place = place_of(text_of(body, "name"));
    auto const what = fmt::format("{} {}", collection == "groups" ? "group" : "service account", place.address());
    if (find(Target("/v1/users/{}", {place.address()}))) {
      note('=', what);
    } else {
      note('+', what);
      if (!dry_run_)
        in_.client().post(Target("/v1/departments/{}/" + collection, {place.department}),
                          json::Object{{"name", place.name}, {"title", text_of(body, "title")}});
    }
    roles(place.address(), body);
  }

  void group(json::Object const& body) {
    member(body, "groups");
    auto const name = text_of(body, "name");
    std::set<std::string> held;
    if (auto const answer = find(Target("/v1/groups/{}/members", {name})))
      for (auto const& item : answer->at("members").as_array()) held.insert(std::string(item.as_string()));
    auto const* members = body.if_contains("members");
    if (members == nullptr) return;
    for (auto const& one : members->as_array()) {
      std::string const who(one.as_string());
      auto const what = fmt::format("member {} of {}", who, name);
      note(held.contains(who) ? '=' : '+', what);
      if (!held.contains(who) && !dry_run_) in_.client().put(Target("/v1/groups/{}/members/{}", {name, who}), nullptr);
    }
  }

  void policy(json::Object const& body) {
    auto const department = text_of(body, "department");
    auto const name = text_of(body, "name");
    auto const what = fmt::format("policy {}/{}", department, name);
    auto const* document = body.if_contains("policy");
    if (document == nullptr) throw invalid(what + " has no policy: in it");
    Target target("/v1/departments/{}/policies/{}", {department, name});
    auto const present = find(target);
    std::string const etag = present ? in_.client().etag() : "";
    if (present) {
      // The server fills in defaults: what it would make of the document is what to compare with.
      Target rehearsal = target;
      auto const would =
          in_.client().put(rehearsal.with("validate_only", "true"), json::Object{{"policy", *document}}, etag);
      if (json::write_canonical(would.at("policy")) == json::write_canonical(present->at("policy")))
        return note('=', what);
      note('~', what,
           difference(present->at("policy"), would.at("policy").as_object(),
                      {"description", "selector", "to", "except", "effect"}));
    } else {
      note('+', what);
    }
    if (!dry_run_) in_.client().put(target, json::Object{{"policy", *document}}, etag);
  }

  void grant(json::Object body) {
    body.erase("kind");
    auto const what = fmt::format("grant of {} to {}", text_of(body, "path"), text_of(body, "subject"));
    for (auto const& present : in_.client().list(
             Target("/v1/grants").with("path", text_of(body, "path")).with("subject", text_of(body, "subject"))))
      if (difference(present, body, {"subject", "path", "purpose"}).empty() && same_words(present, body, "actions"))
        return note('=', what);
    if (!dry_run_) in_.client().post(Target("/v1/grants"), body);
    note('+', what);
  }

  [[nodiscard]] static bool same_words(json::Value const& present, json::Object const& wanted, std::string_view field) {
    auto const words = [&](json::Object const& object) {
      std::set<std::string> set;
      if (auto const* list = object.if_contains(field); list != nullptr && list->is_array())
        for (auto const& word : list->get_array()) set.insert(cell(&word));
      return set;
    };
    return words(present.as_object()) == words(wanted);
  }

  void dataset(Wanted const& wanted) {
    auto const& body = wanted.body;
    auto const place = place_of(text_of(body, "address"));
    auto const what = "dataset " + place.address();
    Target const target("/v1/departments/{}/datasets/{}", {place.department, place.name});
    auto const present = find(target);
    if (!present) {
      note('+', what);
      if (!dry_run_) {
        json::Object fresh{
            {"name", place.name}, {"description", text_of(body, "description")}, {"key", text_of(body, "key")}};
        if (auto const* tags = body.if_contains("tags")) fresh["tags"] = *tags;
        in_.client().post(Target("/v1/departments/{}/datasets", {place.department}), fresh);
      }
    } else if (auto const change = difference(*present, body, {"description", "tags", "key"}); !change.empty()) {
      note('~', what, change);
      std::string const etag = in_.client().etag();
      json::Object changes;
      for (auto const* field : {"description", "tags", "key"})
        if (auto const* value = body.if_contains(field)) changes[field] = *value;
      if (!dry_run_) in_.client().patch(target, changes, etag);
    } else {
      note('=', what);
    }
    rows(wanted, place);
  }

  // The same file again is the same content, and no new version.
  void rows(Wanted const& wanted, Place const& place) {
    auto const file = text_of(wanted.body, "file");
    if (file.empty()) return;
    auto const path = wanted.folder / file;
    if (!std::filesystem::exists(path))
      throw not_found(fmt::format("{}: there is no file {}", wanted.where, path.string()));
    if (dry_run_) return note('?', fmt::format("rows of {} from {}", place.address(), file), "compared when applied");
    auto const result =
        in_.client().upload(Target("/v1/departments/{}/datasets/{}:import", {place.department, place.name})
                                .with("file_name", path.filename().string()),
                            path, [](std::uint64_t) {});
    note(result.at("unchanged").as_bool() ? '=' : '+', fmt::format("rows of {} from {}", place.address(), file),
         cell(&result.at("version").at("address")));
  }

  // A recipe is done when a job with exactly this content has succeeded.
  void recipe(json::Object body) {
    body.erase("kind");
    auto const department = text_of(body, "department");
    auto const what = fmt::format("recipe {}", text_of(body, "name"));
    if (department.empty()) throw invalid(what + " has no department");
    Target target("/v1/departments/{}/jobs", {department});
    for (auto const& job :
         in_.client().list(Target("/v1/jobs").with("department", department).with("state", "succeeded"))) {
      auto const& recipe = job.at("recipe");
      if (recipe.at("name").as_string() == text_of(body, "name") &&
          difference(recipe, body, {"trainer", "parameters", "seed"}).empty() && same_inputs(recipe, body))
        return note('=', what, "done by job " + cell(&job.at("id")));
    }
    note('+', what);
    if (dry_run_) return;
    auto const operation = in_.client().post(target, body);
    std::string const id(operation.at("id").as_string());
    json::Value now = operation;
    while (!now.at("done").as_bool()) now = in_.client().get(Target("/v1/operations/{}", {id}).with("wait", "5s"));
    if (now.at("state").as_string() != "succeeded")
      throw Error(Code::internal,
                  fmt::format("job {} of {} {}: lepton job logs {}", id, what, cell(&now.at("state")), id));
  }

  // Submitted inputs are pinned to a version; the wish usually is not.
  [[nodiscard]] static bool same_inputs(json::Value const& recipe, json::Object const& body) {
    auto const* wanted = body.if_contains("inputs");
    auto const* present = recipe.as_object().if_contains("inputs");
    if (wanted == nullptr || present == nullptr) return wanted == present;
    if (wanted->as_array().size() != present->as_array().size()) return false;
    for (std::size_t i = 0; i < wanted->as_array().size(); ++i) {
      auto const want = text_of(wanted->as_array()[i].as_object(), "dataset");
      auto const have = text_of(present->as_array()[i].as_object(), "dataset");
      if (have != want && place_of(have).address() != want) return false;
    }
    return true;
  }

  void deployment(json::Object const& body) {
    auto const place = place_of(text_of(body, "address"));
    auto const what = "deployment " + place.address();
    auto const* spec = body.if_contains("spec");
    if (spec == nullptr || !spec->is_object()) throw invalid(what + " has no spec: in it");
    Target const target("/v1/departments/{}/deployments/{}", {place.department, place.name});
    auto const present = find(target);
    if (present && present->at("state").as_string() == "serving") {
      auto const revisions =
          in_.client().list(Target("/v1/departments/{}/deployments/{}/revisions", {place.department, place.name}));
      auto const model = in_.client().get(model_target(text_of(spec->get_object(), "model")));
      for (auto const& revision : revisions)
        if (cell(&revision.at("revision")) == cell(&present->at("revision")) &&
            cell(&revision.at("model")) == cell(&model.at("address")) &&
            difference(revision.at("spec"), spec->get_object(),
                       {"replicas", "max_batch_rows", "max_queued", "keep_inputs"})
                .empty())
          return note('=', what);
    }
    note(present ? '~' : '+', what, "model " + text_of(spec->get_object(), "model"));
    if (!dry_run_)
      in_.client().put(target, json::Object{{"spec", *spec}, {"description", text_of(body, "description")}});
  }

  [[nodiscard]] static Target model_target(std::string const& address) {
    auto const place = place_of(address);
    return Target("/v1/departments/{}/models/{}/versions/{}", {place.department, place.name, place.version});
  }

  Invocation& in_;
  bool dry_run_;
  json::Array plan_;
};

std::vector<Wanted> read_wanted(std::vector<std::string> const& files) {
  std::vector<Wanted> all;
  for (auto const& file : files) {
    std::vector<std::filesystem::path> paths;
    if (std::filesystem::is_directory(file)) {
      for (auto const& entry : std::filesystem::directory_iterator(file))
        if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml") paths.push_back(entry.path());
      std::sort(paths.begin(), paths.end());
    } else {
      paths.emplace_back(file);
    }
    for (auto const& path : paths) {
      int number = 0;
      for (auto const& document : parse_yaml(read_file(path), path.string())) {
        ++number;
        if (document.is_null()) continue;
        auto const where = fmt::format("{}, document {}", path.string(), number);
        if (!document.is_object() || text_of(document.get_object(), "kind").empty())
          throw invalid(where + " must begin with kind: department, user, policy, dataset, …");
        all.push_back({text_of(document.get_object(), "kind"), document.get_object(), path.parent_path(), where});
      }
    }
  }
  auto const rank = [](Wanted const& wanted) {
    return std::find(kOrder.begin(), kOrder.end(), wanted.kind) - kOrder.begin();
  };
  std::stable_sort(all.begin(), all.end(), [&](auto const& a, auto const& b) { return rank(a) < rank(b); });
  return all;
}

// An error says which document it is about.
void apply_one(Applier& applier, Wanted const& wanted) {
  try {
    applier.apply(wanted);
  } catch (Error const& e) {
    throw Error(e.code(), fmt::format("{}: {}", wanted.where, e.what()), e.details())
        .with_reason(std::string(e.reason()))
        .with_access_request(e.request_access_to());
  }
}

// A grant may be on what a later document makes, and a later document may need a grant: one whose asset is not there
// yet waits for the end.
void apply_all(Applier& applier, std::vector<Wanted> const& all) {
  std::vector<Wanted const*> waiting;
  for (auto const& wanted : all) {
    try {
      apply_one(applier, wanted);
    } catch (Error const& e) {
      if (e.code() != Code::not_found || wanted.kind != "grant") throw;
      waiting.push_back(&wanted);
    }
  }
  for (auto const* wanted : waiting) apply_one(applier, *wanted);
}

ExitCode apply(Invocation& in) {
  Applier applier(in, in.has("dry-run"));
  std::exception_ptr failed;
  try {
    apply_all(applier, read_wanted(in.all("file")));
  } catch (Error const&) {
    failed = std::current_exception();  // what was done before is shown first
  }
  in.out().list(applier.plan(), {{"", "change"}, {"WHAT", "what"}, {"DETAILS", "details"}});
  if (failed) std::rethrow_exception(failed);
  return ExitCode::ok;
}

}  // namespace

void add_apply(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "",
       .verb = "apply",
       .summary =
           "Make what a file declares: departments, users, groups, policies, grants, datasets, recipes, deployments",
       .arguments = {repeated(required_option("-f,--file", "FILE", "YAML file or folder; documents in any order")),
                     flag("--dry-run", "only show what would change")},
       .examples = {"lepton apply -f company.yaml --dry-run     # + new  ~ changed  = as it is",
                    "lepton apply -f company.yaml"},
       .run = apply});
}

}  // namespace lepton::cli
