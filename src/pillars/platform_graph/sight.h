#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "platform_graph/edition.h"
#include "rdf/store/snapshot.h"

namespace lepton::platform_graph {

/// What one caller sees of an edition: the statements all of whose things they may know of, and nothing else, also in
/// counts and statistics. Immutable; keeps what it shows alive.
class Sight {
 public:
  Sight(std::shared_ptr<Edition const> edition, std::vector<bool> const& open);

  [[nodiscard]] rdf::Snapshot const& snapshot() const { return snapshot_; }

 private:
  std::shared_ptr<Edition const> edition_;  // shared with the sights of others
  rdf::Snapshot snapshot_;
};

/// Which of the edition's gates are open to the caller.
[[nodiscard]] std::vector<bool> open_gates(Edition const& edition, Call const& call, Timestamp now);

/// The sights of the latest edition, by caller; who sees the same shares one. Any thread may call.
class Sights {
 public:
  [[nodiscard]] std::shared_ptr<Sight const> sight(std::shared_ptr<Edition const> const& edition, Call const& call,
                                                   Timestamp now);

 private:
  struct Kept {
    std::shared_ptr<Edition const> edition;
    std::map<std::string, std::shared_ptr<Sight const>> by_caller;
    std::map<std::vector<bool>, std::shared_ptr<Sight const>> by_gates;
  };
  Guarded<Kept> kept_;
};

}  // namespace lepton::platform_graph
