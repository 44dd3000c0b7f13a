#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "base/call.h"
#include "db/database.h"
#include "gateway/gates.h"
#include "gateway/limit.h"

namespace lepton::gateway {

/// A limit as it is listed.
struct KeyLimit {
  std::string principal;  ///< "risk/loan-system"
  std::string key;        ///< "loan-system"
  Limit limit;
  std::int64_t used = 0;  ///< of the quota, in the current period
  std::int64_t revision = 1;
  std::string changed_by;
  Timestamp changed_at;

  static constexpr auto fields() {
    return std::tuple{required("principal", &KeyLimit::principal, "whose key"),
                      required("key", &KeyLimit::key, "name of the key"),
                      required("limit", &KeyLimit::limit, "how much may be asked with it"),
                      required("used", &KeyLimit::used, "answered in the current period"),
                      required("revision", &KeyLimit::revision, "grows with each change"),
                      required("changed_by", &KeyLimit::changed_by, "who set it"),
                      required("changed_at", &KeyLimit::changed_at, "when it was set")};
  }
};

/// Sets how much may be asked with the keys of a principal; in force for the next request. Stewards of the principal's
/// department may, for platform principals the platform admin; the principal may look. Any thread may call.
class Limits {
 public:
  Limits(db::Database& database, access::Access& access, Gates& gates)
      : database_(database), access_(access), gates_(gates) {}

  /// Throws Error{not_found} when the principal has no key of that name, {conflict} when `expected` is not the
  /// revision.
  KeyLimit set(Call const& call, std::string const& principal, std::string const& key, Limit const& limit,
               std::optional<std::int64_t> expected = std::nullopt);
  void remove(Call const& call, std::string const& principal, std::string const& key);
  [[nodiscard]] std::vector<KeyLimit> list(Call const& call, std::string const& principal) const;

  /// At the start, and again to follow what other servers on the same database changed.
  void load(Call const& call);

 private:
  [[nodiscard]] access::Member require(db::Transaction& tx, Call const& call, std::string const& principal) const;
  [[nodiscard]] std::vector<KeyLimit> read(db::Transaction& tx, Call const& call, access::Member const& owner) const;
  void changed(db::Transaction& tx, Call const& call, std::string const& action, access::Member const& owner,
               std::string const& key, json::Object details);

  db::Database& database_;
  access::Access& access_;
  Gates& gates_;
};

/// What was answered for a key of a principal by a deployment.
struct Usage {
  std::string principal;
  std::string key;
  std::string department;  ///< that owns the deployment
  std::string deployment;
  std::int64_t requests = 0;
  std::int64_t rows = 0;
  Duration mean_latency{};

  static constexpr auto fields() {
    return std::tuple{required("principal", &Usage::principal, "who asked"),
                      required("key", &Usage::key, "with which key"),
                      required("department", &Usage::department, "that owns the deployment"),
                      required("deployment", &Usage::deployment, "what was asked"),
                      required("requests", &Usage::requests, "answered requests"),
                      required("rows", &Usage::rows, "rows predicted"),
                      required("mean_latency", &Usage::mean_latency, "inside the server")};
  }
};

struct UsageQuery {
  Timestamp from{};  ///< whole hours
  Timestamp to = Timestamp::max();
  std::string department;  ///< of the deployments; empty: all
  std::string principal;   ///< empty: all
};

/// The metering rows, summed. Members of a department see what its deployments answered, everybody their own, auditors
/// and platform admins all.
[[nodiscard]] std::vector<Usage> report_usage(db::Database& database, Call const& call, UsageQuery const& query);

}  // namespace lepton::gateway
