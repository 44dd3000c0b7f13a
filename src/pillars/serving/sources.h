#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/address.h"
#include "access/authority.h"
#include "base/call.h"
#include "base/json.h"
#include "db/database.h"
#include "runtime/signature.h"
#include "serving/deployment.h"

namespace lepton::serving {

/// A registered model version, as far as serving it needs.
struct ServableModel {
  access::Address version;  ///< pinned: "risk/default-risk@1"
  std::string digest;       ///< of its content; a revision serves these bytes or none
  runtime::Signature signature;
  std::set<std::string> tags;             ///< of the model: decides whether decisions keep values
  std::vector<access::Ground> grounds{};  ///< promotions that lead to this version
};

/// Where models come from: the registry. Decides nothing about who may; Deployments does. Any thread may call.
class ModelSource {
 public:
  virtual ~ModelSource() = default;
  /// Follows an alias ("…@production") to a version. Throws Error{not_found} or, for one that must not be served,
  /// {conflict}.
  [[nodiscard]] virtual ServableModel resolve(db::Transaction& tx, Call const& call,
                                              access::Address const& model) const = 0;
  /// The artifact that runtime::load reads. Throws Error{internal, "corrupt_object"} when it is not what was
  /// registered.
  [[nodiscard]] virtual std::string artifact(Call const& call, ServableModel const& model) const = 0;
};

/// One record as the reader may see it: masks and row filters have been applied.
struct Record {
  json::Object values;
  std::vector<access::Ground> grounds;
};

/// Where looked-up records come from: the shared tables. Any thread may call; blocks.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  /// The version that "banking/customers" or "…@3" means now. Throws Error{not_found} or {denied} as the caller's
  /// rights say.
  struct Pin {
    access::Address version;
    std::vector<access::Ground> grounds;
  };
  [[nodiscard]] virtual Pin pin(Call const& call, access::Address const& dataset) const = 0;
  /// One entry per key, in their order; nullopt for a record that is absent or filtered away. Reads with the rights of
  /// `call`, decided anew each time: Error{denied} from the moment a grant is revoked.
  [[nodiscard]] virtual std::vector<std::optional<Record>> find(Call const& call, access::Address const& version,
                                                                std::string const& key,
                                                                std::vector<std::string> const& columns,
                                                                std::vector<std::string> const& keys) const = 0;
};

/// Where facts come from: the knowledge graphs. Any thread may call; blocks.
class FactSource {
 public:
  virtual ~FactSource() = default;
  struct Pin {
    std::vector<std::string> columns;  ///< what the query answers with
    std::vector<access::Ground> grounds;
  };
  /// Throws Error{invalid} that points below /facts for a query that cannot be, {not_found} or {denied} as the caller's
  /// rights say.
  [[nodiscard]] virtual Pin pin(Call const& call, FactsSpec const& facts) const = 0;
  struct Found {
    std::int64_t commit = 0;                          ///< of the graph, as it was asked
    std::vector<std::string> sources;                 ///< versions of datasets that the graph is made from
    std::vector<std::optional<json::Object>> values;  ///< one per key; nullopt where the query has no row
    std::vector<access::Ground> grounds;
  };
  /// `keys` are texts or numbers. Reads with the rights of `call`, decided anew each time: Error{denied} from the
  /// moment that a grant is revoked, on the graph or on what it is made from.
  [[nodiscard]] virtual Found find(Call const& call, FactsSpec const& facts, json::Array const& keys) const = 0;
};

/// Makes the call of a service account, for the deployment's own reads.
class ServiceCalls {
 public:
  virtual ~ServiceCalls() = default;
  /// On behalf of `origin`, whose deadline, trace and clock it keeps. Throws Error{not_found} when there is no such
  /// account.
  [[nodiscard]] virtual Call as(Call const& origin, std::string const& service_account,
                                std::string const& purpose) const = 0;
  /// Throws Error{denied, "act_as"} when the caller may not let something work with the account's rights.
  virtual void require_acting(Call const& call, std::string const& service_account) const = 0;
};

}  // namespace lepton::serving
