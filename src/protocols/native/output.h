#pragma once

#include <functional>
#include <string>
#include <type_traits>
#include <variant>

#include "base/fields.h"
#include "http/message.h"
#include "native/description.h"

namespace lepton::native {

/// An answer that is not one JSON document: rows, logs, events. `write` runs after the handler returned, on the thread
/// that sends; it holds what it needs.
struct Stream {
  std::string content_type;
  std::function<void(http::BodySink&)> write;
  http::Headers headers{};
};

namespace detail {

template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};

template <class T>
concept HasEtag = requires(T const& value) {
  { value.etag() } -> std::convertible_to<std::string>;
};
template <class T>
concept HasLocation = requires(T const& value) {
  { value.location() } -> std::convertible_to<std::string>;
};

}  // namespace detail

/// Output → response. A struct with fields() is written as JSON, with ETag and Location when it has etag() and
/// location(); Stream is sent as it is made; a variant is whichever it holds.
template <class Output>
[[nodiscard]] http::Response response_of(Description const& description, Output&& output) {
  using T = std::remove_cvref_t<Output>;
  if constexpr (detail::IsVariant<T>::value) {
    return std::visit([&](auto&& held) { return response_of(description, std::forward<decltype(held)>(held)); },
                      std::forward<Output>(output));
  } else if constexpr (std::same_as<T, Stream>) {
    http::Response response{.status = description.status, .headers = std::move(output.headers)};
    response.headers.set("Content-Type", output.content_type);
    response.stream = std::move(output.write);
    return response;
  } else if constexpr (std::same_as<T, http::Response>) {
    return std::forward<Output>(output);
  } else {
    http::Response response{.status = description.status, .body = json::write(to_json(output))};
    response.headers.set("Content-Type", "application/json");
    if constexpr (detail::HasEtag<T>) response.headers.set("ETag", "\"" + output.etag() + "\"");
    if constexpr (detail::HasLocation<T>) response.headers.set("Location", output.location());
    return response;
  }
}

/// JSON Schema of the answer; empty for what is not JSON.
template <class Output>
[[nodiscard]] json::Object output_schema() {
  if constexpr (std::is_void_v<Output> || std::same_as<Output, Stream> || std::same_as<Output, http::Response>)
    return {};
  else if constexpr (detail::IsVariant<Output>::value)
    return output_schema<std::variant_alternative_t<0, Output>>();
  else
    return schema_of<Output>();
}

}  // namespace lepton::native
