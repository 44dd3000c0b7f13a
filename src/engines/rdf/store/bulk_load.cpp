#include "rdf/store/bulk_load.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/random.h"

namespace lepton::rdf {

BulkLoad::BulkLoad(Call const& call, StoreState& store, LoadOptions const& options)
    : dictionary_(store.dictionary), changes_(store, call), options_(options), scope_(to_hex(random_bytes(8))) {}

TermId BulkLoad::id_of(TermView const& term) {
  if (!term.is_blank() || !options_.fresh_blank_nodes) return dictionary_.intern(term);
  label_ = fmt::format("b{}_{}", scope_, term.value);
  return dictionary_.intern(blank_view(label_));
}

TermId BulkLoad::recent_id(Recent& recent, TermView const& term) {
  if (recent.id.defined() && recent.term.view() == term) return recent.id;
  recent.id = id_of(term);
  recent.term = Term(term);
  return recent.id;
}

void BulkLoad::quad(QuadView const& quad) {
  ++read_;
  std::string_view const predicate = quad.predicate.value;
  std::size_t const place =
      predicate.empty() ? 0
                        : (predicate.size() * 7 + static_cast<unsigned char>(predicate.back())) % predicates_.size();
  TermId graph = options_.graph.defined() ? options_.graph : TermId::default_graph();
  if (quad.graph) graph = recent_id(graph_, *quad.graph);
  IdQuad const ids{recent_id(subject_, quad.subject), recent_id(predicates_[place], quad.predicate), id_of(quad.object),
                   graph};
  changes_.set(ids, options_.layer, true);
}

LoadResult BulkLoad::commit() {
  changes_.write_out();
  auto const layers = static_cast<Layers>(options_.layer);
  std::int64_t const before = changes_.base()->tally(Order::spo, {}).of(layers);
  std::int64_t const after = changes_.version()->tally(Order::spo, {}).of(layers);
  return {changes_.commit(), read_, static_cast<std::uint64_t>(after - before)};
}

}  // namespace lepton::rdf
