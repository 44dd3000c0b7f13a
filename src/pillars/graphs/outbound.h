#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/call.h"
#include "base/error.h"
#include "base/guarded.h"
#include "graphs/service_url.h"
#include "http/client.h"

namespace lepton::graphs {

struct OutboundLimits {
  std::size_t per_service = 4;            ///< requests to one origin at a time
  std::size_t together = 8;               ///< to all of them: fewer than the threads that answer people
  std::size_t failures = 3;               ///< one after another, until an origin is left alone
  std::chrono::milliseconds rest{5'000};  ///< for so long
  std::chrono::milliseconds connect_timeout{5'000};
};

/// One request to a service outside.
struct OutboundRequest {
  ServiceUrl url;
  http::ClientRequest request;                  ///< its target is put there from the URL
  Duration timeout = std::chrono::seconds(30);  ///< with the call's own deadline, whichever is earlier
  std::uint64_t most_bytes = 64 << 20;          ///< of the answer
};

/// Asks services outside, and is the only one that does. Nothing of the caller goes along: no login, no trace, no
/// cookie; what is sent is what the request holds. Redirects are not followed. A service that is slow or dead costs
/// those who ask it and nobody else: few requests wait for it at a time, more are refused at once; after some failures
/// it is left alone for a while. Owned by the composition root; any thread may call.
class Outbound {
 public:
  Outbound(AllowedServices allowed, OutboundLimits limits) : allowed_(std::move(allowed)), limits_(limits) {}

  [[nodiscard]] AllowedServices const& allowed() const { return allowed_; }

  using OnPiece = std::function<void(http::ClientResponse const& head, std::string_view piece)>;
  /// Hands a 2xx body on as it comes and returns the head; without `on_piece` the body is in the result. Throws
  /// Error{denied} for a service that is not allowed or refuses us, {unavailable} for one that fails or rests,
  /// {invalid} with what it says for a request that it refuses, {not_found}, {exhausted} when too many wait for it or
  /// it says too much, and what call.proceed() throws.
  http::ClientResponse send(Call const& call, OutboundRequest const& request, OnPiece const& on_piece = {});

 private:
  struct Service {
    std::size_t running = 0;
    std::size_t failures = 0;
    std::chrono::steady_clock::time_point rests_until;
  };
  class Place;
  [[nodiscard]] Place enter(std::string const& origin);
  void leave(std::string const& origin);
  void note(std::string const& origin, bool answered);

  AllowedServices allowed_;
  OutboundLimits limits_;
  struct State {
    std::map<std::string, Service> services;
    std::size_t running = 0;
  };
  Guarded<State> state_;
};

/// The status of an answer as an error, with the first words of what the service says of itself.
[[nodiscard]] Error refusal_of(std::string const& origin, http::ClientResponse const& response);

}  // namespace lepton::graphs
