#include "reason/store_reasoner.h"

#include <algorithm>
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
                             Regime regime, DerivationLimits const& limits, std::vector<rdf::TermId> closed_graphs)
    : closed_graphs_(std::move(closed_graphs)),
      terms_(store.dictionary()),
      reasoner_(std::make_unique<Reasoner>(call, std::move(rules), regime, terms_, limits)) {
  std::sort(closed_graphs_.begin(), closed_graphs_.end());
  std::vector<Fact> facts;
  rdf::ScanOptions options;
  options.layers = rdf::Layers::stated;
  auto scan = snapshot.scan({}, rdf::Order::pso, std::move(options));
  while (scan.next()) {
    call.proceed();
    auto const& block = scan.block();
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (is_closed(block.column(rdf::Part::graph)[i])) continue;
      facts.push_back(terms_.fact_of({block.column(rdf::Part::subject)[i], block.column(rdf::Part::predicate)[i],
                                      block.column(rdf::Part::object)[i], block.column(rdf::Part::graph)[i]}));
    }
  }
  (void)reasoner_->update(call, facts, {});
}

bool StoreReasoner::is_closed(rdf::TermId graph) const {
  return std::binary_search(closed_graphs_.begin(), closed_graphs_.end(), graph);
}

/// Literals as subjects, or anything but IRIs as predicates, are generalised RDF: they help rules on their way, but are
/// no statements.
bool StoreReasoner::can_be_shown(Fact const& fact) const {
  auto const quad = terms_.quad_of(fact);
  return !quad.subject.is_literal() && quad.predicate.kind() == rdf::IdKind::iri && !quad.graph.is_literal() &&
         !is_closed(quad.graph);
}

/// What is there already stays untouched: each quad that is touched costs the transaction a look-up.
void StoreReasoner::replace_inferred(Call const& call, rdf::Transaction& transaction) const {
  std::vector<rdf::IdQuad> wanted, gone;
  reasoner_->materialisation().for_each_inferred([&](Fact const& fact) {
    if (can_be_shown(fact)) wanted.push_back(terms_.quad_of(fact));
  });
  std::sort(wanted.begin(), wanted.end());
  std::vector<bool> there(wanted.size(), false);
  rdf::ScanOptions options;
  options.layers = rdf::Layers::inferred;
  auto const view = transaction.view();
  auto scan = view.scan({}, rdf::Order::spo, std::move(options));
  while (scan.next()) {
    call.proceed();
    auto const& block = scan.block();
    for (std::size_t i = 0; i < block.rows; ++i) {
      rdf::IdQuad const quad{block.column(rdf::Part::subject)[i], block.column(rdf::Part::predicate)[i],
                             block.column(rdf::Part::object)[i], block.column(rdf::Part::graph)[i]};
      auto const place = std::lower_bound(wanted.begin(), wanted.end(), quad);
      if (place != wanted.end() && *place == quad) {
        there[static_cast<std::size_t>(place - wanted.begin())] = true;
      } else {
        gone.push_back(quad);
      }
    }
  }
  for (auto const& quad : gone) transaction.remove(quad, rdf::Layer::inferred);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!there[i]) transaction.insert(wanted[i], rdf::Layer::inferred);
  }
}

Followed StoreReasoner::follow(Call const& call, rdf::Transaction& transaction) {
  auto const stated = transaction.changes(rdf::Layer::stated);
  Followed followed;
  for (auto const& quad : stated.added)
    if (!is_closed(quad.graph)) followed.inserted.push_back(terms_.fact_of(quad));
  for (auto const& quad : stated.removed)
    if (!is_closed(quad.graph)) followed.removed.push_back(terms_.fact_of(quad));
  followed.inferred = reasoner_->update(call, followed.inserted, followed.removed);
  for (auto const& fact : followed.inferred.removed) {
    if (can_be_shown(fact)) transaction.remove(terms_.quad_of(fact), rdf::Layer::inferred);
  }
  for (auto const& fact : followed.inferred.added) {
    if (can_be_shown(fact)) transaction.insert(terms_.quad_of(fact), rdf::Layer::inferred);
  }
  return followed;
}

void StoreReasoner::take_back(Call const& call, Followed const& followed) {
  (void)reasoner_->update(call, followed.removed, followed.inserted);
}

Fact StoreReasoner::fact(rdf::QuadView const& quad) {
  return {quad.graph ? terms_.key(*quad.graph) : no_term, terms_.key(quad.subject), terms_.key(quad.predicate),
          terms_.key(quad.object)};
}

}  // namespace lepton::reason
