#include "access/schema.h"

#include <array>

namespace lepton::access {
namespace {

constexpr std::array<db::Migration, 1> kMigrations{{{"access", 1, R"sql(
CREATE TABLE access_epochs (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO access_epochs (name, value) VALUES ('policy', 1), ('credentials', 1);

CREATE TABLE access_departments (
  name TEXT PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL, created_at BIGINT NOT NULL);

CREATE TABLE access_principals (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
  department TEXT REFERENCES access_departments (name), attributes TEXT NOT NULL, disabled BIGINT NOT NULL,
  password_hash TEXT, created_by TEXT NOT NULL, created_at BIGINT NOT NULL);

CREATE TABLE access_group_members (
  group_id TEXT NOT NULL REFERENCES access_principals (id), member_id TEXT NOT NULL REFERENCES access_principals (id),
  PRIMARY KEY (group_id, member_id));

CREATE TABLE access_roles (
  department TEXT NOT NULL, principal_id TEXT NOT NULL REFERENCES access_principals (id), role TEXT NOT NULL,
  PRIMARY KEY (department, principal_id, role));

CREATE TABLE access_credentials (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, prefix TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,
  principal_id TEXT REFERENCES access_principals (id), name TEXT NOT NULL, scopes TEXT NOT NULL,
  created_by TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT, revoked_at BIGINT);
CREATE INDEX access_credentials_of ON access_credentials (principal_id, kind);

CREATE TABLE access_assets (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, department TEXT NOT NULL REFERENCES access_departments (name),
  name TEXT NOT NULL, description TEXT NOT NULL, tags TEXT NOT NULL, created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL, revision BIGINT NOT NULL, UNIQUE (department, name));
CREATE INDEX access_assets_of_kind ON access_assets (kind, department, name);

CREATE TABLE access_grants (
  id TEXT PRIMARY KEY, subject TEXT NOT NULL, actions TEXT NOT NULL, department TEXT NOT NULL, path TEXT NOT NULL,
  asset_id TEXT NOT NULL, purpose TEXT NOT NULL, masks TEXT NOT NULL, not_before BIGINT NOT NULL, expires_at BIGINT,
  request_id TEXT NOT NULL, granted_by TEXT NOT NULL, granted_at BIGINT NOT NULL, revoked_at BIGINT,
  revoked_by TEXT NOT NULL, revoke_reason TEXT NOT NULL);
CREATE INDEX access_grants_of ON access_grants (department, path);
CREATE INDEX access_grants_on ON access_grants (asset_id);

CREATE TABLE access_policies (
  id TEXT PRIMARY KEY, department TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, revision BIGINT NOT NULL,
  updated_by TEXT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (department, name));

CREATE TABLE access_requests (
  id TEXT PRIMARY KEY, state TEXT NOT NULL, requester TEXT NOT NULL, subject TEXT NOT NULL, path TEXT NOT NULL,
  asset_id TEXT NOT NULL, department TEXT NOT NULL, actions TEXT NOT NULL, purpose TEXT NOT NULL, reason TEXT NOT NULL,
  masks TEXT NOT NULL, valid_for BIGINT NOT NULL, created_at BIGINT NOT NULL, submitted_at BIGINT, closed_at BIGINT,
  closed_by TEXT NOT NULL, close_reason TEXT NOT NULL, approvals_needed BIGINT NOT NULL, grant_id TEXT NOT NULL,
  revision BIGINT NOT NULL);
CREATE INDEX access_requests_of ON access_requests (department, state, created_at);
CREATE INDEX access_requests_by ON access_requests (requester, created_at);

CREATE TABLE access_approvals (
  request_id TEXT NOT NULL REFERENCES access_requests (id), approver TEXT NOT NULL, decided_at BIGINT NOT NULL,
  note TEXT NOT NULL, trim_to TEXT NOT NULL, PRIMARY KEY (request_id, approver));

CREATE TABLE access_audit (
  sequence SERIAL_KEY, at BIGINT NOT NULL, principal TEXT NOT NULL, principal_id TEXT NOT NULL,
  credential TEXT NOT NULL, purpose TEXT NOT NULL, request_id TEXT NOT NULL, trace_id TEXT NOT NULL,
  protocol TEXT NOT NULL, peer TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, department TEXT NOT NULL,
  allowed BIGINT NOT NULL, grounds TEXT NOT NULL, details TEXT NOT NULL, leaf_hash TEXT NOT NULL);
CREATE INDEX access_audit_by ON access_audit (principal, sequence);
CREATE INDEX access_audit_of ON access_audit (department, sequence);
CREATE INDEX access_audit_on ON access_audit (subject, sequence);
CREATE INDEX access_audit_request ON access_audit (request_id);
)sql"}}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::access
