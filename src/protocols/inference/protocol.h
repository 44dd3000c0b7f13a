#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/access.h"
#include "base/call.h"
#include "base/thread_pool.h"
#include "gateway/gates.h"
#include "http/router.h"
#include "serving/fleet.h"
#include "serving/inference.h"

namespace lepton::inference {

/// The Open Inference Protocol, version 2, over REST: metadata, health, readiness and inference for every deployment
/// that serves, by its address or, where that is unique, its name; a deployment's versions are its revisions. Inference
/// runs on the network threads: key, limit, batch, decision record, answer. Owned by the composition root; ends before
/// what it refers to.
class Protocol {
 public:
  struct Parts {
    serving::Inference const& inference;
    serving::Fleet const& fleet;
    gateway::Gates& gates;
    access::Credentials const& credentials;
    ThreadPool& pool;  ///< looks up keys that are not in memory
    Clock const& clock;
    std::string version;  ///< of the server
    std::chrono::milliseconds timeout{30'000};
  };
  explicit Protocol(Parts parts) : parts_(std::move(parts)) {}

  void mount(http::Router& router) const;

 private:
  struct Flight;
  using FlightPtr = std::shared_ptr<Flight>;

  void infer(http::Request request, std::shared_ptr<http::Responder> responder) const;
  void run(FlightPtr const& flight) const;
  /// Runs a stage on any thread; what it throws is the answer.
  template <class Stage>
  void guard(FlightPtr const& flight, Stage const& stage) const;
  [[nodiscard]] Call call_of(http::Request const& request) const;
  [[nodiscard]] http::Response answer(http::Request const& request,
                                      http::Response (Protocol::*handler)(Call const&, http::Request const&)
                                          const) const;
  [[nodiscard]] std::shared_ptr<serving::Served const> find(Call const& call, http::Request const& request) const;
  [[nodiscard]] http::Response model_metadata(Call const& call, http::Request const& request) const;
  [[nodiscard]] http::Response model_ready(Call const& call, http::Request const& request) const;

  Parts parts_;
};

}  // namespace lepton::inference
