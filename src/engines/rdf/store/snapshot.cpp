#include "rdf/store/snapshot.h"

#include <algorithm>
#include <map>

#include "rdf/store/scan_source.h"
#include "rdf/store/version.h"

namespace lepton::rdf {

Snapshot::Snapshot(std::shared_ptr<Version const> version, Dictionary const& dictionary)
    : version_(std::move(version)), dictionary_(&dictionary) {}

std::uint64_t Snapshot::version() const {
  return version_->number();
}

Scan Snapshot::scan(QuadPattern const& pattern, Order order, ScanOptions options) const {
  return Scan(std::make_unique<ScanSource>(version_, pattern, order, std::move(options)));
}

Order Snapshot::order_for(QuadPattern const& pattern) {
  bool const s = pattern.subject.defined();
  bool const p = pattern.predicate.defined();
  bool const o = pattern.object.defined();
  if (pattern.graph.defined() && !o && (s || !p)) return Order::gspo;
  if (s) return o && !p ? Order::osp : Order::spo;
  if (p) return o ? Order::pos : Order::pso;
  return o ? Order::osp : Order::spo;
}

std::uint64_t Snapshot::count(QuadPattern const& pattern, Layers layers) const {
  QuadPattern wanted = pattern;
  if (wanted.graph.defined()) {
    auto const graphs = named_graphs();
    bool const has_default = version_->tally(Order::gspo, {{TermId::default_graph()}, 1}).both > 0;
    if (graphs.size() + (has_default ? 1 : 0) <= 1) {
      // The one graph that there is.
      if (wanted.graph != (has_default ? TermId::default_graph() : graphs.empty() ? TermId() : graphs[0])) return 0;
      wanted.graph = {};
    }
  }
  Order const order = order_for(wanted);
  Prefix const prefix = bound_prefix(wanted, order);
  std::size_t bound = 0;
  for (Part const part : parts_of(order)) bound += wanted.part(part).defined() ? 1 : 0;
  if (bound == prefix.length) return static_cast<std::uint64_t>(version_->tally(order, prefix).of(layers));
  std::uint64_t rows = 0;
  ScanOptions options;
  options.layers = layers;
  for (Scan rest = scan(wanted, order, options); rest.next();) rows += rest.block().rows;
  return rows;
}

bool Snapshot::contains(IdQuad const& quad, Layers layers) const {
  return (version_->layers_of(quad) & static_cast<std::uint8_t>(layers)) != 0;
}

std::vector<PredicateStatistics> Snapshot::predicates() const {
  std::map<TermId, PredicateStatistics> sums;
  for (auto const& run : version_->runs()) {
    for (PredicateTally const& tally : run->predicates()) {
      PredicateStatistics& sum = sums[tally.predicate];
      sum.triples += static_cast<std::uint64_t>(tally.quads.both);  // wraps, and back, where a run removes
      sum.subjects += tally.subjects;
      sum.objects += tally.objects;
    }
  }
  std::vector<PredicateStatistics> all;
  for (auto& [predicate, sum] : sums) {
    if (sum.triples == 0) continue;
    sum.predicate = predicate;
    sum.subjects = std::min(sum.subjects, sum.triples);
    sum.objects = std::min(sum.objects, sum.triples);
    all.push_back(sum);
  }
  return all;
}

PredicateStatistics Snapshot::predicate(TermId predicate) const {
  PredicateStatistics sum{predicate};
  for (auto const& run : version_->runs()) {
    auto const& tallies = run->predicates();
    auto const found = std::lower_bound(tallies.begin(), tallies.end(), predicate,
                                        [](PredicateTally const& tally, TermId id) { return tally.predicate < id; });
    if (found == tallies.end() || found->predicate != predicate) continue;
    sum.triples += static_cast<std::uint64_t>(found->quads.both);
    sum.subjects += found->subjects;
    sum.objects += found->objects;
  }
  sum.subjects = std::min(sum.subjects, sum.triples);
  sum.objects = std::min(sum.objects, sum.triples);
  return sum;
}

std::vector<TermId> Snapshot::named_graphs(Layers layers) const {
  std::map<TermId, Tally> sums;
  for (auto const& run : version_->runs())
    for (GraphTally const& tally : run->graphs()) sums[tally.graph] += tally.quads;
  std::vector<TermId> graphs;
  for (auto const& [graph, tally] : sums)
    if (graph != TermId::default_graph() && tally.of(layers) > 0) graphs.push_back(graph);
  return graphs;
}

}  // namespace lepton::rdf
