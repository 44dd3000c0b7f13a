#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "company.h"
#include "running_server.h"

namespace lepton::crash {

/// One kind of write that goes on while the server is killed. step() does one and remembers what was acknowledged;
/// verify() asks a server that came back whether all of that is there, and whole. A thread of its own calls step(); it
/// has ended when verify() is called.
class Work {
 public:
  virtual ~Work() = default;
  /// False when the server went away.
  virtual bool step(RunningServer const& server, Tokens const& tokens) = 0;
  virtual void verify(RunningServer const& server, Tokens const& tokens) = 0;
  /// After the last restart, when nothing is killed any more.
  virtual void finish(RunningServer const& server, Tokens const& tokens) { verify(server, tokens); }
  [[nodiscard]] virtual std::string report() const = 0;
};

/// Creates groups; each must be there with its audit event, and no event without its group.
class GroupWork : public Work {
 public:
  bool step(RunningServer const& server, Tokens const& tokens) override;
  void verify(RunningServer const& server, Tokens const& tokens) override;
  [[nodiscard]] std::string report() const override { return std::to_string(acknowledged_.size()) + " groups"; }

 private:
  int next_ = 0;
  std::set<std::string> acknowledged_;
};

/// Changes one policy again and again under If-Match; two of its fields always carry the same number.
class PolicyWork : public Work {
 public:
  bool step(RunningServer const& server, Tokens const& tokens) override;
  void verify(RunningServer const& server, Tokens const& tokens) override;
  [[nodiscard]] std::string report() const override { return std::to_string(acknowledged_) + " changes of a policy"; }

 private:
  std::int64_t attempted_ = 0, acknowledged_ = 0;
  std::string etag_;
};

}  // namespace lepton::crash
