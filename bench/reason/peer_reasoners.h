#pragma once

#include <filesystem>
#include <span>

#include "reason/fact.h"
#include "reason/terms.h"
#include "vlog_rules.h"

namespace lepton::reason {

/// Runs gringo and Nemo, where they are installed, on the same rules and on the facts as numbers, in files of `folder`,
/// and prints what they took: programs `gringo` and `nmo`, or what LEPTON_GRINGO and LEPTON_NEMO name. Nemo must derive
/// as many facts as `derived`; a line says so when it does not.
void measure_peers(VlogRules const& rules, std::span<Fact const> facts, Terms const& terms, std::size_t derived,
                   std::filesystem::path const& folder);

}  // namespace lepton::reason
