#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "base/call.h"
#include "base/guarded.h"
#include "db/database.h"
#include "graphs/backup.h"
#include "graphs/built_in.h"
#include "graphs/catalog.h"
#include "graphs/graph.h"
#include "graphs/sources.h"
#include "graphs/stores.h"
#include "graphs/texts.h"
#include "graphs/upkeeping.h"
#include "lineage/lineage.h"
#include "rdf/parse.h"
#include "rdf/store/before_durable.h"

namespace lepton::graphs {

/// Which statements of a graph a function is about.
struct Place {
  enum class Kind : std::uint8_t { everything, default_graph, named };
  Kind kind = Kind::everything;
  std::string iri;  ///< of the named graph

  [[nodiscard]] static Place whole() { return {}; }
  [[nodiscard]] static Place of_default() { return {Kind::default_graph, {}}; }
  /// Throws Error{invalid} for what is not an absolute IRI.
  [[nodiscard]] static Place named(std::string iri);
};

/// A document that becomes statements of a graph.
struct Document {
  rdf::Syntax syntax = rdf::Syntax::turtle;
  std::string base;
  rdf::ByteSource& source;
};

/// Which facts a reader wants: those stated, or also (or only) those that follow by the graph's rules.
enum class Inferred : std::uint8_t { exclude, include, only };

/// What a caller may read of a graph, as it was at one commit. Keeps the store open; nothing in it changes.
struct View {
  std::shared_ptr<void const> store;  // what the snapshot reads; shared: the graph may be removed meanwhile
  rdf::Snapshot snapshot;
  bool restricted = false;           ///< only `graphs` may be read
  std::vector<rdf::TermId> graphs;   ///< ascending; of these alone, when restricted
  bool union_default_graph = false;  ///< its default graph holds what its named graphs hold, too
  bool read_only = false;            ///< nobody changes it: it has no commits
  std::string version;               ///< "risk/exposure@2"; without a number it is what was current
  std::int64_t commit = 0;
  std::vector<access::Ground> grounds;
  access::AssetId asset;             ///< of the graph or part: its name may be given again, its id never
  std::vector<NamedSource> sources;  ///< datasets that named graphs in it are made from
  bool is_part = false;              ///< one named graph, opened as the asset that it is
  bool hides_source = false;         ///< there are others, which the caller may not read
  /// False for parts, where what follows was derived from a named graph that is a part by now, and for whoever may
  /// not read a source, since it may stand on any of them.
  bool shows_inferred = true;

  /// Throws Error{denied, "sources"} where it hides one: for what would answer wrongly, or tell, without all of them.
  void require_all_sources() const;
  /// The layers with these facts; nullopt when there are none to be seen.
  [[nodiscard]] std::optional<rdf::Layers> layers(Inferred inferred) const;
  /// Options of a scan that reads what may be read, and nothing else; nullopt when that is nothing at all.
  [[nodiscard]] std::optional<rdf::ScanOptions> scan_options(Inferred inferred) const;
};

/// What a backup is written from: it never changes, whatever is committed meanwhile.
struct BackupSource {
  View view;
  BackupHeader header;
};

/// A graph that was made from a backup.
struct Restored {
  std::string address;
  std::int64_t commit = 0;
  std::int64_t statements = 0;
  BackupHeader backup;

  static constexpr auto fields() {
    return std::tuple{required("address", &Restored::address, "department/name of the graph that was made"),
                      required("commit", &Restored::commit, "its first"),
                      required("statements", &Restored::statements, "how many"),
                      required("backup", &Restored::backup, "what it was made from")};
  }
};

/// Knowledge graphs as shared assets (design.md §8). Every function asks the authority for the caller and leaves its
/// audit record. A change is written down as begun, together with its audit event, before the store commits it, so that
/// a crash leaves either both or a begun change that recover() settles; the store's commit number is the graph's.
/// Any thread may call; one change of a graph at a time, readers never wait.
class Graphs {
 public:
  struct Parts {
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
    access::Audit& audit;
    lineage::Lineage const& lineage;
    std::filesystem::path directory;  ///< of the graphs' stores
    rdf::StoreOptions store;
    BuiltInGraph* built_in = nullptr;  ///< may be asked like a graph of a department; outlives Graphs
    reason::DerivationLimits derivation{.threads = 2, .facts = 50'000'000};
  };
  explicit Graphs(Parts parts);

  /// The rule sets and shapes that graphs use, as assets of their own.
  [[nodiscard]] Texts& rules() { return rules_; }
  [[nodiscard]] Texts& shapes() { return shapes_; }

  /// Settles what a server that died left begun: to be called once, before anything else.
  void recover(Call const& call);

  /// An empty graph. For contributors of the department.
  Graph create(Call const& call, access::Address const& address, std::string const& description,
               std::set<std::string> const& tags);
  [[nodiscard]] Graph get(Call const& call, access::Address const& address) const;
  /// Those of a department, or of all (""), that the caller may discover, by address.
  [[nodiscard]] std::vector<Graph> list(Call const& call, std::string const& department) const;
  /// Throws Error{conflict, "referenced"} while something was made from it.
  void remove(Call const& call, access::Address const& address);

  /// Throws what a change would, before a document is taken in.
  void require_may_change(Call const& call, access::Address const& address) const;
  /// Adds the document's statements. Those of its default graph go to `place`, which is not `everything`; a document
  /// that names graphs may be given for `of_default` only. `expected`: the commit that the caller read, else Error{
  /// conflict, "revision_mismatch"}. All of it or nothing.
  Commit load(Call const& call, access::Address const& address, Place const& place, Document const& document,
              std::optional<std::int64_t> expected);
  /// Several documents in one commit; blank nodes of one are none of another's.
  Commit load(Call const& call, access::Address const& address, Place const& place, std::span<Document const> documents,
              std::optional<std::int64_t> expected);
  /// The place holds the document's statements and no others.
  Commit replace(Call const& call, access::Address const& address, Place const& place, Document const& document,
                 std::optional<std::int64_t> expected);
  Commit clear(Call const& call, access::Address const& address, Place const& place,
               std::optional<std::int64_t> expected);
  /// Any other change, e.g. by SPARQL Update: `change` works on the transaction.
  Commit change(Call const& call, access::Address const& address, std::string const& action,
                std::optional<std::int64_t> expected, std::function<void(rdf::Transaction&)> const& change);
  /// What else a change writes, in the transaction that begins its commit.
  using Also = std::function<void(db::Transaction&, Commit const&)>;
  /// A change of named graphs that a mapping makes, which no other function changes: `also` writes their sources down.
  Commit change_sources(Call const& call, access::Address const& address, std::string const& action,
                        std::function<void(rdf::Transaction&)> const& change, Also const& also);
  /// Newest first.
  [[nodiscard]] std::vector<Commit> commits(Call const& call, access::Address const& address, std::int64_t before,
                                            int limit) const;

  /// What the caller may read of a graph, one of its versions, or a part of a graph (then that named graph alone).
  [[nodiscard]] View open(Call const& call, access::Address const& address);
  /// The same, or nullopt for a remote graph, which Remotes asks; who may is then not decided yet.
  [[nodiscard]] std::optional<View> find_kept_here(Call const& call, access::Address const& address);
  /// Hands the statements of a place out, ordered by graph, subject and predicate. False when a named graph has none
  /// that the caller may see.
  bool read(Call const& call, View const& view, Place const& place, rdf::QuadSink& sink,
            Inferred inferred = Inferred::exclude) const;

  [[nodiscard]] bool shows_named_graphs(View const& view) const;

  /// How the graph is kept now. Needs `read`.
  [[nodiscard]] Upkeep upkeep(Call const& call, access::Address const& address) const;
  /// Facts that follow without being stated. Needs `read`.
  [[nodiscard]] std::int64_t count_inferred(Call const& call, access::Address const& address);
  /// Another way of keeping it, as a commit of its own; what it holds is brought into that state, or the change
  /// refused.
  struct UpkeepChange {
    std::string action;    ///< of the commit: "reason"
    access::Action needs;  ///< on the graph
    Upkeeping::Derive derive;
    Upkeeping::Apply apply;
    /// With the commit, in its transaction; what it answers joins the details of the audit event.
    std::function<json::Object(db::Transaction&, access::Authority::Permit const&)> record;
  };
  Commit change_upkeep(Call const& call, access::Address const& address, UpkeepChange const& change);
  /// Lends the reasoner of the graph as it is now, and the view that it is in step with, to those who may read the
  /// graph. Writers wait meanwhile.
  void explain(Call const& call, access::Address const& address,
               std::function<void(View const&, reason::StoreReasoner&)> const& use);
  /// Validates what everyone who may read the graph (or version) sees, by shapes that the caller may read; `report` is
  /// handed what was found before it is put into words.
  using ReportReader = std::function<void(reason::GraphView const&, reason::Shapes const&, reason::ShaclReport const&)>;
  Validation validate(Call const& call, access::Address const& address, std::vector<std::string> const& shapes,
                      ReportReader const& report = nullptr);

  /// Keeps what the graph holds now as its next version.
  GraphVersion publish(Call const& call, access::Address const& address, std::string const& note);
  [[nodiscard]] std::vector<GraphVersion> versions(Call const& call, access::Address const& address) const;

  /// The statements of a graph, or of one of its versions, for a backup. For those from whom nothing in it is hidden:
  /// else Error{denied}. Leaves the audit record.
  [[nodiscard]] BackupSource begin_backup(Call const& call, access::Address const& address);
  /// Reads from memory and files that writers leave alone.
  void write_backup(Call const& call, BackupSource const& source, rdf::ByteSink& sink) const;
  /// Throws what restore() would, before a file is taken in.
  void require_may_restore(Call const& call, access::Address const& address) const;
  /// A new graph with a backup's statements, description and tags; or, when the file is not a whole backup (Error{
  /// invalid, "backup_damaged"}), none. For contributors of the department.
  Restored restore(Call const& call, access::Address const& address, std::filesystem::path const& file);

  /// Makes a named graph an asset of its own, with its own grants. For stewards of the graph's department.
  GraphPart share_part(Call const& call, access::Address const& graph, std::string const& iri,
                       access::Address const& part, std::string const& description);
  [[nodiscard]] std::vector<GraphPart> parts(Call const& call, access::Address const& address) const;

 private:
  struct Opened {
    access::Authority::Permit permit;
    std::shared_ptr<rdf::Store> store;
  };
  [[nodiscard]] bool is_built_in(access::Address const& address) const;
  /// Throws Error{denied, "read_only"} for the graph that nobody changes.
  void require_changeable(access::Address const& address) const;
  [[nodiscard]] access::Authority::Permit permit_change(Call const& call, access::Address const& address,
                                                        access::Action needs = access::Action::write) const;
  [[nodiscard]] Opened open_for_change(Call const& call, access::Address const& address,
                                       access::Action needs = access::Action::write);
  void store_commit(Call const& call, access::Asset const& asset, rdf::Transaction& transaction, Commit const& commit);
  void undo(Call const& call, access::AssetId const& graph, std::string const& subject, std::int64_t number);
  [[nodiscard]] Commit commit(Call const& call, Opened const& opened, rdf::Transaction& transaction, std::string action,
                              UpkeepChange const* upkeep = nullptr, Also const& also = nullptr);
  void require_conformity(Call const& call, access::Asset const& graph, Upkeep const& upkeep,
                          std::vector<ValidationResult> const& results) const;
  [[nodiscard]] bool may_read_all(Call const& call, access::Asset const& graph) const;
  void record_upkeep(db::Transaction& tx, Call const& call, access::Asset const& graph,
                     GraphVersion const& version) const;
  void require_own_parts(db::Transaction& tx, Call const& call, access::Asset const& graph,
                         rdf::Transaction& transaction, rdf::Changes const& changes, bool maps) const;
  [[nodiscard]] access::Asset create_restored(db::Transaction& tx, Call const& call, access::Address const& address,
                                              BackupHeader const& backup) const;
  void require_nothing_made(db::Transaction& tx, std::string const& graph) const;
  void restrict(db::Transaction& tx, Call const& call, access::AssetId const& graph, View& view) const;
  [[nodiscard]] std::vector<rdf::TermId> hide_sources(db::Transaction& tx, Call const& call,
                                                      access::AssetId const& graph, View& view) const;
  /// What an address stands for.
  struct Found {
    access::AssetId asset;
    bool is_part;
    std::shared_ptr<rdf::Store> store;
  };
  /// What it stood for when it was last asked; keeps no store open.
  struct Known {
    access::AssetId asset;
    bool is_part = false;
    std::weak_ptr<rdf::Store> store;
  };
  struct Taken : Found {
    rdf::Snapshot snapshot;
  };
  [[nodiscard]] std::optional<Taken> take(access::Address const& address) const;
  [[nodiscard]] std::optional<Taken> look_for(Call const& call, access::Address const& address);
  [[nodiscard]] std::optional<View> open_taken(db::Transaction& tx, Call const& call, Taken const& taken,
                                               access::Address const& address) const;
  [[nodiscard]] View view_of_graph(db::Transaction& tx, Taken const& taken, access::Authority::Permit const& permit,
                                   access::Address const& address) const;
  [[nodiscard]] static View view_of_part(Taken const& taken, access::Authority::Permit const& permit,
                                         std::string const& iri);
  [[nodiscard]] std::string digest(Call const& call, rdf::Snapshot const& snapshot) const;

  Parts parts_;
  GraphStores stores_;
  Texts rules_;
  Texts shapes_;
  Upkeeping upkeeping_;
  rdf::BeforeDurable::Action database_first_;    ///< what is written about a commit gets to the disk before it
  Guarded<std::map<std::string, Known>> known_;  ///< by address, with its version
};

}  // namespace lepton::graphs

template <>
struct lepton::EnumNames<lepton::graphs::Inferred> {
  using I = lepton::graphs::Inferred;
  static constexpr std::array<std::pair<I, std::string_view>, 3> values{
      {{I::exclude, "exclude"}, {I::include, "include"}, {I::only, "only"}}};
};
