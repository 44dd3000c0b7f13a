#include "gateway/gates.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "base/error.h"
#include "base/json.h"

namespace lepton::gateway {
namespace {

Error out_of_quota(Limit const& limit, Timestamp now) {
  auto const end = next_period(limit.period, now);
  return exhausted(fmt::format("the key's quota of {} requests per {} is used up until {}", limit.quota.value_or(0),
                               enum_name(limit.period), to_string(end)))
      .with_reason("quota_exceeded")
      .with_retry_after(std::chrono::ceil<std::chrono::milliseconds>(end - now));
}

}  // namespace

Gate::Gate(Limit limit, Timestamp start, std::int64_t used) : limit_(limit), start_(start), used_(used) {
  if (limit_.requests_per_second) rate_.emplace(*limit_.requests_per_second, limit_.burst);
}

void Gate::roll(Timestamp now) {
  auto const start = period_start(limit_.period, now);
  if (start <= start_) return;
  start_ = start;
  used_ = reserved_ = 0;
}

Timestamp Gate::reserve(Timestamp wall, Rate::Time steady) {
  std::lock_guard const lock(mutex_);
  roll(wall);
  if (limit_.quota && used_ + reserved_ >= *limit_.quota) throw out_of_quota(limit_, wall);
  if (rate_) {
    if (auto const wait = rate_->take(steady))
      throw exhausted(fmt::format("the key may ask {} times per second", *limit_.requests_per_second))
          .with_reason("rate_limited")
          .with_retry_after(std::chrono::ceil<std::chrono::milliseconds>(*wait));
  }
  ++reserved_;
  return start_;
}

void Gate::settle(Timestamp reserved_in) {
  std::lock_guard const lock(mutex_);
  if (reserved_in != start_) return;
  --reserved_;
  ++used_;
}

void Gate::release(Timestamp reserved_in) {
  std::lock_guard const lock(mutex_);
  if (reserved_in == start_) --reserved_;
}

std::int64_t Gate::used(Timestamp now) {
  std::lock_guard const lock(mutex_);
  roll(now);
  return used_;
}

Gates::Gates(Metrics& metrics, Clock const& clock)
    : clock_(clock),
      rate_limited_(metrics.counter("lepton_gateway_refused_total", "Requests refused by the limit of their key",
                                    {{"reason", "rate_limited"}})),
      quota_exceeded_(metrics.counter("lepton_gateway_refused_total", "Requests refused by the limit of their key",
                                      {{"reason", "quota_exceeded"}})),
      state_(std::make_shared<State>()) {}

Ticket Gates::admit(Call const& call) {
  auto const gates = state_->table();
  if (gates->empty()) return {};
  auto const found = gates->find({call.principal.id, call.principal.credential_name});
  if (found == gates->end()) return {};
  try {
    return {found->second, found->second->reserve(call.now(), call.clock->steady())};
  } catch (Error const& error) {
    (error.reason() == "rate_limited" ? rate_limited_ : quota_exceeded_).add();
    throw;
  }
}

serving::DecisionLog::Companion Gates::companion() const {
  return [state = state_](db::Transaction& tx, std::span<serving::DecisionLog::Entry> entries) {
    charge(tx, *state->table(), entries);
    meter(tx, entries);
  };
}

// One statement pair per key and period, not per decision: a busy key has hundreds in one transaction.
void Gates::charge(db::Transaction& tx, Table const& gates, std::span<serving::DecisionLog::Entry> entries) {
  struct Charge {
    Limit const* limit;
    std::vector<serving::DecisionLog::Entry*> entries;
  };
  std::map<std::pair<KeyRef, Timestamp>, Charge> charges;  // ordered: two servers lock rows in the same order
  for (auto& entry : entries) {
    auto const& facts = entry.decision->facts;
    KeyRef const key{facts.principal_id, facts.credential};
    auto const gate = gates.find(key);
    if (gate == gates.end() || !gate->second->limit().quota) continue;
    auto const& limit = gate->second->limit();
    auto& charge = charges[{key, period_start(limit.period, facts.at)}];
    charge.limit = &limit;
    charge.entries.push_back(&entry);
  }
  for (auto const& [where, charge] : charges) {
    auto const& [key, start] = where;
    auto const period = enum_name(charge.limit->period);
    auto const row = tx.find(
        "INSERT INTO gateway_charges (principal_id, credential, period, period_start, used) VALUES ($1, $2, $3, $4, 0) "
        "ON CONFLICT (principal_id, credential, period, period_start) DO UPDATE SET used = gateway_charges.used "
        "RETURNING used",
        {key.principal, key.credential, period, start});
    auto const left = std::max<std::int64_t>(0, *charge.limit->quota - row->integer(0));
    auto const taken = std::min<std::int64_t>(left, std::ssize(charge.entries));
    for (auto i = taken; i < std::ssize(charge.entries); ++i)
      charge.entries[static_cast<std::size_t>(i)]->refused = std::make_exception_ptr(
          out_of_quota(*charge.limit, charge.entries[static_cast<std::size_t>(i)]->decision->facts.at));
    tx.execute(
        "UPDATE gateway_charges SET used = used + $5 "
        "WHERE principal_id = $1 AND credential = $2 AND period = $3 AND period_start = $4",
        {key.principal, key.credential, period, start, taken});
  }
}

void Gates::meter(db::Transaction& tx, std::span<serving::DecisionLog::Entry> entries) {
  struct Sum {
    serving::Decision const* facts;
    std::int64_t requests = 0;
    std::int64_t rows = 0;
    std::int64_t latency = 0;
  };
  std::map<std::tuple<Timestamp, KeyRef, std::string_view>, Sum> sums;
  for (auto const& entry : entries) {
    if (entry.refused) continue;
    auto const& facts = entry.decision->facts;
    auto& sum = sums[{period_start(Period::hour, facts.at), {facts.principal_id, facts.credential}, facts.deployment}];
    sum.facts = &facts;
    sum.requests += 1;
    sum.rows += facts.rows;
    sum.latency += facts.latency.count();
  }
  for (auto const& [where, sum] : sums) {
    tx.execute(
        "INSERT INTO gateway_usage (hour, principal_id, credential, deployment, principal, department, requests, "
        "rows_count, latency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        "ON CONFLICT (hour, principal_id, credential, deployment) DO UPDATE SET "
        "requests = gateway_usage.requests + excluded.requests, "
        "rows_count = gateway_usage.rows_count + excluded.rows_count, "
        "latency = gateway_usage.latency + excluded.latency",
        {std::get<0>(where), sum.facts->principal_id, sum.facts->credential, sum.facts->deployment,
         sum.facts->principal, sum.facts->department(), sum.requests, sum.rows, sum.latency});
  }
}

void Gates::load(db::Transaction& tx) {
  auto const now = clock_.wall();
  auto const old = state_->table();
  auto gates = std::make_shared<Table>();
  for (auto const& row : tx.query("SELECT principal_id, credential, document FROM gateway_limits")) {
    KeyRef const key{row.id<PrincipalId>(0), row.text(1)};
    auto const limit = from_json<Limit>(json::parse(row.text(2)));
    auto const before = old->find(key);
    if (before != old->end() && before->second->limit() == limit) {
      gates->emplace(key, before->second);
      continue;
    }
    auto const start = period_start(limit.period, now);
    auto const used = tx.find(
        "SELECT used FROM gateway_charges "
        "WHERE principal_id = $1 AND credential = $2 AND period = $3 AND period_start = $4",
        {key.principal, key.credential, enum_name(limit.period), start});
    gates->emplace(key, std::make_shared<Gate>(limit, start, used ? used->integer(0) : 0));
  }
  *state_->gates.lock() = std::move(gates);
}

}  // namespace lepton::gateway
