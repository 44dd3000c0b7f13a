#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/guarded.h"
#include "graphs/text_version.h"
#include "rdf/store/store.h"
#include "reason/shacl_shapes.h"

namespace lepton::graphs {

/// Shapes as they are read for one store, whose ids they speak in; the latest used are kept. Any thread may call.
class LoadedShapes {
 public:
  /// Works inside the transaction and leaves nothing in it.
  [[nodiscard]] std::shared_ptr<reason::Shapes const> get(Call const& call, std::shared_ptr<rdf::Store> const& store,
                                                          rdf::Transaction& transaction,
                                                          std::vector<TextVersion> const& shapes);
  void forget(std::shared_ptr<rdf::Store> const& store);

 private:
  struct One {
    std::shared_ptr<rdf::Store> store;  // shared: while it is held, no other store has its address
    std::string digests;
    std::shared_ptr<reason::Shapes const> shapes;  // shared: used outside the lock
  };
  static constexpr std::size_t most = 16;
  Guarded<std::list<One>> kept_;
};

}  // namespace lepton::graphs
