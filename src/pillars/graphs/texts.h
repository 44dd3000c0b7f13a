#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "base/call.h"
#include "db/database.h"
#include "graphs/text_version.h"
#include "lineage/lineage.h"

namespace lepton::graphs {

/// What is particular to a kind of text.
struct TextKind {
  std::string name;  ///< of the asset: "rules", "shapes"
  /// Throws Error{invalid} with line and column for what could not be used.
  std::function<void(Call const&, TextContent const&)> check;
};

/// Rule sets or shapes as assets with immutable versions 1, 2, 3, …. Every function asks the authority for the caller
/// and every mutation leaves its audit record. Owned by the composition root; any thread may call.
class Texts {
 public:
  struct Parts {
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
    access::Audit& audit;
    lineage::Lineage const& lineage;
  };
  Texts(Parts parts, TextKind kind) : parts_(parts), kind_(std::move(kind)) {}

  /// A new asset with its first version. For contributors of the department.
  TextVersion create(Call const& call, access::Address const& address, std::string const& description,
                     std::set<std::string> const& tags, TextContent const& content);
  /// The next version; the same content as the latest is that one again.
  TextVersion save(Call const& call, access::Address const& address, TextContent const& content);
  /// Those of a department, or of all (""), that the caller may discover, by address.
  [[nodiscard]] std::vector<TextAsset> list(Call const& call, std::string const& department) const;
  [[nodiscard]] TextAsset get(Call const& call, access::Address const& address) const;
  /// Newest first, without their texts.
  [[nodiscard]] std::vector<TextVersion> versions(Call const& call, access::Address const& address) const;
  /// With its text; without a number the latest. Needs `read`.
  [[nodiscard]] TextVersion version(Call const& call, access::Address const& address) const;
  /// The same inside the caller's transaction, and on what grounds it may be read.
  struct Readable {
    access::Authority::Permit permit;
    TextVersion version;
  };
  [[nodiscard]] Readable require(db::Transaction& tx, Call const& call, access::Address const& address) const;
  /// The text behind an address that was decided before, with its number.
  [[nodiscard]] TextVersion get_saved(db::Transaction& tx, std::string const& address) const;
  /// Throws Error{conflict, "referenced"} when a graph uses, or used, one of its versions.
  void remove(Call const& call, access::Address const& address);

  [[nodiscard]] std::string node_kind() const { return kind_.name + "_version"; }  ///< of its versions in lineage

 private:
  [[nodiscard]] TextVersion insert(db::Transaction& tx, Call const& call, access::Asset const& asset,
                                   TextContent const& content) const;

  Parts parts_;
  TextKind kind_;
};

}  // namespace lepton::graphs
