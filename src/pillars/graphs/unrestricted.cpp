#include "graphs/unrestricted.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::graphs {

void require_unrestricted(access::Decision const& decision, std::string const& address) {
  if (decision.obligations.none()) return;
  throw denied(
      fmt::format("a policy asks for row filters, masks or smallest groups on {}, which a graph cannot be read "
                  "under: ask its owner for a part of the graph",
                  address))
      .with_reason("obligations");
}

}  // namespace lepton::graphs
