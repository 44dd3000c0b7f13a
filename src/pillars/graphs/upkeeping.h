#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "access/assets.h"
#include "base/call.h"
#include "db/database.h"
#include "graphs/loaded_shapes.h"
#include "graphs/reasoners.h"
#include "graphs/texts.h"
#include "graphs/upkeep.h"
#include "graphs/validation.h"
#include "rdf/store/store.h"

namespace lepton::graphs {

/// Does what a graph asked to be done with every commit, inside the store's one transaction: so no reader ever sees
/// stated facts without what follows from them, and a commit that must not be is refused whole. Owned by Graphs; any
/// thread may call for stores whose transaction it holds.
///
/// Who may see what follows: rules see the default graph and those named graphs that are no parts, which is what
/// everyone who may read the graph may read; and what they derive is never put into a part. So each derived fact stands
/// on facts that all its readers may see. Shapes are validated on the same facts and what follows from them.
class Upkeeping {
 public:
  Upkeeping(db::Database& database, Texts const& rules, Texts const& shapes, reason::DerivationLimits limits)
      : database_(database), rules_(rules), shapes_(shapes), limits_(limits) {}

  class Work;
  /// A changed upkeep: `apply` makes it of the present one, inside a reading transaction.
  using Apply = std::function<void(db::Transaction&, Upkeep&)>;
  /// Whether what follows is brought up to date, or derived from the stated facts once more.
  enum class Derive : std::uint8_t { changes, anew };
  /// One commit's: to be called when its changes of the stated layer are in the store's transaction.
  [[nodiscard]] std::unique_ptr<Work> begin(db::Transaction& tx, Call const& call, access::AssetId const& graph,
                                            std::shared_ptr<rdf::Store> const& store, rdf::Transaction& transaction,
                                            Apply const& apply, Derive derive);

  /// Lends the reasoner of the store's last commit; the caller holds the store's transaction. Throws Error{invalid},
  /// reason "no_rules", for a graph that uses none.
  void lend(Call const& call, access::AssetId const& graph, std::shared_ptr<rdf::Store> const& store,
            rdf::Snapshot const& base, std::function<void(reason::StoreReasoner&)> const& use);

  /// Shapes in the ids of a store, of which the caller holds the transaction.
  [[nodiscard]] std::shared_ptr<reason::Shapes const> load_shapes(Call const& call,
                                                                  std::shared_ptr<rdf::Store> const& store,
                                                                  rdf::Transaction& transaction,
                                                                  std::vector<TextVersion> const& shapes) {
    return loaded_.get(call, store, transaction, shapes);
  }

  void forget(access::AssetId const& graph, std::shared_ptr<rdf::Store> const& store);

 private:
  [[nodiscard]] HeldReasoner reasoner(Call const& call, access::AssetId const& graph,
                                      std::shared_ptr<rdf::Store> const& store, rdf::Snapshot const& base,
                                      Upkeep const& upkeep, std::vector<TextVersion> const& rules);

  db::Database& database_;
  Texts const& rules_;
  Texts const& shapes_;
  reason::DerivationLimits limits_;
  Reasoners reasoners_;
  LoadedShapes loaded_;
};

/// The upkeep of one commit. What it derived is taken back from the reasoner when it ends without keep().
class Upkeeping::Work {
 public:
  Work(Upkeeping& of, Call const& call, access::AssetId graph, std::shared_ptr<rdf::Store> store,
       rdf::Transaction& transaction, Derive derive)
      : of_(of),
        call_(call),
        graph_(std::move(graph)),
        store_(std::move(store)),
        transaction_(transaction),
        derive_(derive) {}
  ~Work();
  Work(Work const&) = delete;
  Work& operator=(Work const&) = delete;

  [[nodiscard]] Upkeep const& upkeep() const { return next_; }
  /// Brings the transaction's inferred layer up to its stated one.
  void derive();
  /// Results of what the transaction changed in both layers; of everything when it is about to be kept in another way
  /// than before. Empty when the graph does not validate.
  [[nodiscard]] std::vector<ValidationResult> validate();
  /// In the transaction that writes the commit down. Throws Error{conflict} when another part was shared meanwhile.
  void record(db::Transaction& tx, Call const& call, std::int64_t commit) const;
  /// The commit is durable.
  void keep(std::int64_t commit);

 private:
  friend class Upkeeping;
  void read(db::Transaction& tx, Apply const& apply);
  [[nodiscard]] bool changes_itself() const;

  Upkeeping& of_;
  Call const& call_;
  access::AssetId graph_;
  std::shared_ptr<rdf::Store> store_;  // shared with readers of the graph
  rdf::Transaction& transaction_;
  Derive derive_;
  Upkeep now_, next_;
  bool is_set_ = false;  ///< somebody said how it is to be kept
  std::vector<TextVersion> rules_, shapes_;
  std::optional<Reasoners::Turn> turn_;  ///< until the reasoner is given back
  std::optional<HeldReasoner> held_;
  std::optional<reason::Followed> followed_;
};

/// IRIs of a graph's parts, ascending.
[[nodiscard]] std::vector<std::string> closed_graphs(db::Transaction& tx, access::AssetId const& graph);
/// A graph without its parts, for shapes: what rules see, and what follows when `layers` has it.
[[nodiscard]] reason::GraphView open_graphs(rdf::Snapshot const& snapshot, rdf::Dictionary& dictionary,
                                            std::span<std::string const> closed, rdf::Layers layers);

}  // namespace lepton::graphs
