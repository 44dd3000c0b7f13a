#include "graphs/upkeeping.h"

#include <algorithm>

#include "base/error.h"
#include "graphs/catalog.h"
#include "graphs/rule_sets.h"
#include "reason/shacl_change.h"

namespace lepton::graphs {
namespace {

constexpr std::size_t most_results = 1000;  ///< of a commit that does not conform

std::string program_of(Upkeep const& upkeep) {
  std::string program = upkeep.regime;
  for (auto const& one : upkeep.rules) program += " " + one;
  for (auto const& one : upkeep.closed) program += " without <" + one + ">";
  return program;
}

std::vector<rdf::TermId> ids_of(rdf::Dictionary& dictionary, std::span<std::string const> iris) {
  std::vector<rdf::TermId> ids;
  for (auto const& iri : iris) ids.push_back(dictionary.intern(rdf::iri_view(iri)));
  return ids;
}

std::vector<TextVersion> read_all(db::Transaction& tx, Texts const& texts, std::vector<std::string> const& addresses) {
  std::vector<TextVersion> all;
  for (auto const& address : addresses) all.push_back(texts.get_saved(tx, address));
  return all;
}

}  // namespace

std::vector<std::string> closed_graphs(db::Transaction& tx, access::AssetId const& graph) {
  std::vector<std::string> iris;
  for (auto const& part : parts_of(tx, graph)) iris.push_back(part.iri);
  std::ranges::sort(iris);
  return iris;
}

reason::GraphView open_graphs(rdf::Snapshot const& snapshot, rdf::Dictionary& dictionary,
                              std::span<std::string const> closed, rdf::Layers layers) {
  if (closed.empty()) return reason::GraphView(snapshot, dictionary, std::vector<rdf::TermId>(), layers);
  auto const without = ids_of(dictionary, closed);
  auto graphs = snapshot.named_graphs(layers);
  std::erase_if(graphs, [&](rdf::TermId graph) { return std::ranges::count(without, graph) > 0; });
  graphs.push_back(rdf::TermId::default_graph());
  std::ranges::sort(graphs);
  return reason::GraphView(snapshot, dictionary, std::move(graphs), layers);
}

std::unique_ptr<Upkeeping::Work> Upkeeping::begin(db::Transaction& tx, Call const& call, access::AssetId const& graph,
                                                  std::shared_ptr<rdf::Store> const& store,
                                                  rdf::Transaction& transaction, Apply const& apply, Derive derive) {
  auto work = std::make_unique<Work>(*this, call, graph, store, transaction, derive);
  work->read(tx, apply);
  return work;
}

HeldReasoner Upkeeping::reasoner(Call const& call, access::AssetId const& graph,
                                 std::shared_ptr<rdf::Store> const& store, rdf::Snapshot const& base,
                                 Upkeep const& upkeep, std::vector<TextVersion> const& rules) {
  auto const commit = static_cast<std::int64_t>(base.version());
  if (auto held = reasoners_.take(graph, program_of(upkeep), commit)) return std::move(*held);
  auto made = std::make_unique<reason::StoreReasoner>(call, *store, base, rules_of(call, rules),
                                                      strongest(rules, regime_of(upkeep.regime)), limits_,
                                                      ids_of(store->dictionary(), upkeep.closed));
  return {store, std::move(made), program_of(upkeep), commit};
}

void Upkeeping::lend(Call const& call, access::AssetId const& graph, std::shared_ptr<rdf::Store> const& store,
                     rdf::Snapshot const& base, std::function<void(reason::StoreReasoner&)> const& use) {
  Upkeep upkeep;
  std::vector<TextVersion> rules;
  database_.read(call, [&](db::Transaction& tx) {
    upkeep = find_upkeep(tx, graph, static_cast<std::int64_t>(base.version()));
    rules = read_all(tx, rules_, upkeep.rules);
  });
  if (!upkeep.reasons())
    throw invalid("the graph uses no rules, so nothing follows in it: lepton graph reason … --rules …")
        .with_reason("no_rules");
  auto const turn = reasoners_.wait_for_turn(call, graph);
  auto held = reasoner(call, graph, store, base, upkeep, rules);
  use(*held.reasoner);
  reasoners_.give_back(graph, std::move(held));
}

void Upkeeping::forget(access::AssetId const& graph, std::shared_ptr<rdf::Store> const& store) {
  reasoners_.forget(graph);
  loaded_.forget(store);
}

void Upkeeping::Work::read(db::Transaction& tx, Apply const& apply) {
  now_ = find_upkeep(tx, graph_, static_cast<std::int64_t>(transaction_.base().version()));
  next_ = now_;
  if (apply) apply(tx, next_);
  is_set_ = apply != nullptr;
  if (!next_.reasons() && !next_.validates()) return;
  auto closed = closed_graphs(tx, graph_);
  closed.insert(closed.end(), next_.closed.begin(), next_.closed.end());
  std::ranges::sort(closed);
  closed.erase(std::ranges::unique(closed).begin(), closed.end());
  next_.closed = std::move(closed);
  rules_ = read_all(tx, of_.rules_, next_.rules);
  if (next_.validates()) shapes_ = read_all(tx, of_.shapes_, next_.shapes);
}

Upkeeping::Work::~Work() {
  if (!held_ || !followed_) return;
  try {
    // The call may have ended; without this the next commit would have to derive everything again.
    SystemClock const clock;
    held_->reasoner->take_back(system_call(clock), *followed_);
    of_.reasoners_.give_back(graph_, std::move(*held_));
  } catch (Error const&) {
    // It is made again when it is next needed.
  }
}

void Upkeeping::Work::derive() {
  if (!next_.reasons()) {
    if (now_.reasons()) transaction_.clear({}, rdf::Layer::inferred);
    return;
  }
  turn_ = of_.reasoners_.wait_for_turn(call_, graph_);
  if (derive_ == Derive::anew) of_.reasoners_.forget(graph_);
  auto held = of_.reasoner(call_, graph_, store_, transaction_.base(), next_, rules_);
  if (derive_ == Derive::anew || !now_.derives_like(next_)) held.reasoner->replace_inferred(call_, transaction_);
  auto followed = held.reasoner->follow(call_, transaction_);  // a reasoner that fails in it is not used again
  held_ = std::move(held);
  followed_ = std::move(followed);
}

bool Upkeeping::Work::changes_itself() const {
  return is_set_ || !now_.derives_like(next_) || !now_.validates_like(next_);
}

std::vector<ValidationResult> Upkeeping::Work::validate() {
  if (!next_.validates()) return {};
  auto const shapes = of_.load_shapes(call_, store_, transaction_, shapes_);
  auto const data = open_graphs(transaction_.view(), store_->dictionary(), next_.closed, rdf::Layers::both);
  reason::ShaclOptions options;
  options.results = most_results;
  if (changes_itself()) return results_of(data, *shapes, reason::validate(call_, data, *shapes, options));
  std::vector<rdf::IdQuad> changed;
  for (auto const layer : {rdf::Layer::stated, rdf::Layer::inferred}) {
    auto const changes = transaction_.changes(layer);
    changed.insert(changed.end(), changes.added.begin(), changes.added.end());
    changed.insert(changed.end(), changes.removed.begin(), changes.removed.end());
  }
  return results_of(data, *shapes, reason::validate_change(call_, data, *shapes, changed, options));
}

void Upkeeping::Work::record(db::Transaction& tx, Call const& call, std::int64_t commit) const {
  bool const matters = now_.reasons() || now_.validates() || next_.reasons() || next_.validates();
  if (!matters || !changes_itself()) return;
  auto const closed = closed_graphs(tx, graph_);
  if ((next_.reasons() || next_.validates()) && closed != next_.closed)
    throw conflict("a part of the graph was shared meanwhile: try again").with_reason("revision_mismatch");
  auto row = next_;
  row.from_commit = commit;
  if (is_set_) {
    row.set_by = call.principal.name;
    row.set_at = call.now();
  }
  put_upkeep(tx, graph_, row);
}

void Upkeeping::Work::keep(std::int64_t commit) {
  if (!held_) return;
  held_->commit = commit;
  of_.reasoners_.give_back(graph_, std::move(*held_));
  held_.reset();
}

}  // namespace lepton::graphs
