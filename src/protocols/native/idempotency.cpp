#include "native/idempotency.h"

#include "base/error.h"
#include "base/json.h"

namespace lepton::native {
namespace {

constexpr Duration kKept = std::chrono::hours(24);
// A server that died before a request had any effect leaves it "running"; after this long a repetition may run it.
constexpr Duration kLease = std::chrono::minutes(10);
constexpr std::size_t kLongestKept = 1 << 20;
// Before an answer's status is there.
constexpr std::int64_t kRunning = 0;
constexpr std::int64_t kEffective = 1;

std::string headers_text(http::Headers const& headers) {
  json::Array list;
  for (auto const& [name, value] : headers) list.push_back(json::Array{json::Value(name), json::Value(value)});
  return json::write(list);
}

http::Response response_from(db::Row const& row) {
  http::Response response{.status = static_cast<int>(row.integer(1)), .body = row.text(3)};
  auto const headers = json::parse(row.text(2));
  for (auto const& pair : headers.get_array())
    response.headers.add(std::string(pair.get_array()[0].get_string()), std::string(pair.get_array()[1].get_string()));
  response.headers.set("Idempotency-Replayed", "true");
  return response;
}

}  // namespace

std::optional<http::Response> Idempotency::begin(Call const& call, std::string const& key,
                                                 std::string const& fingerprint) {
  if (key.empty() || key.size() > 255)
    throw invalid("Idempotency-Key must be 1 to 255 characters long", {{"/Idempotency-Key", "1 to 255 characters"}});
  return database_.write(call, [&](db::Transaction& tx) -> std::optional<http::Response> {
    auto const now = call.now();
    tx.execute("DELETE FROM native_idempotency WHERE expires_at <= $1", {now});
    auto const row = tx.find(
        "SELECT fingerprint, status, headers, body FROM native_idempotency WHERE principal = $1 AND idempotency_key = "
        "$2",
        {call.principal.id, key});
    if (!row) {
      tx.execute(
          "INSERT INTO native_idempotency (principal, idempotency_key, fingerprint, status, headers, body, expires_at)"
          " VALUES ($1, $2, $3, 0, '[]', '', $4)",
          {call.principal.id, key, fingerprint, now + kLease});
      return std::nullopt;
    }
    if (row->text(0) != fingerprint)
      throw invalid("this Idempotency-Key was used for another request; take a new one")
          .with_reason("idempotency_mismatch");
    if (row->integer(1) == kEffective)
      throw conflict(
          "the first request with this Idempotency-Key has changed something, and its answer is not there yet or was "
          "lost with the server that ran it: repeat in a moment, or look what is there before you use a new key")
          .with_reason("answer_unknown");
    if (row->integer(1) == kRunning)
      throw conflict("the first request with this Idempotency-Key still runs; repeat in a moment")
          .with_reason("in_progress");
    return response_from(*row);
  });
}

void Idempotency::take(db::Transaction& tx, Call const& call, std::string const& key) {
  tx.execute(
      "UPDATE native_idempotency SET status = $3, expires_at = $4 WHERE principal = $1 AND idempotency_key = $2 AND "
      "status = $5",
      {call.principal.id, key, kEffective, call.now() + kKept, kRunning});
}

void Idempotency::keep(Call const& call, std::string const& key, http::Response const& response) {
  if (response.status >= 500 || response.stream || response.body.size() > kLongestKept) return forget(call, key);
  database_.write(call, [&](db::Transaction& tx) {
    tx.execute(
        "UPDATE native_idempotency SET status = $3, headers = $4, body = $5, expires_at = $6"
        " WHERE principal = $1 AND idempotency_key = $2",
        {call.principal.id, key, response.status, headers_text(response.headers), response.body, call.now() + kKept});
  });
}

void Idempotency::forget(Call const& call, std::string const& key) {
  database_.write(call, [&](db::Transaction& tx) {
    tx.execute("DELETE FROM native_idempotency WHERE principal = $1 AND idempotency_key = $2",
               {call.principal.id, key});
  });
}

}  // namespace lepton::native
