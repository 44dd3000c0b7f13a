#include "rdf/store/transaction.h"

#include "base/check.h"
#include "rdf/store/pending_changes.h"
#include "rdf/store/run_merge.h"

namespace lepton::rdf {

struct Transaction::Pending : PendingChanges {
  using PendingChanges::PendingChanges;
};

Transaction::Transaction(std::shared_ptr<StoreState> store, Call const& call)
    : store_(std::move(store)), pending_(std::make_unique<Pending>(*store_, call)) {}

Transaction::~Transaction() = default;
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
  return {pending_->base(), store_->dictionary};
}

Snapshot Transaction::view() {
  return {pending_->version(), store_->dictionary};
}

Changes Transaction::changes(Layer layer) {
  auto const bit = static_cast<std::uint8_t>(layer);
  Changes result;
  auto const runs = pending_->runs();
  for (RunMerge merge(runs, Order::spo); merge.next();) {
    auto const& columns = merge.columns();
    for (std::size_t i = 0; i < merge.rows(); ++i) {
      Change const change = Change::unpack(merge.changes()[i]);
      if (((change.before ^ change.after) & bit) == 0) continue;
      ((change.after & bit) != 0 ? result.added : result.removed)
          .push_back({columns[0][i], columns[1][i], columns[2][i], columns[3][i]});
    }
  }
  return result;
}

std::uint64_t Transaction::commit() {
  check(pending_ != nullptr, "a transaction that was moved away is not committed");
  return pending_->commit();
}

}  // namespace lepton::rdf
