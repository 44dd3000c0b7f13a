#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace lepton::cli {

/// Where a server is and how to prove oneself to it.
struct Profile {
  std::string url;
  std::string token;
  std::string user;
  std::string certificate_authority;  ///< file; "" for those of the system
};

/// The profiles of this user: $XDG_CONFIG_HOME/lepton/profiles.yaml, readable by nobody else.
class Profiles {
 public:
  /// `file` "" for the usual place. A broken file throws Error{invalid} that says where.
  [[nodiscard]] static Profiles load(std::filesystem::path file = {});
  void save() const;

  [[nodiscard]] std::string const& current() const { return current_; }
  [[nodiscard]] std::map<std::string, Profile> const& all() const { return profiles_; }
  [[nodiscard]] Profile find(std::string const& name) const;
  void set(std::string const& name, Profile profile) { profiles_[name] = std::move(profile); }
  void remove(std::string const& name) { profiles_.erase(name); }
  void use(std::string name) { current_ = std::move(name); }

 private:
  std::filesystem::path file_;
  std::string current_ = "default";
  std::map<std::string, Profile> profiles_;
};

}  // namespace lepton::cli
