#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lepton {

/// What kind of failure it is, in words no protocol owns. One place per protocol turns a code into that protocol's
/// error.
enum class Code { invalid, unauthenticated, denied, not_found, conflict, exhausted, cancelled, unavailable, internal };

/// "not_found" and so on: the stable spelling on the wire, in logs and in the command line.
[[nodiscard]] std::string_view to_string(Code code);
[[nodiscard]] std::optional<Code> find_code(std::string_view name);

/// JSON pointer (RFC 6901) of the offending part of the input → what was expected there.
using Details = std::map<std::string, std::string>;

/// The only exception of Lepton: a neutral code, a sentence for people that says what to do, and the parts of the input
/// that were wrong. Thrown when a request cannot go on; returned inside Expected<T> when the caller branches on it.
/// Messages are shown to the caller: they never carry what the caller may not see.
class Error : public std::runtime_error {
 public:
  Error(Code code, std::string const& message, Details details = {});

  [[nodiscard]] Code code() const { return code_; }
  [[nodiscard]] Details const& details() const { return details_; }
  /// A stable word finer than the code, e.g. "quota_exceeded"; the code's own spelling when none was given.
  [[nodiscard]] std::string_view reason() const { return reason_.empty() ? to_string(code_) : reason_; }
  /// Address of the asset that the caller may ask access to, for `denied`.
  [[nodiscard]] std::string const& request_access_to() const { return request_access_to_; }

  /// When it is worth trying again, for `exhausted` and `unavailable`: HTTP's Retry-After.
  [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }

  [[nodiscard]] Error with_reason(std::string reason) const;
  [[nodiscard]] Error with_access_request(std::string address) const;
  [[nodiscard]] Error with_retry_after(std::chrono::milliseconds delay) const;

 private:
  Code code_;
  Details details_;
  std::string reason_;
  std::string request_access_to_;
  std::optional<std::chrono::milliseconds> retry_after_;
};

// One constructor per code, so that a throw reads as a sentence.
[[nodiscard]] Error invalid(std::string const& message, Details details = {});
[[nodiscard]] Error unauthenticated(std::string const& message);
[[nodiscard]] Error denied(std::string const& message);
[[nodiscard]] Error not_found(std::string const& message);
[[nodiscard]] Error conflict(std::string const& message);
[[nodiscard]] Error exhausted(std::string const& message);
[[nodiscard]] Error cancelled(std::string const& message);
[[nodiscard]] Error unavailable(std::string const& message);
[[nodiscard]] Error internal(std::string const& message);

}  // namespace lepton
