#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/call.h"
#include "base/log.h"
#include "base/metrics.h"
#include "db/database.h"
#include "http/message.h"
#include "http/router.h"
#include "native/idempotency.h"
#include "native/table.h"

namespace lepton::native {

/// What stands between HTTP and the handlers: makes the Call (who, purpose, deadline, trace), binds and validates the
/// input, keeps answers for Idempotency-Key, turns every failure into a problem document, counts and logs. Owned by the
/// composition root and outlives the HTTP server; any thread may call once the table is filled.
class Api {
 public:
  /// Turns the value of Authorization into the caller; throws Error{unauthenticated}.
  using Authenticate = std::function<Principal(std::string_view authorization)>;

  struct Parts {
    db::Database& database;
    Clock const& clock;
    Log const& log;
    Metrics& metrics;
    Authenticate authenticate;
    std::string version = "0.1.0";
  };
  explicit Api(Parts parts) : parts_(std::move(parts)), idempotency_(parts_.database) {}

  [[nodiscard]] Table& table() { return table_; }

  /// Adds a route per entry, and /openapi.json. Call once, when the table is full.
  void mount(http::Router& router);

  /// Answers one request; never throws.
  [[nodiscard]] http::Response answer(Entry const& entry, http::Request& request);

 private:
  [[nodiscard]] Call call_of(Description const& description, http::Request const& request) const;
  [[nodiscard]] http::Response run(Entry const& entry, Call const& call, http::Request& request);
  [[nodiscard]] http::Response run_once(Entry const& entry, Call const& call, http::Request& request,
                                        std::string const& key);
  void note(Entry const& entry, http::Request const& request, http::Response const& response,
            std::chrono::steady_clock::duration took);

  Parts parts_;
  Table table_;
  Idempotency idempotency_;
};

}  // namespace lepton::native
