#include "reason/store_reasoner.h"

#include <mutex>

#include "base/check.h"

namespace lepton::reason {

std::optional<TermKey> StoreTerms::find(rdf::TermView const& term) const {
  auto const id = dictionary_.find(term);
  if (!id) return std::nullopt;
  std::shared_lock const lock(mutex_);
  auto const known = keys_.find(id->raw());
  return known == keys_.end() ? std::nullopt : std::optional(known->second);
}

TermKey StoreTerms::key_of(rdf::TermId id) {
  {
    std::shared_lock const lock(mutex_);
    if (auto const known = keys_.find(id.raw()); known != keys_.end()) return known->second;
  }
  std::unique_lock const lock(mutex_);
  auto const [place, added] = keys_.emplace(id.raw(), static_cast<TermKey>(ids_.size() + 1));
  if (added) ids_.push_back(id);
  return place->second;
}

rdf::TermId StoreTerms::id_of(TermKey key) const {
  std::shared_lock const lock(mutex_);
  check(key != no_term && key <= ids_.size(), "a term's key was given out by these terms");
  return ids_[key - 1];
}

Fact StoreTerms::fact_of(rdf::IdQuad const& quad) {
  TermKey const graph = quad.graph == rdf::TermId::default_graph() ? no_term : key_of(quad.graph);
  return {graph, key_of(quad.subject), key_of(quad.predicate), key_of(quad.object)};
}

rdf::IdQuad StoreTerms::quad_of(Fact const& fact) const {
  return {id_of(fact.subject), id_of(fact.predicate), id_of(fact.object),
          fact.graph == no_term ? rdf::TermId::default_graph() : id_of(fact.graph)};
}

StoreReasoner::StoreReasoner(Call const& call, rdf::Store& store, rdf::Snapshot const& snapshot, Rules rules,
                             Regime regime, DerivationLimits const& limits)
    : terms_(store.dictionary()),
      reasoner_(std::make_unique<Reasoner>(call, std::move(rules), regime, terms_, limits)) {
  std::vector<Fact> facts;
  rdf::ScanOptions options;
  options.layers = rdf::Layers::stated;
  auto scan = snapshot.scan({}, rdf::Order::pso, std::move(options));
  while (scan.next()) {
    call.proceed();
    auto const& block = scan.block();
    for (std::size_t i = 0; i < block.rows; ++i) {
      facts.push_back(terms_.fact_of({block.column(rdf::Part::subject)[i], block.column(rdf::Part::predicate)[i],
                                      block.column(rdf::Part::object)[i], block.column(rdf::Part::graph)[i]}));
    }
  }
  (void)reasoner_->update(call, facts, {});
}

/// A literal as a subject is generalised RDF: it helps rules on their way, but is no statement.
bool StoreReasoner::can_be_shown(Fact const& fact) const {
  return !terms_.id_of(fact.subject).is_literal();
}

void StoreReasoner::replace_inferred(Call const& call, rdf::Transaction& transaction) const {
  call.proceed();
  transaction.clear({}, rdf::Layer::inferred);
  reasoner_->materialisation().for_each_inferred([&](Fact const& fact) {
    if (can_be_shown(fact)) transaction.insert(terms_.quad_of(fact), rdf::Layer::inferred);
  });
}

InferredChange StoreReasoner::follow(Call const& call, rdf::Transaction& transaction) {
  auto const stated = transaction.changes(rdf::Layer::stated);
  std::vector<Fact> insert, remove;
  for (auto const& quad : stated.added) insert.push_back(terms_.fact_of(quad));
  for (auto const& quad : stated.removed) remove.push_back(terms_.fact_of(quad));
  auto change = reasoner_->update(call, insert, remove);
  for (auto const& fact : change.removed) {
    if (can_be_shown(fact)) transaction.remove(terms_.quad_of(fact), rdf::Layer::inferred);
  }
  for (auto const& fact : change.added) {
    if (can_be_shown(fact)) transaction.insert(terms_.quad_of(fact), rdf::Layer::inferred);
  }
  return change;
}

Fact StoreReasoner::fact(rdf::QuadView const& quad) {
  return {quad.graph ? terms_.key(*quad.graph) : no_term, terms_.key(quad.subject), terms_.key(quad.predicate),
          terms_.key(quad.object)};
}

}  // namespace lepton::reason
