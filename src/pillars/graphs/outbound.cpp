#include "graphs/outbound.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace lepton::graphs {
namespace {

constexpr std::size_t kMostWords = 300;
constexpr std::uint64_t kMostRefusal = 1 << 20;  ///< bytes of an answer that says what is wrong

/// What a service says, as one line that may stand in a sentence.
std::string first_words(std::string_view body) {
  std::string line;
  for (char const c : body.substr(0, kMostWords)) {
    bool const plain = static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
    if (plain)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  // A character that was cut is dropped.
  while (!line.empty() && body.size() > kMostWords && (static_cast<unsigned char>(line.back()) & 0x80) != 0)
    line.pop_back();
  while (line.ends_with(' ')) line.pop_back();
  return line.empty() ? "it does not say why" : line;
}

std::chrono::steady_clock::time_point deadline_of(Call const& call, Duration timeout) {
  return std::min(call.deadline, call.clock->steady() + timeout);
}

}  // namespace

Error refusal_of(std::string const& origin, http::ClientResponse const& response) {
  int const status = response.status;
  auto const says = [&](std::string_view what) {
    return fmt::format("{} {} (HTTP {}): {}", origin, what, status, first_words(response.body));
  };
  if (status / 100 == 3)
    return unavailable(
        fmt::format("{} answered with a redirect (HTTP {}), which is not followed: name the address that "
                    "it leads to",
                    origin, status));
  if (status == 401 || status == 403)
    return denied(says("does not let this platform in")).with_reason("service_refused");
  if (status == 404 || status == 410) return not_found(says("has no such thing"));
  if (status == 408 || status == 429 || status / 100 == 5)
    return unavailable(says("failed")).with_reason("service_failed");
  return invalid(says("refuses the request")).with_reason("service_refused");
}

/// One of the requests that may wait for a service.
class Outbound::Place {
 public:
  Place(Outbound& outbound, std::string origin) : outbound_(&outbound), origin_(std::move(origin)) {}
  Place(Place const&) = delete;
  Place& operator=(Place const&) = delete;
  ~Place() { outbound_->leave(origin_); }

 private:
  Outbound* outbound_;
  std::string origin_;
};

Outbound::Place Outbound::enter(std::string const& origin) {
  auto state = state_.lock();
  auto& service = state->services[origin];
  auto const now = std::chrono::steady_clock::now();
  if (service.rests_until > now) {
    auto const left = std::chrono::ceil<std::chrono::seconds>(service.rests_until - now);
    throw unavailable(fmt::format("{} has not answered for a while and is left alone: it is asked again in {} s",
                                  origin, left.count()))
        .with_reason("service_rests")
        .with_retry_after(left);
  }
  // Whether a service that rested is back, one request finds out.
  bool const doubtful = service.failures >= limits_.failures;
  if (service.running >= (doubtful ? 1 : limits_.per_service) || state->running >= limits_.together) {
    throw exhausted(fmt::format("{} requests wait for {} already, and {} for services outside: ask again in a moment",
                                service.running, origin, state->running))
        .with_reason("service_busy")
        .with_retry_after(std::chrono::seconds(1));
  }
  ++service.running;
  ++state->running;
  return {*this, origin};
}

void Outbound::leave(std::string const& origin) {
  auto state = state_.lock();
  --state->services[origin].running;
  --state->running;
}

void Outbound::note(std::string const& origin, bool answered) {
  auto state = state_.lock();
  auto& service = state->services[origin];
  service.failures = answered ? 0 : service.failures + 1;
  if (service.failures >= limits_.failures) service.rests_until = std::chrono::steady_clock::now() + limits_.rest;
}

http::ClientResponse Outbound::send(Call const& call, OutboundRequest const& request, OnPiece const& on_piece) {
  auto const& origin = request.url.origin;
  allowed_.require(request.url);
  call.proceed();
  auto const place = enter(origin);
  http::Client client({.base_url = origin,
                       .ca_file = {},
                       .headers = {{"User-Agent", "Lepton"}},
                       .connect_timeout = limits_.connect_timeout,
                       .idle_timeout = std::chrono::hours(24),  // the deadline is what ends it
                       .stop = call.stop,
                       .deadline = deadline_of(call, request.timeout),
                       .max_body_bytes = kMostRefusal});
  auto sent = request.request;
  sent.target = request.url.target.empty() ? "/" : request.url.target;
  std::uint64_t bytes = 0;
  std::string whole;
  http::ClientResponse response;
  try {
    response = client.send(sent, [&](http::ClientResponse const& head, std::string_view piece) {
      bytes += piece.size();
      if (bytes > request.most_bytes)
        throw exhausted(fmt::format("{} answered with more than {} MiB, which is the limit: ask for less", origin,
                                    request.most_bytes >> 20))
            .with_reason("service_answer_size");
      if (on_piece)
        on_piece(head, piece);
      else
        whole += piece;
    });
  } catch (Error const& error) {
    if (error.code() != Code::unavailable) throw;
    call.proceed();  // who gave it no time may not say that it failed
    if (error.reason() != "timeout") note(origin, false);
    throw;
  }
  note(origin, true);
  if (response.status / 100 != 2) throw refusal_of(origin, response);
  response.body = std::move(whole);
  return response;
}

}  // namespace lepton::graphs
