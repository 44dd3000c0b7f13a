#include "serving/pinned_reads.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::serving {
namespace {

/// The account's call, for those who may make it.
Call account_call(Call const& call, access::Address const& deployment, ServiceCalls const& accounts,
                  std::string const& account, std::string const& purpose, std::string const& pointer) {
  Call service = accounts.as(call, account, purpose);
  if (service.principal.type != PrincipalType::service_account || service.principal.department != deployment.department)
    throw invalid(
        fmt::format("{}: expected a service account of {}, found \"{}\"", pointer, deployment.department, account),
        {{pointer, "is not a service account of " + deployment.department}});
  accounts.require_acting(call, service.principal.name);
  return service;
}

}  // namespace

PinnedReads pin_reads(Call const& call, access::Address const& deployment, DeploymentSpec const& spec,
                      ServiceCalls const* accounts, RecordSource const* records, FactSource const* facts) {
  PinnedReads pinned{.spec = spec, .lookup = {}, .facts = {}};
  if (auto& lookup = pinned.spec.lookup) {
    if (records == nullptr || accounts == nullptr) throw unavailable("this server looks up no records");
    auto const service =
        account_call(call, deployment, *accounts, lookup->service_account, lookup->purpose, "/lookup/service_account");
    auto const pin = records->pin(service, access::parse_address(lookup->dataset));
    lookup->dataset = pin.version.str();
    pinned.lookup = pin.grounds;
  }
  if (auto& asked = pinned.spec.facts) {
    if (facts == nullptr || accounts == nullptr) throw unavailable("this server looks up no facts");
    auto const service =
        account_call(call, deployment, *accounts, asked->service_account, asked->purpose, "/facts/service_account");
    auto pin = facts->pin(service, *asked);
    asked->columns = std::move(pin.columns);
    pinned.facts = std::move(pin.grounds);
  }
  return pinned;
}

void require_inputs(DeploymentSpec const& spec, runtime::Signature const& signature) {
  if (!spec.facts) return;
  for (auto const& column : spec.facts->columns) {
    if (signature.find_input(column)) continue;
    std::vector<std::string> names;
    for (auto const& input : signature.inputs) names.push_back(input.name);
    auto const problem =
        fmt::format("answers with ?{}, which is no input of {}; it has {}", column, spec.model, fmt::join(names, ", "));
    throw invalid("/facts/query " + problem, {{"/facts/query", problem}});
  }
}

}  // namespace lepton::serving
