#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "base/call.h"
#include "blob/store.h"
#include "datasets/dataset.h"
#include "db/database.h"
#include "lineage/lineage.h"
#include "table/importer.h"
#include "table/query.h"
#include "table/workers.h"

namespace lepton::datasets {

/// What an upload is, and what is known about the dataset when it does not exist yet.
struct ImportRequest {
  table::FileFormat format = table::FileFormat::csv;
  std::string file_name;  ///< as the user calls it, for the record
  std::optional<char> delimiter;
  std::optional<bool> header;
  std::map<std::string, std::string> types;
  bool skip_bad = false;
  bool allow_schema_change = false;
  std::string description;
  std::set<std::string> tags;
  std::string key;
};

struct ImportResult {
  Version version;
  bool unchanged = false;               ///< the content was that of the newest version already, which is returned
  std::vector<table::BadRow> bad_rows;  ///< the first ones that were skipped
};

/// One dataset that a statement read: which version, and why that was allowed.
struct Read {
  std::string version;  ///< "banking/customers@3"
  std::vector<access::Ground> grounds;
  bool restricted = false;          ///< rows or columns were hidden from this caller
  std::int64_t min_group_size = 0;  ///< above 0: groups of fewer rows were left out
};

struct QueryAnswer {
  table::QueryResult result;
  std::vector<Read> reads;
};

struct SaveRequest {
  std::string sql;
  json::Object parameters;  ///< values of $name
  std::string description;
  std::string key;
  bool allow_schema_change = false;
};

/// A version as a caller may use it outside SQL, for jobs: files that hold what the caller may see and nothing else.
struct GovernedFiles {
  Version version;
  std::vector<std::filesystem::path> files;  ///< Parquet
  std::vector<access::Ground> grounds;
  bool restricted = false;
};

/// Records by key, and why the caller may see them.
struct Records {
  std::string version;
  std::vector<std::optional<json::Object>> found;  ///< one per key, in their order
  std::vector<access::Ground> grounds;
};

/// What a caller may see of a version at this moment.
struct Visible {
  access::AssetId asset;
  Version version;
  std::vector<access::Ground> grounds;
  access::Obligations obligations;
};

/// Shared tables (design.md §5): every function asks the authority for the caller, reads and writes under what it says,
/// and leaves its audit record and lineage in the transaction that makes its effect visible. A version is content in
/// the blob store plus one row; a crash before that row leaves nothing that anybody can see. Any thread may call;
/// functions open their own transactions and hold none while they compute.
class Datasets {
 public:
  struct Parts {
    db::Database& database;
    blob::Store& blobs;
    access::Authority const& authority;
    access::Assets& assets;
    access::Audit& audit;
    lineage::Lineage const& lineage;
    table::Workers& workers;
  };
  explicit Datasets(Parts parts);

  /// An empty dataset. For contributors of the department.
  Dataset create(Call const& call, access::Address const& address, std::string const& description,
                 std::set<std::string> const& tags, std::string const& key);
  /// Whether import() or save_query() would begin, for asking before a file is taken in. Throws what they would.
  void require_may_add(Call const& call, access::Address const& address) const;
  /// `file` becomes the next version, of a new dataset when there is none. Throws Error{invalid, "bad_rows"},
  /// {invalid, "repeated_key"} and {conflict, "schema_changed"} with what differs; then nothing has changed.
  ImportResult import(Call const& call, access::Address const& address, std::filesystem::path const& file,
                      ImportRequest const& request);
  /// The rows that an import skipped, as CSV of line, column, reason and text. For those who may write the dataset and
  /// see all of it: the text is as it came, no mask applies to it.
  void rejects(Call const& call, access::Address const& version,
               std::function<void(std::string_view)> const& sink) const;

  [[nodiscard]] Dataset get(Call const& call, access::Address const& address) const;
  /// Those of a department, or of all (""), that the caller may discover, by address.
  [[nodiscard]] std::vector<Dataset> list(Call const& call, std::string const& department) const;
  /// Newest first.
  [[nodiscard]] std::vector<Version> versions(Call const& call, access::Address const& address) const;
  /// The newest without a version in the address. Needs the right to discover; columns are no secret then.
  [[nodiscard]] Version version(Call const& call, access::Address const& address) const;
  /// Description, tags and key. Throws Error{conflict, "revision_mismatch"} when somebody else was faster, and
  /// {invalid, "repeated_key"} for a key that names a record of the newest version twice.
  Dataset update(Call const& call, access::Address const& address, std::optional<std::string> const& description,
                 std::optional<std::set<std::string>> const& tags, std::optional<std::string> const& key,
                 std::int64_t revision);

  /// Runs one SELECT over datasets named banking.customers, "banking/customers", "banking/customers@3" or, in the
  /// caller's own department, customers. Each is read with the caller's rights and purpose. A dataset of which the
  /// caller may see aggregates only (a policy's min_group_size) is read so, or Error{denied, "min_group_size"} says
  /// what the statement asked too much.
  /// `parameters` are the values of $name, bound and never text.
  QueryAnswer query(Call const& call, std::string const& sql, table::QueryOptions const& options,
                    table::ResultSink const& sink, json::Object const& parameters = {}) const;
  /// Keeps a query's result as the next version of `target`; tags of what it read flow to it.
  ImportResult save_query(Call const& call, access::Address const& target, SaveRequest const& request);
  /// The first rows as the caller may see them.
  QueryAnswer preview(Call const& call, access::Address const& address, std::int64_t rows,
                      table::ResultSink const& sink) const;
  /// All rows as the caller may see them when they do `action`.
  QueryAnswer export_rows(Call const& call, access::Address const& address, table::ResultFormat format,
                          table::ResultSink const& sink, access::Action action = access::Action::read) const;
  /// What table::profile() says about what the caller may see.
  [[nodiscard]] json::Value profile(Call const& call, access::Address const& address) const;
  /// Records whose `key` column ("" for the declared one) has one of the values, as the caller may see them; `columns`
  /// empty for all.
  [[nodiscard]] Records records(Call const& call, access::Address const& address, std::string const& key,
                                std::vector<std::string> const& columns, std::vector<std::string> const& keys) const;

  /// Decides about a read of rows without making one, and without an audit record unless it is refused.
  [[nodiscard]] Visible visible(Call const& call, access::Address const& address) const;
  /// The named columns of all rows that the caller may see, and under which obligations they were read.
  struct Reading {
    Visible visible;
    table::QueryResult result;
  };
  Reading read_columns(Call const& call, access::Address const& address, std::vector<std::string> const& columns,
                       table::QueryOptions const& options, table::ResultSink const& sink) const;

  /// The version that an address means now, for a reader who may do `action` with it, without reading it.
  [[nodiscard]] Read pin(Call const& call, access::Action action, access::Address const& address) const;
  /// The rows that `action` may use as files: the stored ones themselves for an unrestricted caller, otherwise a
  /// filtered and masked copy in `directory`.
  [[nodiscard]] GovernedFiles files(Call const& call, access::Action action, access::Address const& address,
                                    std::filesystem::path const& directory) const;

  /// Nobody but those who may share it reads it from now on; what was made from it stays and is found by its lineage.
  Dataset withdraw(Call const& call, access::Address const& address, std::string const& reason);
  Dataset restore(Call const& call, access::Address const& address);
  /// Throws Error{conflict, "referenced"} when something was made from it: withdraw it instead.
  void remove(Call const& call, access::Address const& address);

 private:
  struct Opened {
    StoredVersion stored;
    access::Decision decision;
    access::Asset asset;
    table::TableSource source;
  };
  [[nodiscard]] Opened open(db::Transaction& tx, Call const& call, access::Action action,
                            access::Address const& address) const;
  [[nodiscard]] std::vector<Opened> open_all(Call const& call, access::Action action,
                                             std::vector<access::Address> const& addresses, std::string_view sql) const;
  void require_masks_hold(db::Transaction& tx, Opened const& opened) const;
  QueryAnswer query_as(Call const& call, access::Action action, std::string const& sql,
                       table::QueryOptions const& options, table::ResultSink const& sink,
                       json::Object const& parameters = {}) const;
  [[nodiscard]] std::string mask_key(Call const& call, std::string const& department) const;
  struct NewVersion {
    StoredVersion stored;
    std::string description;
    std::set<std::string> tags;
    std::string key;
    bool allow_schema_change = false;
    std::vector<Opened> const* inputs = nullptr;
  };
  /// What a dataset holds before something is added to it.
  struct Target {
    std::optional<StoredVersion> latest;
    std::optional<std::string> key;  ///< none: the dataset is not there yet

    [[nodiscard]] table::Schema columns() const { return latest ? latest->version.columns : table::Schema(); }
  };
  /// What is there already, after the caller was found to be allowed to add to it.
  [[nodiscard]] Target require_target(Call const& call, access::Address const& address) const;
  /// Throws for a key that does not name each record of the newest version once; answers with that version's number.
  [[nodiscard]] std::int64_t require_key_holds(Call const& call, access::Action action, access::Address const& address,
                                               std::string const& key) const;
  void require_unchanged(db::Transaction& tx, Call const& call, Opened const& input) const;
  ImportResult publish(Call const& call, access::Address const& address, NewVersion const& fresh);
  [[nodiscard]] StoredVersion store(Call const& call, table::TableFile const& file, json::Value origin) const;

  Parts parts_;
};

}  // namespace lepton::datasets
