#include "cli/profile.h"

#include <sys/stat.h>

#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"

namespace lepton::cli {
namespace {

std::filesystem::path usual_place() {
  if (char const* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config != '\0')
    return std::filesystem::path(config) / "lepton" / "profiles.yaml";
  char const* home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "/") / ".config" / "lepton" / "profiles.yaml";
}

std::string text_of(json::Object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace

Profiles Profiles::load(std::filesystem::path file) {
  Profiles profiles;
  profiles.file_ = file.empty() ? usual_place() : std::move(file);
  if (!std::filesystem::exists(profiles.file_)) return profiles;
  auto const documents = parse_yaml(read_file(profiles.file_), profiles.file_.string());
  if (documents.empty() || !documents[0].is_object()) return profiles;
  auto const& document = documents[0].get_object();
  if (auto const current = text_of(document, "current"); !current.empty()) profiles.current_ = current;
  if (auto const* all = document.if_contains("profiles"); all != nullptr && all->is_object())
    for (auto const& [name, entry] : all->get_object())
      if (entry.is_object())
        profiles.profiles_[std::string(name)] = {.url = text_of(entry.get_object(), "url"),
                                                 .token = text_of(entry.get_object(), "token"),
                                                 .user = text_of(entry.get_object(), "user"),
                                                 .certificate_authority = text_of(entry.get_object(), "ca")};
  return profiles;
}

void Profiles::save() const {
  json::Object all;
  for (auto const& [name, profile] : profiles_) {
    json::Object entry{{"url", profile.url}, {"token", profile.token}, {"user", profile.user}};
    if (!profile.certificate_authority.empty()) entry["ca"] = profile.certificate_authority;
    all[name] = std::move(entry);
  }
  if (std::filesystem::create_directories(file_.parent_path())) ::chmod(file_.parent_path().c_str(), 0700);
  write_file_atomically(file_, write_yaml(json::Object{{"current", current_}, {"profiles", std::move(all)}}));
}

Profile Profiles::find(std::string const& name) const {
  auto const found = profiles_.find(name);
  return found == profiles_.end() ? Profile{} : found->second;
}

}  // namespace lepton::cli
