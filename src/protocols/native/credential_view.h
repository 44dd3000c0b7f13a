#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/credentials.h"
#include "base/fields.h"

namespace lepton::native {

/// A key or session; `token` only in the one answer that issues it.
struct CredentialView {
  std::string id, prefix, principal, name, created_by;
  std::vector<std::string> scopes;
  Timestamp created_at;
  std::optional<Timestamp> expires_at, revoked_at;
  std::optional<std::string> token;

  CredentialView() = default;
  explicit CredentialView(access::Credential const& credential)
      : id(credential.id.str()),
        prefix(credential.prefix),
        principal(credential.principal_name),
        name(credential.name),
        created_by(credential.created_by),
        scopes(credential.scopes),
        created_at(credential.created_at),
        expires_at(credential.expires_at),
        revoked_at(credential.revoked_at) {}
  explicit CredentialView(access::IssuedCredential const& issued) : CredentialView(issued.credential) {
    token = issued.token;
  }

  static constexpr auto fields() {
    return std::tuple{required("id", &CredentialView::id, "for rotate and revoke"),
                      required("prefix", &CredentialView::prefix, "the part of the token that may be shown"),
                      required("principal", &CredentialView::principal, "whom it proves"),
                      required("name", &CredentialView::name, "for people"),
                      optional("scopes", &CredentialView::scopes, "what it is limited to; empty: no limit"),
                      optional("created_by", &CredentialView::created_by, "who issued it"),
                      required("created_at", &CredentialView::created_at, "when"),
                      optional("expires_at", &CredentialView::expires_at, "until when it works"),
                      optional("revoked_at", &CredentialView::revoked_at, "since when it does not"),
                      optional("token", &CredentialView::token, "the secret, shown this once")};
  }
};

}  // namespace lepton::native
