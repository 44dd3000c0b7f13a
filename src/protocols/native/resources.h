#pragma once

#include "access/access.h"
#include "native/table.h"

/// One function per resource; each adds its handlers to the table. What they are given outlives the table.
namespace lepton::native {

void add_departments(Table& table, access::Access& access);
void add_users(Table& table, access::Access& access);
void add_service_accounts(Table& table, access::Access& access);
void add_groups(Table& table, access::Access& access);
void add_roles(Table& table, access::Access& access);
void add_sessions(Table& table, access::Access& access);
void add_keys(Table& table, access::Access& access);
void add_policies(Table& table, access::Access& access);
void add_grants(Table& table, access::Access& access);
void add_requests(Table& table, access::Access& access);
void add_audit(Table& table, access::Access& access, db::Database& database);
void add_assets(Table& table, access::Access& access, db::Database& database);

}  // namespace lepton::native
