#include "base/error.h"

#include <array>
#include <utility>

namespace lepton {
namespace {

constexpr std::array<std::pair<Code, std::string_view>, 9> kNames{{
    {Code::invalid, "invalid"},
    {Code::unauthenticated, "unauthenticated"},
    {Code::denied, "denied"},
    {Code::not_found, "not_found"},
    {Code::conflict, "conflict"},
    {Code::exhausted, "exhausted"},
    {Code::cancelled, "cancelled"},
    {Code::unavailable, "unavailable"},
    {Code::internal, "internal"},
}};

}  // namespace

std::string_view to_string(Code code) {
  for (auto const& [candidate, name] : kNames)
    if (candidate == code) return name;
  return "internal";
}

std::optional<Code> find_code(std::string_view name) {
  for (auto const& [code, candidate] : kNames)
    if (candidate == name) return code;
  return std::nullopt;
}

Error::Error(Code code, std::string const& message, Details details)
    : std::runtime_error(message), code_(code), details_(std::move(details)) {}

Error Error::with_reason(std::string reason) const {
  Error copy = *this;
  copy.reason_ = std::move(reason);
  return copy;
}

Error Error::with_access_request(std::string address) const {
  Error copy = *this;
  copy.request_access_to_ = std::move(address);
  return copy;
}

Error Error::with_retry_after(std::chrono::milliseconds delay) const {
  Error copy = *this;
  copy.retry_after_ = delay;
  return copy;
}

Error invalid(std::string const& message, Details details) {
  return {Code::invalid, message, std::move(details)};
}
Error unauthenticated(std::string const& message) {
  return {Code::unauthenticated, message};
}
Error denied(std::string const& message) {
  return {Code::denied, message};
}
Error not_found(std::string const& message) {
  return {Code::not_found, message};
}
Error conflict(std::string const& message) {
  return {Code::conflict, message};
}
Error exhausted(std::string const& message) {
  return {Code::exhausted, message};
}
Error cancelled(std::string const& message) {
  return {Code::cancelled, message};
}
Error unavailable(std::string const& message) {
  return {Code::unavailable, message};
}
Error internal(std::string const& message) {
  return {Code::internal, message};
}

}  // namespace lepton
