#include "native/operation.h"

#include <variant>

#include "native/resources.h"

namespace lepton::native {
namespace {

constexpr auto kBeat = std::chrono::seconds(1);
constexpr auto kLongestWait = std::chrono::seconds(300);

struct GetOperation {
  jobs::Jobs& jobs;

  struct Input {
    std::string operation, accept;
    std::optional<Duration> wait;
    static constexpr auto fields() {
      return std::tuple{required("operation", &Input::operation, "its id"),
                        optional("accept", &Input::accept, "text/event-stream to follow it"),
                        optional("wait", &Input::wait, "answer when it is over, or after this long: 30s, at most 5m")};
    }
  };
  using Output = std::variant<Operation, Stream>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/operations/{operation}",
                                           .name = "get_operation",
                                           .tag = "operations",
                                           .summary = "Poll, wait for or follow long work",
                                           .timeout = std::chrono::seconds(330)};
  Output run(Call const& call, Input const& input) {
    jobs::JobId const id(input.operation);
    if (input.accept.find("text/event-stream") != std::string::npos) return follow(call, jobs.get(call, id));
    if (!input.wait) return Operation(jobs.get(call, id));
    auto const patience = std::min<Duration>(*input.wait, kLongestWait);
    return Operation(jobs.wait(call, id, std::chrono::duration_cast<std::chrono::milliseconds>(patience)));
  }

  // Server-sent events: one per change, a comment each second in between so that proxies keep the connection.
  Output follow(Call call, jobs::Job job) {
    call.deadline = std::chrono::steady_clock::time_point::max();
    return Stream{.content_type = "text/event-stream", .write = [this, call, job](http::BodySink& sink) mutable {
                    std::string last;
                    for (;;) {
                      auto const now = json::write(to_json(Operation(job)));
                      sink.write(now == last ? ": still\n\n" : "event: operation\ndata: " + now + "\n\n");
                      last = now;
                      if (jobs::is_final(job.state)) return;
                      call.proceed();
                      job = jobs.wait(call, job.id, kBeat);
                    }
                  }};
  }
};

struct CancelOperation {
  jobs::Jobs& jobs;

  struct Input {
    std::string operation;
    static constexpr auto fields() { return std::tuple{required("operation", &Input::operation, "its id")}; }
  };
  using Output = Operation;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/operations/{operation}:cancel",
                                           .name = "cancel_operation",
                                           .tag = "operations",
                                           .summary = "Ask long work to end",
                                           .status = 202};
  Output run(Call const& call, Input const& input) {
    return Operation(jobs.cancel(call, jobs::JobId(input.operation)));
  }
};

}  // namespace

void add_operations(Table& table, jobs::Jobs& jobs) {
  table.add(GetOperation{jobs});
  table.add(CancelOperation{jobs});
}

}  // namespace lepton::native
