#pragma once

#include <map>
#include <string>

#include "base/guarded.h"
#include "base/time.h"

namespace lepton::access {

/// Slows down guessing: after five failures for a name from one peer, or fifty from all peers together, each further
/// one doubles the wait, up to a minute; a success forgets the peer's. Counts on the steady clock, in memory, for at
/// most 10,000 names. Any thread may call.
class LoginLimiter {
 public:
  explicit LoginLimiter(Clock const& clock) : clock_(clock) {}

  /// Throws Error{exhausted} with the seconds to wait.
  void check(std::string const& name, std::string const& peer) const;
  void failed(std::string const& name, std::string const& peer);
  void succeeded(std::string const& name, std::string const& peer);

 private:
  struct Failures {
    int count = 0;
    std::chrono::steady_clock::time_point last, until;
  };
  using Key = std::pair<std::string, std::string>;  ///< name and peer; peer "" for all of them
  void note(std::map<Key, Failures>& failures, Key const& key, int free);

  Clock const& clock_;
  Guarded<std::map<Key, Failures>> failures_;
};

}  // namespace lepton::access
