#include "serving/decision_packs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "base/encoding.h"
#include "base/random.h"
#include "serving/grounds.h"

namespace lepton::serving {
namespace {

/// No decision of a pack began later than this after its first, so that a list by time knows when it has seen all.
constexpr Duration kWidestPack = std::chrono::milliseconds(50);
/// Of JSON text; more makes another pack, so that reading one decision never means reading megabytes of others.
constexpr std::size_t kLongestPack = 256 * 1024;
/// Digits of a pack's name: 48 bits of milliseconds, 32 random ones. An id has 40 more of its own.
constexpr std::size_t kNameDigits = 16;
constexpr std::size_t kOwnBytes = 5;
constexpr std::size_t kOwnDigits = 8;
constexpr int kPacksAtOnce = 16;
/// Sorts behind every name.
constexpr std::string_view kLastName = "~";

/// Ascends in time, so that new entries of the index stand beside each other.
std::string new_pack_name(Timestamp first) {
  auto const milliseconds = first.micros / 1000;
  std::string bytes;
  for (int shift = 40; shift >= 0; shift -= 8) bytes += static_cast<char>((milliseconds >> shift) & 0xff);
  return to_base32(bytes + random_bytes(4));
}

bool same_context(Decision const& a, Decision const& b) {
  auto const facts = [](Decision const& d) {
    return std::tie(d.deployment_id, d.revision, d.model, d.principal_id, d.credential, d.purpose, d.route, d.grounds);
  };
  return facts(a) == facts(b);
}

/// So that equal contexts are neighbours, each in the order of time.
bool before(NewDecision const* a, NewDecision const* b) {
  auto const order = [](Decision const& d) {
    return std::tie(d.deployment_id, d.principal_id, d.revision, d.credential, d.purpose, d.route, d.at);
  };
  return order(a->facts) < order(b->facts);
}

/// A decision within its pack; own_from() reads it.
void append_json(std::string_view own_id, NewDecision const& decision, std::string& out) {
  auto const& d = decision.facts;
  fmt::format_to(std::back_inserter(out), R"(["{}",{},{},{},{},{},{},{},{}])", own_id, d.at.micros,
                 json::write(json::Value(d.request_id)), json::write(json::Value(d.trace_id)), d.rows,
                 d.latency.count(), decision.inputs, decision.outputs,
                 d.lookups.empty() ? "[]" : json::write(to_json(d.lookups)));
}

/// Digits that no other decision of the pack has.
std::string own_digits(std::set<std::string>& taken) {
  while (true) {
    auto const digits = to_base32(random_bytes(kOwnBytes));
    if (taken.insert(digits).second) return digits;
  }
}

/// The decisions that begin one pack, at least one: a neighbourhood of one context, neither too wide nor too long.
std::size_t write_pack(db::Transaction& tx, std::span<NewDecision* const> decisions) {
  auto const& first = decisions.front()->facts;
  std::string text = "[";
  std::set<std::string> taken;
  std::size_t count = 0;
  for (auto* const decision : decisions) {
    auto& facts = decision->facts;
    if (count > 0 && (!same_context(first, facts) || facts.at - first.at > kWidestPack || text.size() > kLongestPack))
      break;
    auto const own = own_digits(taken);
    if (count > 0) text += ',';
    append_json(own, *decision, text);
    facts.id = DecisionId(own);
    ++count;
  }
  text += ']';
  std::string const grounds = json::write(to_json(first.grounds));
  std::string name;
  do {
    name = new_pack_name(first.at);
  } while (
      tx.execute("INSERT INTO serving_decision_packs (pack, first_at, asset_id, deployment, revision, model, "
                 "principal, principal_id, credential, purpose, route, grounds, decisions) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (pack) DO NOTHING",
                 {name, first.at, first.deployment_id, first.deployment, first.revision, first.model, first.principal,
                  first.principal_id, first.credential, first.purpose, first.route, grounds, text}) == 0);
  for (auto* const decision : decisions.first(count)) decision->facts.id = DecisionId(name + decision->facts.id.str());
  return count;
}

constexpr std::string_view kColumns =
    "pack, first_at, asset_id, deployment, revision, model, principal, principal_id, credential, purpose, route, "
    "grounds, decisions";

Decision context_from(db::Row const& row) {
  Decision out;
  out.deployment_id = row.id<access::AssetId>(2);
  out.deployment = row.text(3);
  out.revision = row.integer(4);
  out.model = row.text(5);
  out.principal = row.text(6);
  out.principal_id = row.id<PrincipalId>(7);
  out.credential = row.text(8);
  out.purpose = row.text(9);
  out.route = row.text(10);
  out.grounds = grounds_from(json::parse(row.text(11)));
  return out;
}

std::string text_of(json::Value const& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

FactReference facts_from(json::Value const& item) {
  FactReference facts{text_of(item, "graph"), item.at("commit").to_number<std::int64_t>(), {}, {}};
  for (auto const& source : item.at("sources").as_array()) facts.sources.emplace_back(source.as_string());
  if (auto const* values = item.as_object().if_contains("values")) facts.values = values->as_object();
  return facts;
}

std::vector<LookedUp> lookups_from(json::Value const& value) {
  std::vector<LookedUp> out;
  for (auto const& item : value.as_array()) {
    bool const is_record = item.as_object().contains("dataset");
    LookedUp lookup{is_record ? text_of(item, "dataset") : "",
                    text_of(item, "key"),
                    {},
                    item.at("found").as_bool(),
                    text_of(item, "digest"),
                    grounds_from(item.at("grounds"))};
    for (auto const& column : item.at("columns").as_array()) lookup.columns.emplace_back(column.as_string());
    if (!is_record) lookup.facts = facts_from(item);
    out.push_back(std::move(lookup));
  }
  return out;
}

Decision own_from(Decision const& context, std::string const& pack, json::Array const& own) {
  Decision out = context;
  out.id = DecisionId(pack + std::string(own.at(0).as_string()));
  out.at = {own.at(1).to_number<std::int64_t>()};
  out.request_id = own.at(2).as_string();
  out.trace_id = own.at(3).as_string();
  out.rows = own.at(4).to_number<std::int64_t>();
  out.latency = Duration(own.at(5).to_number<std::int64_t>());
  out.inputs = own.at(6);
  out.outputs = own.at(7);
  out.lookups = lookups_from(own.at(8));
  return out;
}

bool newer(Decision const& a, Decision const& b) {
  return std::tie(a.at, a.id) > std::tie(b.at, b.id);
}

/// One page of decisions, from packs that come newest first and overlap by at most kWidestPack.
class Page {
 public:
  explicit Page(DecisionQuery const& query) : query_(query) {}

  void add(db::Row const& row) {
    auto const context = context_from(row);
    auto const decisions = json::parse(row.text(12));
    earliest_ = row.timestamp(1);
    for (auto const& own : decisions.as_array()) {
      Timestamp const at{own.at(1).to_number<std::int64_t>()};
      if (at < query_.from || at > query_.to) continue;
      auto decision = own_from(context, row.text(0), own.as_array());
      if (query_.before && std::tie(at, decision.id) >= std::tie(query_.before->first, query_.before->second)) continue;
      found_.push_back(std::move(decision));
    }
  }
  /// Whether nothing in an older pack can belong to the page.
  [[nodiscard]] bool complete() {
    auto const limit = static_cast<std::size_t>(query_.limit);
    if (found_.size() < limit) return false;
    std::sort(found_.begin(), found_.end(), newer);
    found_.erase(found_.begin() + query_.limit, found_.end());
    return earliest_ + kWidestPack < found_.back().at;
  }
  [[nodiscard]] std::vector<Decision> take() {
    std::sort(found_.begin(), found_.end(), newer);
    found_.resize(std::min(found_.size(), static_cast<std::size_t>(query_.limit)));
    return std::move(found_);
  }

 private:
  DecisionQuery const& query_;
  std::vector<Decision> found_;
  Timestamp earliest_;  ///< when the oldest pack so far began
};

}  // namespace

void insert(db::Transaction& tx, std::span<NewDecision* const> decisions) {
  std::vector<NewDecision*> sorted(decisions.begin(), decisions.end());
  std::sort(sorted.begin(), sorted.end(), before);
  std::span<NewDecision* const> left(sorted);
  while (!left.empty()) left = left.subspan(write_pack(tx, left));
}

std::optional<Decision> find_decision(db::Transaction& tx, DecisionId const& id) {
  if (id.str().size() != kNameDigits + kOwnDigits) return std::nullopt;
  auto const pack = id.str().substr(0, kNameDigits);
  auto const row = tx.find(fmt::format("SELECT {} FROM serving_decision_packs WHERE pack = $1", kColumns), {pack});
  if (!row) return std::nullopt;
  auto const decisions = json::parse(row->text(12));
  for (auto const& own : decisions.as_array())
    if (std::string_view(own.at(0).as_string()) == id.str().substr(kNameDigits))
      return own_from(context_from(*row), pack, own.as_array());
  return std::nullopt;
}

std::vector<Decision> list_decisions(db::Transaction& tx, DecisionQuery const& query) {
  auto const latest = std::min(query.to, query.before ? query.before->first : query.to);
  std::vector<db::Param> params{query.from - kWidestPack, latest, kLastName};
  std::string where = "first_at >= $1 AND (first_at, pack) < ($2, $3)";
  auto const require = [&](std::string_view column, db::Param param) {
    params.push_back(std::move(param));
    where += fmt::format(" AND {} = ${}", column, params.size());
  };
  if (query.deployment) require("asset_id", *query.deployment);
  if (query.principal) require("principal_id", *query.principal);
  auto const sql =
      fmt::format("SELECT {} FROM serving_decision_packs WHERE {} ORDER BY first_at DESC, pack DESC LIMIT {}", kColumns,
                  where, kPacksAtOnce);
  Page page(query);
  while (true) {
    auto const rows = tx.query(sql, std::span<db::Param const>(params));
    for (auto const& row : rows) page.add(row);
    if (std::ssize(rows) < kPacksAtOnce || page.complete()) return page.take();
    params[1] = rows.back().timestamp(1);
    params[2] = rows.back().text(0);
  }
}

}  // namespace lepton::serving
