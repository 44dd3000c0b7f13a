#include "reason/equality.h"

#include "reason/value.h"

namespace lepton::reason {

namespace {

/// Lower is better to represent others: only an IRI can stand everywhere.
int rank(rdf::Term const& term) {
  return term.kind == rdf::TermKind::iri ? 0 : (term.kind == rdf::TermKind::blank ? 1 : 2);
}

}  // namespace

std::vector<TermKey> Equality::members(TermKey normal) const {
  auto const found = classes_.find(normal);
  return found == classes_.end() ? std::vector{normal} : found->second;
}

Equality::Merged Equality::merge(TermKey a, TermKey b, Terms const& terms) {
  a = normal(a);
  b = normal(b);
  if (a == b) return Merged::same_already;
  auto ours = members(a);
  auto theirs = members(b);
  for (TermKey const x : ours) {
    auto const one = value_of(terms.term(x));
    if (rank(terms.term(x)) != 2) continue;
    for (TermKey const y : theirs) {
      if (rank(terms.term(y)) == 2 && equal_values(one, value_of(terms.term(y))) == false) return Merged::conflict;
    }
  }
  auto const order = [&](TermKey x, std::size_t size) {
    return std::tuple(rank(terms.term(x)), -static_cast<long>(size), x);
  };
  if (order(b, theirs.size()) < order(a, ours.size())) {
    std::swap(a, b);
    std::swap(ours, theirs);
  }
  for (TermKey const member : theirs) representative_[member] = a;
  representative_[a] = a;
  ours.insert(ours.end(), theirs.begin(), theirs.end());
  classes_.erase(b);
  classes_[a] = std::move(ours);
  return Merged::merged;
}

void Equality::expand(Fact const& fact, std::function<void(Fact const&)> const& visit) const {
  if (classes_.empty()) return visit(fact);
  for (TermKey const subject : members(fact.subject)) {
    for (TermKey const predicate : members(fact.predicate)) {
      for (TermKey const object : members(fact.object)) visit({fact.graph, subject, predicate, object});
    }
  }
}

}  // namespace lepton::reason
