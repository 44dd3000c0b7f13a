#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/json.h"

namespace lepton::native {

enum class Login { required, none };
/// Whether the answer holds something shown once: such an answer is never kept for a repeated Idempotency-Key.
enum class Secret { no, yes };

/// What a handler says of itself, once: routes, OpenAPI and the tests are made from it.
struct Description {
  std::string_view method;        ///< "POST"
  std::string_view path;          ///< "/v1/departments/{department}"; its parameters are fields of Input
  std::string_view name;          ///< operation id, "create_department"
  std::string_view tag;           ///< "departments": the group in the reference
  std::string_view summary;       ///< one sentence that teaches
  std::string_view example = "";  ///< JSON of an Input; a test checks that it validates
  int status = 200;
  Login login = Login::required;
  Secret secret = Secret::no;
  std::uint64_t max_body_bytes = 1 << 20;
  std::chrono::seconds timeout{60};  ///< unless the caller says Lepton-Timeout
};

/// Where a field of Input stands in the request.
enum class Place { path, query, header, body };

struct Part {
  std::string name;
  Place place = Place::body;
  json::Object schema;
  bool required = false;
};

/// For handlers that need nothing but what the path says to them.
struct Nothing {
  static constexpr auto fields() { return std::tuple{}; }
};

/// Splits Input's schema by place: names in the path's braces; "if_match", "accept" and "content_type", which are
/// header fields; the rest are query parameters when the request has no JSON body (GET, DELETE, streamed uploads), else
/// body.
[[nodiscard]] std::vector<Part> parts_of(Description const& description, json::Object const& input_schema,
                                         bool streamed);

/// "If-Match" for "if_match".
[[nodiscard]] std::string header_name(std::string_view field);

}  // namespace lepton::native
