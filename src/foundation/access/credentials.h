#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/audit.h"
#include "access/directory.h"
#include "access/live_authority.h"
#include "access/login_limiter.h"
#include "access/password.h"
#include "access/snapshots.h"
#include "base/guarded.h"

namespace lepton::access {

enum class CredentialKind { key, session, bootstrap };

/// What is known of a key or session; its secret is not: of that only a SHA-256 is stored.
struct Credential {
  CredentialId id;
  CredentialKind kind = CredentialKind::key;
  std::string prefix;     ///< "lk_3x7…": names the credential in lists and logs
  PrincipalId principal;  ///< empty for the bootstrap token
  std::string principal_name;
  std::string name;
  std::vector<std::string> scopes;  ///< action.h
  std::string created_by;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> revoked_at;
};

/// A credential at the only moment when its token can be seen.
struct IssuedCredential {
  Credential credential;
  std::string token;  ///< "lk_<prefix>_<secret>": goes into "Authorization: Bearer …"
};

struct CredentialOptions {
  PasswordCost password_cost;
  Duration session_lifetime = std::chrono::hours(12);
  Duration bootstrap_lifetime = std::chrono::hours(24);
};

/// Passwords, sessions, API keys and the token of the first start. Any thread may call; functions open their own
/// transactions. authenticate() answers from memory after a token's first use; what a commit changes holds for the next
/// call, and expiry is checked by the clock on each. Scoped credentials manage no credentials.
class Credentials {
 public:
  Credentials(db::Database& database, Snapshots& snapshots, LiveAuthority const& authority, Audit& audit,
              Clock const& clock, CredentialOptions options = {});

  /// From the value of the Authorization header: "Bearer <token>", or "Basic" with the token as password (for clients
  /// that know nothing else). Throws Error{unauthenticated}: an unknown token and a wrong secret in the same words,
  /// expired and revoked ones in words of their own.
  [[nodiscard]] Principal authenticate(std::string_view authorization) const;
  /// The same without touching the database: for threads that must not block. Empty when the token was not used lately.
  [[nodiscard]] std::optional<Principal> find_cached(std::string_view authorization) const;

  /// A session for the right name and password, after the same time for a wrong one and for a name that does not exist.
  IssuedCredential login(Call const& call, std::string const& name, std::string const& password);
  /// Ends the session that the call came with.
  void logout(Call const& call);
  /// Of oneself with the current password, or of somebody else as platform admin. Ends the user's sessions.
  void set_password(Call const& call, std::string const& name, std::string const& password,
                    std::string const& current = "");

  /// For NewMember::password_hash. Throws Error{invalid} for a password that will not do.
  [[nodiscard]] std::string hash(std::string const& password) const;

  struct NewKey {
    std::string principal;  ///< oneself, or a service account of a department whose steward one is
    std::string name;       ///< for people: "loan-system"
    std::vector<std::string> scopes;
    std::optional<Duration> valid_for;  ///< default 365d, at most 3650d
  };
  IssuedCredential create_key(Call const& call, NewKey const& key);
  /// A new key with the same name, scopes and lifetime; the old one works for `overlap` longer.
  IssuedCredential rotate_key(Call const& call, CredentialId const& id, Duration overlap);
  void revoke(Call const& call, CredentialId const& id);
  /// Not the sessions. Of one principal; newest first.
  [[nodiscard]] std::vector<Credential> keys(Call const& call, std::string const& principal) const;

  /// For the platform: a key for work it does on somebody's behalf (a job), limited to `scopes` and `expires_at`.
  IssuedCredential issue(db::Transaction& tx, Call const& call, PrincipalId const& principal, std::string const& name,
                         std::vector<std::string> const& scopes, Timestamp expires_at);
  void revoke(db::Transaction& tx, Call const& call, CredentialId const& id);

  /// While nobody is platform admin: a fresh one-time token (older ones stop working) for redeem(). Otherwise empty.
  [[nodiscard]] std::optional<std::string> bootstrap(Call const& call);
  /// Creates the first platform admin and logs them in.
  IssuedCredential redeem(Call const& call, std::string const& token, std::string const& name,
                          std::string const& password);
  /// Forgets what another server on the same database has ended: see Access::refresh.
  void refresh() const;

 private:
  struct Known {
    Credential credential;
    std::string hash;
  };
  using Cache = std::unordered_map<std::string, std::shared_ptr<Known const>>;

  enum class Source { memory, database };
  [[nodiscard]] std::shared_ptr<Known const> find(std::string const& prefix, Source source) const;
  /// Null only when it is not in memory and nothing else may be asked.
  [[nodiscard]] std::shared_ptr<Known const> verified(std::string_view token, Source source) const;
  [[nodiscard]] std::optional<Principal> principal_for(std::string_view authorization, Source source) const;
  IssuedCredential insert(db::Transaction& tx, Call const& call, CredentialKind kind, PrincipalId const& principal,
                          std::string const& principal_name, std::string const& name,
                          std::vector<std::string> const& scopes, Timestamp expires_at);
  void forget_after_commit(db::Transaction& tx, std::string const& prefix);
  void end_sessions(db::Transaction& tx, Call const& call, PrincipalId const& principal);
  void require_may_manage(Call const& call, Member const& owner) const;
  void check_password(Call const& call, std::string const& name, std::string const& password);

  db::Database& database_;
  Snapshots& snapshots_;
  LiveAuthority const& authority_;
  Audit& audit_;
  Clock const& clock_;
  CredentialOptions options_;
  std::once_flag decoy_made_;
  std::string decoy_hash_;  ///< what a password is checked against when there is no such user
  LoginLimiter limiter_;
  mutable Guarded<Cache> cache_;
  mutable std::atomic<std::uint64_t> generation_{0};  ///< grows with each invalidation
  mutable std::atomic<std::int64_t> epoch_{0};        ///< of the database's credentials, as refresh() saw it
};

}  // namespace lepton::access
