#include "access/credentials.h"

#include "access/stored.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"

namespace lepton::access {
namespace {

constexpr std::size_t kPrefixBytes = 10;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kMostCached = 100'000;
constexpr Duration kDefaultKeyLifetime = std::chrono::hours(24) * 365;
constexpr Duration kLongestKeyLifetime = std::chrono::hours(24) * 3650;

constexpr std::string_view kSelectCredential =
    "SELECT c.id, c.kind, c.prefix, c.principal_id, p.name, c.name, c.scopes, c.created_by, c.created_at, "
    "c.expires_at, c.revoked_at, c.hash FROM access_credentials c LEFT JOIN access_principals p ON "
    "p.id = c.principal_id ";

std::string_view kind_name(CredentialKind kind) {
  return kind == CredentialKind::key ? "key" : kind == CredentialKind::session ? "session" : "bootstrap";
}

std::string_view token_mark(CredentialKind kind) {
  return kind == CredentialKind::key ? "lk_" : kind == CredentialKind::session ? "ls_" : "lb_";
}

Credential credential_of(db::Row const& row) {
  std::string const& kind = row.text(1);
  return {.id = row.id<CredentialId>(0),
          .kind = kind == "key"       ? CredentialKind::key
                  : kind == "session" ? CredentialKind::session
                                      : CredentialKind::bootstrap,
          .prefix = row.text(2),
          .principal = PrincipalId(row.maybe_text(3).value_or("")),
          .principal_name = row.maybe_text(4).value_or(""),
          .name = row.text(5),
          .scopes = from_stored<std::vector<std::string>>(row.text(6)),
          .created_by = row.text(7),
          .created_at = row.timestamp(8),
          .expires_at = row.maybe_timestamp(9),
          .revoked_at = row.maybe_timestamp(10)};
}

Error unknown_token() {
  return unauthenticated("the key or session is not known: log in again, or use a key that is valid");
}

/// The token inside "Bearer …" or "Basic …".
std::string token_in(std::string_view authorization) {
  auto const space = authorization.find(' ');
  std::string scheme(authorization.substr(0, space));
  for (char& c : scheme)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  if (space == std::string_view::npos || (scheme != "bearer" && scheme != "basic"))
    throw unauthenticated("log in: expected the header 'Authorization: Bearer <key or session token>'");
  std::string_view rest = authorization.substr(space);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (scheme == "bearer") return std::string(rest);
  auto const decoded = from_base64(rest);
  auto const colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) throw unauthenticated("the Basic credentials cannot be read");
  return decoded->substr(colon + 1);
}

std::string secret_hash(std::string_view secret) {
  return sha256(secret).hex();
}

bool has_admin(db::Transaction& tx) {
  return tx
      .find(
          "SELECT 1 FROM access_roles r JOIN access_principals p ON p.id = r.principal_id "
          "WHERE r.department = '' AND r.role = 'admin' AND p.disabled = 0")
      .has_value();
}

Credential get_credential(db::Transaction& tx, CredentialId const& id) {
  auto const row = tx.find(std::string(kSelectCredential) + "WHERE c.id = $1", {id});
  if (!row) throw not_found("there is no key '" + id.str() + "', or it is not yours to manage");
  return credential_of(*row);
}

void check_key(Credentials::NewKey const& key) {
  Details problems;
  if (key.name.empty() || key.name.size() > 200 || !is_utf8(key.name))
    problems.emplace("/name", "must say what the key is for, in at most 200 bytes");
  for (std::size_t i = 0; i < key.scopes.size(); ++i)
    if (auto problem = problem_with_scope(key.scopes[i]); !problem.empty())
      problems.emplace(json::pointer_to("/scopes", i), std::move(problem));
  if (key.valid_for && (*key.valid_for <= Duration(0) || *key.valid_for > kLongestKeyLifetime))
    problems.emplace("/valid_for", "must be more than 0 and at most 3650d");
  if (problems.empty()) return;
  std::string message = problems.begin()->first + " " + problems.begin()->second;
  throw invalid(message, std::move(problems));
}

}  // namespace

Credentials::Credentials(db::Database& database, Snapshots& snapshots, LiveAuthority const& authority, Audit& audit,
                         Clock const& clock, CredentialOptions options)
    : database_(database),
      snapshots_(snapshots),
      authority_(authority),
      audit_(audit),
      clock_(clock),
      options_(options),
      limiter_(clock) {}

std::shared_ptr<Credentials::Known const> Credentials::find(std::string const& prefix, Source source) const {
  {
    auto const cache = cache_.read();
    if (auto const found = cache->find(prefix); found != cache->end()) return found->second;
  }
  if (source == Source::memory) return nullptr;
  std::uint64_t const generation = generation_;
  auto known = database_.read(system_call(clock_), [&](db::Transaction& tx) -> std::shared_ptr<Known const> {
    auto const row = tx.find(std::string(kSelectCredential) + "WHERE c.prefix = $1", {prefix});
    return row ? std::make_shared<Known const>(Known{credential_of(*row), row->text(11)}) : nullptr;
  });
  if (!known) throw unknown_token();
  auto cache = cache_.lock();
  // What was read before a change that committed meanwhile is used once and not kept.
  if (generation == generation_) {
    if (cache->size() >= kMostCached) cache->clear();
    cache->emplace(prefix, known);
  }
  return known;
}

std::shared_ptr<Credentials::Known const> Credentials::verified(std::string_view token, Source source) const {
  auto const end = token.size() > 3 ? token.find('_', 3) : std::string_view::npos;
  if (end == std::string_view::npos || token.size() > 200 || !is_utf8(token)) throw unknown_token();
  auto known = find(std::string(token.substr(0, end)), source);
  if (!known) return nullptr;
  if (!equal_in_constant_time(secret_hash(token.substr(end + 1)), known->hash)) throw unknown_token();
  auto const& credential = known->credential;
  std::string const what(kind_name(credential.kind));
  if (credential.revoked_at)
    throw unauthenticated("the " + what + " was revoked at " + to_string(*credential.revoked_at))
        .with_reason("credential_revoked");
  if (credential.expires_at && *credential.expires_at <= snapshots_.now(clock_.wall()))
    throw unauthenticated("the " + what + " expired at " + to_string(*credential.expires_at))
        .with_reason("credential_expired");
  return known;
}

std::optional<Principal> Credentials::principal_for(std::string_view authorization, Source source) const {
  auto const known = verified(token_in(authorization), source);
  if (!known) return std::nullopt;
  auto const& credential = known->credential;
  if (credential.kind == CredentialKind::bootstrap)
    throw unauthenticated("this token only creates the first admin: redeem it");
  auto const found = snapshots_.current()->find_principal(credential.principal);
  if (!found) throw unauthenticated("the account is disabled");
  Principal principal = *found;
  principal.credential = credential.id;
  principal.credential_name =
      credential.kind == CredentialKind::key ? "key " + credential.name : std::string("session");
  principal.scopes = credential.scopes;
  return principal;
}

Principal Credentials::authenticate(std::string_view authorization) const {
  return *principal_for(authorization, Source::database);
}

std::optional<Principal> Credentials::find_cached(std::string_view authorization) const {
  return principal_for(authorization, Source::memory);
}

IssuedCredential Credentials::insert(db::Transaction& tx, Call const& call, CredentialKind kind,
                                     PrincipalId const& principal, std::string const& principal_name,
                                     std::string const& name, std::vector<std::string> const& scopes,
                                     Timestamp expires_at) {
  std::string const secret = to_base32(random_bytes(kSecretBytes));
  Credential credential{.id = CredentialId::random(),
                        .kind = kind,
                        .prefix = std::string(token_mark(kind)) + to_base32(random_bytes(kPrefixBytes)),
                        .principal = principal,
                        .principal_name = principal_name,
                        .name = name,
                        .scopes = scopes,
                        .created_by = call.principal.name,
                        .created_at = call.now(),
                        .expires_at = expires_at};
  auto const owner = principal.empty() ? std::nullopt : std::optional(principal);
  tx.execute(
      "INSERT INTO access_credentials (id, kind, prefix, hash, principal_id, name, scopes, created_by, created_at, "
      "expires_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)",
      {credential.id, kind_name(kind), credential.prefix, secret_hash(secret), owner, name, stored(scopes),
       credential.created_by, credential.created_at, expires_at});
  return {credential, credential.prefix + "_" + secret};
}

void Credentials::forget_after_commit(db::Transaction& tx, std::string const& prefix) {
  tx.execute("UPDATE access_epochs SET value = value + 1 WHERE name = 'credentials'");
  tx.after_commit([this, prefix] {
    auto cache = cache_.lock();
    ++generation_;
    cache->erase(prefix);
  });
}

void Credentials::refresh() const {
  auto const epoch = database_.read(system_call(clock_), [&](db::Transaction& tx) {
    return tx.find("SELECT value FROM access_epochs WHERE name = 'credentials'")->integer(0);
  });
  if (epoch_.exchange(epoch) == epoch) return;
  auto cache = cache_.lock();
  ++generation_;
  cache->clear();
}

void Credentials::check_password(Call const& call, std::string const& name, std::string const& password) {
  limiter_.check(name, call.peer_address);
  auto const hash = database_.read(call, [&](db::Transaction& tx) {
    auto const row = tx.find(
        "SELECT password_hash FROM access_principals WHERE name = $1 AND type = 'user' AND disabled = 0", {name});
    return row ? row->maybe_text(0) : std::nullopt;
  });
  // Made at the first login and not at the start, which has to be quick.
  std::call_once(decoy_made_, [&] { decoy_hash_ = hash_password("nobody has this password", options_.password_cost); });
  bool const right = verify_password(password, hash.value_or(decoy_hash_)) && hash.has_value();
  if (right) return limiter_.succeeded(name, call.peer_address);
  limiter_.failed(name, call.peer_address);
  database_.write(call, [&](db::Transaction& tx) {
    audit_.append(tx, call,
                  {.action = "session.login", .subject = is_name(name) ? name : "(not a name)", .allowed = false});
  });
  throw unauthenticated("the name or the password is wrong");
}

IssuedCredential Credentials::login(Call const& call, std::string const& name, std::string const& password) {
  check_password(call, name, password);
  return database_.write(call, [&](db::Transaction& tx) {
    Member const user = get_member(tx, name);
    auto issued =
        insert(tx, call, CredentialKind::session, user.id, name, "session", {}, call.now() + options_.session_lifetime);
    audit_.append(tx, call, {.action = "session.login", .subject = name});
    return issued;
  });
}

void Credentials::logout(Call const& call) {
  if (call.principal.credential.empty()) throw unauthenticated("the call came without a session");
  database_.write(call, [&](db::Transaction& tx) {
    Credential const session = get_credential(tx, call.principal.credential);
    if (session.kind != CredentialKind::session) throw invalid("the call came with a key: revoke it instead");
    tx.execute("UPDATE access_credentials SET revoked_at = $1 WHERE id = $2", {call.now(), session.id});
    forget_after_commit(tx, session.prefix);
    audit_.append(tx, call, {.action = "session.logout", .subject = call.principal.name});
  });
}

void Credentials::end_sessions(db::Transaction& tx, Call const& call, PrincipalId const& principal) {
  for (auto const& row : tx.query("UPDATE access_credentials SET revoked_at = $1 WHERE principal_id = $2 AND kind = "
                                  "'session' AND revoked_at IS NULL RETURNING prefix",
                                  {call.now(), principal}))
    forget_after_commit(tx, row.text(0));
}

std::string Credentials::hash(std::string const& password) const {
  if (auto const problem = problem_with_password(password); !problem.empty())
    throw invalid(problem, {{"/password", problem}});
  return hash_password(password, options_.password_cost);
}

void Credentials::set_password(Call const& call, std::string const& name, std::string const& password,
                               std::string const& current) {
  if (name == call.principal.name) {
    if (!call.principal.scopes.empty()) throw denied("a scoped key does not change passwords");
    check_password(call, name, current);
  } else {
    authority_.require_role(call, "", "admin");
  }
  std::string const hashed = hash(password);
  database_.write(call, [&](db::Transaction& tx) {
    Member const user = get_member(tx, name);
    if (user.type != PrincipalType::user) throw invalid("only users have passwords: create a key for '" + name + "'");
    tx.execute("UPDATE access_principals SET password_hash = $1 WHERE id = $2", {hashed, user.id});
    end_sessions(tx, call, user.id);
    audit_.append(tx, call, {.action = "principal.set_password", .subject = name, .department = user.department});
  });
}

void Credentials::require_may_manage(Call const& call, Member const& owner) const {
  if (call.principal.type == PrincipalType::system) return;
  if (!call.principal.scopes.empty()) throw denied("a scoped key manages no keys: log in");
  if (owner.id == call.principal.id) return;
  if (owner.type != PrincipalType::service_account)
    throw denied("keys are created by their owner, those of service accounts by their department's stewards");
  authority_.require_role(call, owner.department, owner.department.empty() ? "admin" : "steward");
}

IssuedCredential Credentials::create_key(Call const& call, NewKey const& key) {
  check_key(key);
  return database_.write(call, [&](db::Transaction& tx) {
    Member const owner = get_member(tx, key.principal);
    require_may_manage(call, owner);
    if (owner.type == PrincipalType::group) throw invalid("groups have no keys", {{"/principal", "is a group"}});
    auto issued = insert(tx, call, CredentialKind::key, owner.id, owner.name, key.name, key.scopes,
                         call.now() + key.valid_for.value_or(kDefaultKeyLifetime));
    audit_.append(tx, call,
                  {.action = "key.create",
                   .subject = owner.name,
                   .details = {{"key", issued.credential.id.str()},
                               {"prefix", issued.credential.prefix},
                               {"name", key.name},
                               {"scopes", to_json(key.scopes)},
                               {"expires_at", to_string(*issued.credential.expires_at)}},
                   .department = owner.department});
    return issued;
  });
}

IssuedCredential Credentials::rotate_key(Call const& call, CredentialId const& id, Duration overlap) {
  if (overlap < Duration(0) || overlap > std::chrono::hours(24) * 30)
    throw invalid("/overlap must be 0 to 30d", {{"/overlap", "must be 0 to 30d"}});
  return database_.write(call, [&](db::Transaction& tx) {
    Credential const old = get_credential(tx, id);
    if (old.kind != CredentialKind::key) throw invalid("only keys rotate");
    Member const owner = get_member(tx, old.principal_name);
    require_may_manage(call, owner);
    Timestamp const now = snapshots_.now(call.now());
    if (old.revoked_at || (old.expires_at && *old.expires_at <= now))
      throw conflict("the key is not valid any more: create a new one");
    auto issued = insert(tx, call, CredentialKind::key, owner.id, owner.name, old.name, old.scopes,
                         now + (old.expires_at ? *old.expires_at - old.created_at : kDefaultKeyLifetime));
    Timestamp const ends = old.expires_at ? std::min(*old.expires_at, now + overlap) : now + overlap;
    tx.execute("UPDATE access_credentials SET expires_at = $1 WHERE id = $2", {ends, old.id});
    forget_after_commit(tx, old.prefix);
    audit_.append(
        tx, call,
        {.action = "key.rotate",
         .subject = owner.name,
         .details = {{"old", old.id.str()}, {"new", issued.credential.id.str()}, {"old_expires_at", to_string(ends)}},
         .department = owner.department});
    return issued;
  });
}

void Credentials::revoke(Call const& call, CredentialId const& id) {
  database_.write(call, [&](db::Transaction& tx) { revoke(tx, call, id); });
}

void Credentials::revoke(db::Transaction& tx, Call const& call, CredentialId const& id) {
  Credential const credential = get_credential(tx, id);
  Member const owner = get_member(tx, credential.principal_name);
  // Ending a credential never widens what anybody may do: the platform's admin may too.
  if (!authority_.has_role(call, "", "admin")) require_may_manage(call, owner);
  if (credential.revoked_at) throw conflict("it is revoked already").with_reason("already_revoked");
  tx.execute("UPDATE access_credentials SET revoked_at = $1 WHERE id = $2", {call.now(), id});
  forget_after_commit(tx, credential.prefix);
  audit_.append(tx, call,
                {.action = std::string(kind_name(credential.kind)) + ".revoke",
                 .subject = owner.name,
                 .details = {{"key", id.str()}, {"name", credential.name}},
                 .department = owner.department});
}

std::vector<Credential> Credentials::keys(Call const& call, std::string const& principal) const {
  return database_.read(call, [&](db::Transaction& tx) {
    Member const owner = get_member(tx, principal);
    if (!authority_.has_role(call, "", "auditor")) require_may_manage(call, owner);
    std::vector<Credential> keys;
    for (auto const& row : tx.query(std::string(kSelectCredential) + "WHERE c.principal_id = $1 AND c.kind = 'key' "
                                                                     "ORDER BY c.created_at DESC, c.id",
                                    {owner.id}))
      keys.push_back(credential_of(row));
    return keys;
  });
}

IssuedCredential Credentials::issue(db::Transaction& tx, Call const& call, PrincipalId const& principal,
                                    std::string const& name, std::vector<std::string> const& scopes,
                                    Timestamp expires_at) {
  auto const row = tx.find("SELECT name FROM access_principals WHERE id = $1", {principal});
  if (!row) throw not_found("the principal is gone");
  auto issued = insert(tx, call, CredentialKind::key, principal, row->text(0), name, scopes, expires_at);
  audit_.append(tx, call,
                {.action = "key.issue",
                 .subject = row->text(0),
                 .details = {{"key", issued.credential.id.str()}, {"name", name}, {"scopes", to_json(scopes)}}});
  return issued;
}

std::optional<std::string> Credentials::bootstrap(Call const& call) {
  return database_.write(call, [&](db::Transaction& tx) -> std::optional<std::string> {
    if (has_admin(tx)) return std::nullopt;
    for (auto const& row : tx.query("UPDATE access_credentials SET revoked_at = $1 WHERE kind = 'bootstrap' AND "
                                    "revoked_at IS NULL RETURNING prefix",
                                    {call.now()}))
      forget_after_commit(tx, row.text(0));
    auto const issued = insert(tx, call, CredentialKind::bootstrap, PrincipalId(), "", "first start", {},
                               call.now() + options_.bootstrap_lifetime);
    audit_.append(tx, call, {.action = "bootstrap.issue", .subject = "platform"});
    return issued.token;
  });
}

IssuedCredential Credentials::redeem(Call const& call, std::string const& token, std::string const& name,
                                     std::string const& password) {
  auto const known = verified(token, Source::database);
  if (known->credential.kind != CredentialKind::bootstrap) throw invalid("this is not the token of the first start");
  if (!is_name(name)) throw invalid("'" + name + "' is not a name for a user", {{"/name", "is not a name"}});
  std::string const hashed = hash(password);
  return database_.write(call, [&](db::Transaction& tx) {
    auto const used = tx.execute("UPDATE access_credentials SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
                                 {call.now(), known->credential.id});
    if (used == 0 || has_admin(tx)) throw conflict("the token has been used: there is an admin already");
    forget_after_commit(tx, known->credential.prefix);
    Member const admin = insert_member(tx, call, PrincipalType::user, {.name = name, .password_hash = hashed});
    tx.execute("INSERT INTO access_roles (department, principal_id, role) VALUES ('', $1, 'admin')", {admin.id});
    snapshots_.changed(tx);
    audit_.append(tx, call, {.action = "bootstrap.redeem", .subject = name});
    return insert(tx, call, CredentialKind::session, admin.id, name, "session", {},
                  call.now() + options_.session_lifetime);
  });
}

}  // namespace lepton::access
