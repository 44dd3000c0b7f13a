#pragma once

#include <vector>

#include "access/address.h"
#include "access/authority.h"
#include "base/call.h"
#include "runtime/signature.h"
#include "serving/deployment.h"
#include "serving/sources.h"

namespace lepton::serving {

/// What a deployment reads by itself, as it will read it: the spec with versions and columns in it, and what allowed
/// the service accounts to read.
struct PinnedReads {
  DeploymentSpec spec;
  std::vector<access::Ground> lookup;
  std::vector<access::Ground> facts;
};

/// Asks the sources in the names of the spec's service accounts, which must be of the deployment's department, and
/// which the caller must be allowed to act as. Throws Error{invalid} that points to the field, what the sources throw,
/// and {unavailable} where there is no source.
[[nodiscard]] PinnedReads pin_reads(Call const& call, access::Address const& deployment, DeploymentSpec const& spec,
                                    ServiceCalls const* accounts, RecordSource const* records, FactSource const* facts);
/// Throws Error{invalid} when facts are no inputs of the model.
void require_inputs(DeploymentSpec const& spec, runtime::Signature const& signature);

}  // namespace lepton::serving
