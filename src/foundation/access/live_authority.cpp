#include "access/live_authority.h"

#include "access/decision.h"

namespace lepton::access {

Decision LiveAuthority::decide(Call const& call, Action action, Asset const& asset) const {
  return access::decide(*snapshots_.current(), call, snapshots_.now(call.now()), action, asset);
}

Authority::Permit LiveAuthority::require(db::Transaction& tx, Call const& call, Action action, Address const& address,
                                         std::string const& kind) const {
  return require_found(tx, call, action, address, kind);
}

Authority::Permit LiveAuthority::require_any(db::Transaction& tx, Call const& call, Action action,
                                             Address const& address) const {
  return require_found(tx, call, action, address, "");
}

Authority::Permit LiveAuthority::require_found(db::Transaction& tx, Call const& call, Action action,
                                               Address const& address, std::string const& kind) const {
  // One sentence for what is absent and what is hidden.
  auto const absent = [&] {
    return not_found("there is no " + (kind.empty() ? "asset" : kind) + " '" + address.asset().str() +
                     "', or you may not see it");
  };
  auto asset = assets_.find(tx, address.asset());
  if (!asset || (!kind.empty() && asset->kind != kind)) throw absent();
  Decision decision = access::decide(*snapshots_.within(tx), call, snapshots_.now(call.now()), action, *asset);
  if (decision.allowed) return {*std::move(asset), std::move(decision)};

  AuditEvent event{.action = asset->kind + "." + std::string(enum_name(action)),
                   .subject = asset->address().str(),
                   .allowed = false,
                   .grounds = decision.grounds,
                   .details = {{"refusal", decision.refusal}}};
  record_refusal(call, std::move(event));
  if (!decision.discoverable) throw absent();
  throw denied("you may not " + std::string(enum_name(action)) + " " + asset->address().str() + ": " + decision.refusal)
      .with_access_request(asset->address().str());
}

bool LiveAuthority::has_role(Call const& call, std::string const& department, std::string const& role) const {
  return access::has_role(*snapshots_.current(), call, department, role);
}

void LiveAuthority::require_role(Call const& call, std::string const& department, std::string const& role) const {
  if (has_role(call, department, role)) return;
  record_refusal(call, {.action = "role." + role,
                        .subject = department.empty() ? "platform" : department,
                        .allowed = false,
                        .department = department});
  throw denied(department.empty() ? "only the platform's " + role + " may do this"
                                  : "you are not " + std::string(role == "admin" ? "an " : "a ") + role +
                                        " of department " + department);
}

void LiveAuthority::record_refusal(Call const& call, AuditEvent event) const {
  // Queued, because the caller may hold the only writer; a refusal changes nothing that a crash could tear from it.
  database_.enqueue_write(
      [&audit = audit_, call, event = std::move(event)](db::Transaction& tx) { audit.append(tx, call, event); },
      [](std::exception_ptr) {});
}

}  // namespace lepton::access
