#pragma once

#include "access/address.h"
#include "base/call.h"
#include "graphs/graph.h"

namespace lepton::graphs {

struct View;

/// A graph that is no asset: nobody loads, changes or shares it, because it shows something that is kept elsewhere.
/// Whoever may log in may read it; what they see there, it decides itself. Any thread may call.
class BuiltInGraph {
 public:
  virtual ~BuiltInGraph() = default;
  [[nodiscard]] virtual access::Address const& address() const = 0;
  [[nodiscard]] virtual Graph about(Call const& call) = 0;
  [[nodiscard]] virtual View open(Call const& call) = 0;
};

}  // namespace lepton::graphs
