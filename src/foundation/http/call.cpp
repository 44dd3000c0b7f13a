#include "http/call.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"

namespace lepton::http {
namespace {

constexpr std::string_view plain_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
constexpr std::size_t longest_request_id = 64;

/// Lower-case hexadecimal, and not all zeros.
bool is_trace_part(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
         text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

RequestId request_id_of(Request const& request) {
  auto const given = request.headers.find("X-Request-Id").value_or("");
  bool const plain = !given.empty() && given.size() <= longest_request_id &&
                     given.find_first_not_of(plain_characters) == std::string_view::npos;
  return plain ? RequestId(std::string(given)) : RequestId::random();
}

Trace trace_of(Request const& request) {
  auto const header = request.headers.find("traceparent").value_or("");
  if (header.size() >= 55 && header.substr(0, 2) != "ff" && header[2] == '-' && header[35] == '-' &&
      header[52] == '-' && is_trace_part(header.substr(3, 32)) && is_trace_part(header.substr(36, 16)))
    return {std::string(header.substr(3, 32)), std::string(header.substr(36, 16))};
  return {to_hex(random_bytes(16)), ""};
}

Call call_of(Request const& request, std::string protocol, Clock const& clock, Duration timeout) {
  Call call;
  call.request_id = request_id_of(request);
  call.trace = trace_of(request);
  call.protocol = std::move(protocol);
  call.peer_address = request.peer_address;
  call.stop = request.stop;
  call.clock = &clock;
  call.purpose = request.headers.find("Lepton-Purpose").value_or("");
  if (auto const wanted = request.headers.find("Lepton-Timeout")) {
    auto const duration = find_duration(*wanted);
    if (!duration || duration->count() <= 0)
      throw invalid("Lepton-Timeout must be a duration such as 30s", {{"/Lepton-Timeout", "a duration such as 30s"}});
    if (request.longest_call.count() > 0 && *duration > request.longest_call) {
      auto const most = fmt::format("at most {} on this server", to_string(Duration(request.longest_call)));
      throw invalid("Lepton-Timeout may be " + most, {{"/Lepton-Timeout", most}});
    }
    timeout = *duration;
  }
  if (timeout.count() > 0) call.deadline = clock.steady() + timeout;
  return call;
}

}  // namespace lepton::http
