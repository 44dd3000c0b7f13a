#include "graphs/loaded_shapes.h"

#include "graphs/document_sink.h"
#include "rdf/parse.h"

namespace lepton::graphs {

std::shared_ptr<reason::Shapes const> LoadedShapes::get(Call const& call, std::shared_ptr<rdf::Store> const& store,
                                                        rdf::Transaction& transaction,
                                                        std::vector<TextVersion> const& shapes) {
  std::string digests;
  for (auto const& one : shapes) digests += one.digest + " ";
  {
    auto kept = kept_.lock();
    for (auto it = kept->begin(); it != kept->end(); ++it) {
      if (it->store != store || it->digests != digests) continue;
      kept->splice(kept->begin(), *kept, it);
      return it->shapes;
    }
  }
  // A graph that no document can name holds them for a moment.
  auto const graph = transaction.dictionary().fresh_blank();
  for (auto const& one : shapes) {
    rdf::StringSource source(one.text);
    DocumentSink sink(transaction, graph);
    rdf::parse(call, rdf::Syntax::turtle, source, sink);
  }
  auto const loaded =
      std::make_shared<reason::Shapes const>(call, reason::GraphView(transaction.view(), store->dictionary(), graph));
  transaction.clear({{}, {}, {}, graph});
  auto kept = kept_.lock();
  kept->push_front({store, std::move(digests), loaded});
  if (kept->size() > most) kept->pop_back();
  return loaded;
}

void LoadedShapes::forget(std::shared_ptr<rdf::Store> const& store) {
  auto kept = kept_.lock();
  kept->remove_if([&](One const& one) { return one.store == store; });
}

}  // namespace lepton::graphs
