#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "platform_graph/edition.h"
#include "rdf/store/selected_run.h"
#include "rdf/store/snapshot.h"

namespace lepton::platform_graph {

/// What one caller sees of an edition: the statements all of whose things they may know of, and nothing else, also in
/// counts and statistics. Immutable; keeps what it shows alive.
class Sight {
 public:
  /// What `before`, a sight of an earlier edition, has made of the same runs is taken from it; it may be null.
  Sight(std::shared_ptr<Edition const> edition, std::vector<bool> const& open, Sight const* before);

  [[nodiscard]] rdf::Snapshot const& snapshot() const { return snapshot_; }

 private:
  using Runs = std::vector<std::shared_ptr<rdf::Run const>>;
  [[nodiscard]] Runs selected(Sight const* before) const;

  std::shared_ptr<Edition const> edition_;  // shared with the sights of others
  rdf::IriSet seen_;
  Runs runs_;  // shared with the sights of later editions
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
    std::map<std::string, std::shared_ptr<Sight const>> earlier;  ///< by caller, of an edition before

    void turn_to(std::shared_ptr<Edition const> next);
  };
  Guarded<Kept> kept_;
};

}  // namespace lepton::platform_graph
