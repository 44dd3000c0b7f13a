#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/address.h"
#include "access/mask.h"
#include "base/call.h"
#include "base/id.h"
#include "db/database.h"

namespace lepton::access {

using AssetId = Id<struct AssetKind>;

/// What every asset has, whatever it is. `kind` is "dataset", "model", "deployment", "experiment", …
struct Asset {
  AssetId id;
  std::string kind;
  std::string department;
  std::string name;
  std::string description;
  std::set<std::string> tags;  ///< "pii", "class=restricted"; set on the asset, or flowed to it along lineage
  PrincipalId created_by;
  Timestamp created_at;
  std::int64_t revision = 1;  ///< grows with each change of description or tags; the ETag

  [[nodiscard]] Address address() const { return {department, name, std::nullopt}; }
};

/// The columns that an asset has or had in any of its versions; empty while it has none.
using ColumnsOf = std::function<std::vector<std::string>(db::Transaction&, Asset const&)>;

/// The one register of assets; pillars keep what is particular to a kind in tables of their own, keyed by AssetId.
/// Any thread may call, inside a transaction that the caller holds. Does not decide who may: Authority does.
class Assets {
 public:
  /// How to learn the columns of assets of a kind; the pillar that owns the kind says so when it is built, before
  /// calls.
  void know_columns(std::string kind, ColumnsOf columns_of) { columns_of_[std::move(kind)] = std::move(columns_of); }
  /// A mask on a column that is not there would hide nothing: throws Error{invalid} that names the entry below
  /// `pointer`. Passes for assets whose columns are not known.
  void require_columns(db::Transaction& tx, Asset const& asset, Masks const& masks, std::string const& pointer) const;

  /// Throws Error{conflict} when the address is taken, {not_found} when there is no such department.
  Asset create(db::Transaction& tx, Call const& call, std::string const& kind, Address const& address,
               std::string const& description = "", std::set<std::string> const& tags = {});
  [[nodiscard]] std::optional<Asset> find(db::Transaction& tx, Address const& address) const;
  [[nodiscard]] std::optional<Asset> find(db::Transaction& tx, AssetId const& id) const;
  /// All of a kind ("" for every kind), ordered by address, unfiltered: callers pass each through
  /// Authority::may_discover.
  [[nodiscard]] std::vector<Asset> list(db::Transaction& tx, std::string const& kind,
                                        std::string const& department = "") const;
  void add_tags(db::Transaction& tx, Call const& call, AssetId const& id, std::set<std::string> const& tags);
  /// Description and tags; throws Error{conflict}, reason "revision_mismatch", when `changed` was read before another's
  /// change.
  void update(db::Transaction& tx, Call const& call, Asset const& changed);
  /// Ends the grants on it too: an asset made later under the same address starts without any.
  void remove(db::Transaction& tx, Call const& call, AssetId const& id);

 private:
  std::map<std::string, ColumnsOf> columns_of_;
};

}  // namespace lepton::access
