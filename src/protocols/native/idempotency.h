#pragma once

#include <optional>
#include <string>

#include "base/call.h"
#include "db/database.h"
#include "http/message.h"

namespace lepton::native {

/// Answers of POST requests kept 24 hours under (principal, Idempotency-Key), so that a repetition gets the same answer
/// and has no second effect. Any thread may call. A repetition while the first runs is Error{conflict, "in_progress"},
/// one with another request {invalid, "idempotency_mismatch"}. What failed on our side (5xx) is not kept. The key is
/// taken by take() in the transaction that has the effect, so that a server that dies before keep() leaves
/// {conflict, "answer_unknown"} and never a second effect; one that dies before any effect frees the key after ten
/// minutes.
class Idempotency {
 public:
  explicit Idempotency(db::Database& database) : database_(database) {}

  /// The kept answer, or nullopt when the caller must now run the request and then keep() or forget() it.
  [[nodiscard]] std::optional<http::Response> begin(Call const& call, std::string const& key,
                                                    std::string const& fingerprint);
  /// In a transaction of the request that begin() let run: what it changes is there with the key taken, or neither.
  static void take(db::Transaction& tx, Call const& call, std::string const& key);
  void keep(Call const& call, std::string const& key, http::Response const& response);
  void forget(Call const& call, std::string const& key);

 private:
  db::Database& database_;
};

}  // namespace lepton::native
