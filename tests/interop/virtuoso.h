#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/subprocess.h"

namespace lepton::interop {

/// A real Virtuoso (Debian's virtuoso-opensource-7-bin) with an empty database in a folder, on free ports of the
/// loopback address. Everybody may change it by SPARQL and over its graph store. The destructor kills it.
class Virtuoso {
 public:
  /// Whether it is installed.
  [[nodiscard]] static bool installed();
  /// Returns once it answers. Throws when it does not.
  explicit Virtuoso(std::filesystem::path folder);

  [[nodiscard]] std::string const& url() const { return url_; }
  /// Runs a statement of its SQL as its administrator.
  void run(std::string const& statement) const;
  void kill() { process_->kill_and_wait(); }

 private:
  std::filesystem::path folder_;
  std::uint16_t sql_port_;
  std::string url_;
  std::optional<Subprocess> process_;
};

}  // namespace lepton::interop
