#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "http/message.h"
#include "native/description.h"
#include "native/output.h"

namespace lepton::native {

/// A handler that reads the request's body as it arrives.
template <class H>
concept StreamedHandler = requires(H& handler, Call const& call, typename H::Input input, http::BodySource& body) {
  handler.run(call, std::move(input), body);
};

/// A plain class with Input, Output, a description and run(). Tested by calling run().
template <class H>
concept Handler = HasFields<typename H::Input> && requires {
  typename H::Output;
  H::description;
};

/// One operation of the API, with its types forgotten.
struct Entry {
  Description description;
  bool streamed = false;
  std::vector<Part> parts;
  json::Object output_schema;
  std::function<http::Response(Call const&, json::Value const& input, http::BodySource* body)> run;
  /// Reads an input without running it: for the test of the examples.
  std::function<void(json::Value const&)> validate;

  [[nodiscard]] bool mutates() const { return description.method != "GET" && description.method != "HEAD"; }
};

/// All operations: the one table that routes, validation and OpenAPI come from. Filled before the server starts, then
/// read by any thread. Handlers are owned by it and shared by the threads that run them, so run() must be thread-safe.
class Table {
 public:
  template <Handler H>
  void add(H handler) {
    using Input = typename H::Input;
    auto const shared = std::make_shared<H>(std::move(handler));  // std::function copies its target
    Entry entry{.description = H::description, .streamed = StreamedHandler<H>};
    entry.parts = parts_of(H::description, schema_of<Input>(), entry.streamed);
    entry.output_schema = output_schema<typename H::Output>();
    entry.validate = [](json::Value const& value) { (void)from_json<Input>(value); };
    entry.run = [shared](Call const& call, json::Value const& value, [[maybe_unused]] http::BodySource* body) {
      auto input = from_json<Input>(value);
      auto const run = [&]() -> decltype(auto) {
        if constexpr (StreamedHandler<H>)
          return shared->run(call, std::move(input), *body);
        else
          return shared->run(call, std::move(input));
      };
      if constexpr (std::is_void_v<typename H::Output>) {
        run();
        return http::Response{.status = 204};
      } else {
        return response_of(H::description, run());
      }
    };
    entries_.push_back(std::move(entry));
  }

  [[nodiscard]] std::vector<Entry> const& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace lepton::native
