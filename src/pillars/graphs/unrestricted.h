#pragma once

#include <string>

#include "access/authority.h"

namespace lepton::graphs {

/// Row filters, masks and smallest groups are about tables: a graph that a policy puts under one is shut. Throws
/// Error{denied, "obligations"}.
void require_unrestricted(access::Decision const& decision, std::string const& address);

}  // namespace lepton::graphs
