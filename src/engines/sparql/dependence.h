#pragma once

#include "sparql/syntax_tree.h"

namespace lepton::sparql {

/// What an answer depends on, but for the data that the query is asked of.
struct Dependence {
  bool services = false;  ///< has a SERVICE, anywhere
  bool moment = false;    ///< has NOW, RAND, UUID or STRUUID, anywhere: each run gives another answer
};

[[nodiscard]] Dependence dependence_of(Query const& query);
[[nodiscard]] Dependence dependence_of(Update const& update);

}  // namespace lepton::sparql
