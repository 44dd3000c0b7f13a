#include "rdf/store/transaction.h"

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "rdf/store/store_state.h"

namespace lepton::rdf {

namespace {

struct IdQuadHash {
  std::size_t operator()(IdQuad const& quad) const {
    std::size_t hash = 0;
    for (TermId const id : {quad.subject, quad.predicate, quad.object, quad.graph})
      hash = (hash ^ std::hash<TermId>()(id)) * 0x9e3779b97f4a7c15U;
    return hash ^ hash >> 32;
  }
};

}  // namespace

struct Transaction::Pending {
  std::shared_ptr<Version const> base;
  std::shared_ptr<Version const> view;  ///< base with `changes`; empty when it must be made anew
  /// What became of every quad that was touched, against the base.
  std::unordered_map<IdQuad, Change, IdQuadHash> changes;
  bool writing = true;  ///< has the right to write

  void set(IdQuad const& quad, Layer layer, bool present) {
    auto const [place, fresh] = changes.try_emplace(quad);
    Change& change = place->second;
    if (fresh) change.before = change.after = base->layers_of(quad);
    auto const bit = static_cast<std::uint8_t>(layer);
    auto const after = static_cast<std::uint8_t>(present ? change.after | bit : change.after & ~bit);
    if (after == change.after) return;
    change.after = after;
    view.reset();
  }

  [[nodiscard]] std::vector<QuadChange> effective() const {
    std::vector<QuadChange> result;
    for (auto const& [quad, change] : changes)
      if (change.before != change.after) result.push_back({quad, change});
    return result;
  }
};

Transaction::Transaction(std::shared_ptr<StoreState> store, Call const& call)
    : store_(std::move(store)), pending_(std::make_unique<Pending>()) {
  pending_->base = store_->begin(call);
}

Transaction::~Transaction() {
  if (pending_ && pending_->writing) store_->end();
}

Transaction::Transaction(Transaction&&) noexcept = default;

void Transaction::insert(IdQuad const& quad, Layer layer) {
  pending_->set(quad, layer, true);
}

void Transaction::remove(IdQuad const& quad, Layer layer) {
  pending_->set(quad, layer, false);
}

void Transaction::insert(QuadView const& quad, Layer layer) {
  Dictionary& terms = store_->dictionary;
  insert({terms.intern(quad.subject), terms.intern(quad.predicate), terms.intern(quad.object),
          quad.graph ? terms.intern(*quad.graph) : TermId::default_graph()},
         layer);
}

void Transaction::remove(QuadView const& quad, Layer layer) {
  Dictionary const& terms = store_->dictionary;
  auto const subject = terms.find(quad.subject);
  auto const predicate = terms.find(quad.predicate);
  auto const object = terms.find(quad.object);
  auto const graph = quad.graph ? terms.find(*quad.graph) : TermId::default_graph();
  if (subject && predicate && object && graph) remove({*subject, *predicate, *object, *graph}, layer);
}

void Transaction::clear(QuadPattern const& pattern, Layer layer) {
  ScanOptions options;
  options.layers = static_cast<Layers>(layer);
  Scan scan = view().scan(pattern, Snapshot::order_for(pattern), options);
  while (scan.next()) {
    Block const& block = scan.block();
    for (std::size_t i = 0; i < block.rows; ++i)
      remove({block.columns[0][i], block.columns[1][i], block.columns[2][i], block.columns[3][i]}, layer);
  }
}

Dictionary& Transaction::dictionary() {
  return store_->dictionary;
}

Snapshot Transaction::base() const {
  return {pending_->base, store_->dictionary};
}

Snapshot Transaction::view() {
  if (!pending_->view) {
    auto runs = pending_->base->runs();
    if (auto const changes = pending_->effective(); !changes.empty())
      runs.push_back(std::make_shared<MemoryRun const>(changes));
    pending_->view = std::make_shared<Version const>(pending_->base->number(), std::move(runs));
  }
  return {pending_->view, store_->dictionary};
}

Changes Transaction::changes(Layer layer) {
  auto const bit = static_cast<std::uint8_t>(layer);
  Changes result;
  for (auto const& [quad, change] : pending_->changes)
    if (((change.before ^ change.after) & bit) != 0)
      ((change.after & bit) != 0 ? result.added : result.removed).push_back(quad);
  std::sort(result.added.begin(), result.added.end());
  std::sort(result.removed.begin(), result.removed.end());
  return result;
}

std::uint64_t Transaction::commit() {
  check(pending_ && pending_->writing, "a transaction commits once");
  auto const changes = pending_->effective();
  if (changes.empty()) {
    std::uint64_t const number = pending_->base->number();
    pending_->writing = false;
    store_->end();
    store_->wait_until_durable(number);
    return number;
  }
  std::uint64_t const number = store_->commit(changes);
  pending_->writing = false;
  return number;
}

}  // namespace lepton::rdf
