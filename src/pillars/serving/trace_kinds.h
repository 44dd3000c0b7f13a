#pragma once

#include <map>
#include <string>

#include "access/assets.h"
#include "models/registry.h"
#include "serving/trace.h"

namespace lepton::serving {

/// What the pillars below tell a trace about their nodes: jobs, runs, model versions and dataset versions. The
/// arguments outlive it.
[[nodiscard]] std::map<std::string, Traces::NodeKind> trace_kinds(access::Assets const& assets,
                                                                  models::Registry const& registry);

}  // namespace lepton::serving
