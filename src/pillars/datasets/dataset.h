#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "access/address.h"
#include "access/assets.h"
#include "base/digest.h"
#include "base/fields.h"
#include "base/json.h"
#include "table/schema.h"

namespace lepton::datasets {

/// One immutable state of a dataset.
struct Version {
  std::string address;  ///< "banking/customers@3"
  std::int64_t number = 0;
  std::string digest;  ///< SHA-256 over schema and files, in hexadecimal: the same content has the same digest
  table::Schema columns;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::int64_t bad_rows = 0;  ///< left out at import and kept for inspection
  json::Value origin;  ///< {"kind": "import", "file": …, "format": …} or {"kind": "query", "sql": …, "inputs": […]}
  std::string created_by;
  Timestamp created_at;

  static constexpr auto fields() {
    return std::tuple{required("address", &Version::address, "department/name@version"),
                      required("number", &Version::number, "1, 2, 3, …"),
                      required("digest", &Version::digest, "SHA-256 of the content"),
                      required("columns", &Version::columns, "the table's columns"),
                      required("rows", &Version::rows, "how many rows"),
                      required("bytes", &Version::bytes, "size of the stored files"),
                      optional("bad_rows", &Version::bad_rows, "rows left out at import and kept for inspection"),
                      optional("origin", &Version::origin, "where it came from"),
                      required("created_by", &Version::created_by, "who made it"),
                      required("created_at", &Version::created_at, "when it was made")};
  }
};

struct Withdrawal {
  Timestamp at;
  std::string by;
  std::string reason;

  static constexpr auto fields() {
    return std::tuple{required("at", &Withdrawal::at, "since when"), required("by", &Withdrawal::by, "who withdrew it"),
                      required("reason", &Withdrawal::reason, "why")};
  }
};

struct Dataset {
  std::string address;  ///< "banking/customers"
  std::string description;
  std::set<std::string> tags;
  std::string key;  ///< column by which a record is looked up; empty when none is declared
  std::optional<Version> latest;
  std::optional<Withdrawal> withdrawn;
  Timestamp created_at;
  std::int64_t revision = 1;  ///< of description, tags and key: the ETag

  static constexpr auto fields() {
    return std::tuple{required("address", &Dataset::address, "department/name"),
                      optional("description", &Dataset::description, "what it is"),
                      optional("tags", &Dataset::tags, "set on it, or flowed to it along lineage"),
                      optional("key", &Dataset::key, "column by which a record is looked up"),
                      optional("latest", &Dataset::latest, "the newest version"),
                      optional("withdrawn", &Dataset::withdrawn, "set when the owner withdrew it"),
                      required("created_at", &Dataset::created_at, "when it was created"),
                      optional("revision", &Dataset::revision, "grows with each change of the description")};
  }
};

/// A version as the store holds it.
struct StoredVersion {
  Version version;
  std::vector<Digest> files;
  std::optional<Digest> rejects;
};

}  // namespace lepton::datasets
