#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "work.h"

namespace lepton::crash {

/// Imports files of different content into one dataset; each version must be there whole, under the digest that was
/// acknowledged, and whatever else is there must be whole too.
class ImportWork : public Work {
 public:
  bool step(RunningServer const& server, Tokens const& tokens) override;
  void verify(RunningServer const& server, Tokens const& tokens) override;
  [[nodiscard]] std::string report() const override { return std::to_string(acknowledged_.size()) + " imports"; }

 private:
  int next_ = 0;
  std::map<std::int64_t, std::string> acknowledged_;  ///< version → digest
};

/// Submits training jobs; each must be there after a restart, go on or be taken up again, succeed, and name a model
/// version that exists.
class TrainingWork : public Work {
 public:
  /// Imports what is learnt from, and trains until the model has two versions.
  void prepare(RunningServer const& server, Tokens const& tokens);
  bool step(RunningServer const& server, Tokens const& tokens) override;
  void verify(RunningServer const& server, Tokens const& tokens) override;
  void finish(RunningServer const& server, Tokens const& tokens) override;
  [[nodiscard]] std::string report() const override { return std::to_string(acknowledged_.size()) + " trainings"; }

 private:
  Answer submit(RunningServer const& server, Tokens const& tokens);

  int next_ = 1;
  std::set<std::string> acknowledged_;
};

/// Deploys two model versions in turn and asks for predictions; the revision that was acknowledged, or a later one,
/// must serve after a restart, and each decision whose answer arrived must be on record.
class DeploymentWork : public Work {
 public:
  bool step(RunningServer const& server, Tokens const& tokens) override;
  void verify(RunningServer const& server, Tokens const& tokens) override;
  [[nodiscard]] std::string report() const override {
    return std::to_string(revision_) + " deployments, " + std::to_string(decisions_) + " decisions";
  }

 private:
  int next_ = 0;
  std::int64_t revision_ = 0;  ///< acknowledged
  std::size_t decisions_ = 0;
  std::set<std::string> unchecked_;  ///< decisions answered since the last restart
};

}  // namespace lepton::crash
