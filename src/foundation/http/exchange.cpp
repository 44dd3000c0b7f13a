#include "http/exchange.h"

#include <fmt/format.h>

#include "http/connection.h"
#include "http/reactor.h"

namespace lepton::http {

namespace {

constexpr std::size_t largest_chunk = 64 << 10;

Error gone() {
  return cancelled("the client has gone away");
}

}  // namespace

Exchange::Exchange(std::weak_ptr<Connection> connection, std::shared_ptr<Reactor> reactor, std::size_t limit)
    : connection_(std::move(connection)), reactor_(std::move(reactor)), limit_(limit) {}

template <class Action>
void Exchange::on_connection(Action action) {
  reactor_->post([self = shared_from_this(), action = std::move(action)]() mutable {
    if (auto const connection = self->connection_.lock()) action(*connection, self);
  });
}

std::string Exchange::read() {
  std::unique_lock lock(mutex_);
  if (!std::exchange(reading_, true))
    on_connection([](Connection& connection, auto const& self) { connection.on_body_wanted(self); });
  changed_.wait(lock, [&] { return !incoming_.empty() || body_ended_ || body_error_ || closed_; });
  if (!incoming_.empty()) {
    auto piece = std::move(incoming_.front());
    incoming_.pop_front();
    bool const was_full = incoming_bytes_ >= limit_;
    incoming_bytes_ -= piece.size();
    if (was_full && incoming_bytes_ < limit_)
      on_connection([](Connection& connection, auto const& self) { connection.on_body_room(self); });
    return piece;
  }
  if (body_error_) throw *body_error_;
  if (body_ended_) return {};
  throw gone();
}

void Exchange::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const piece = bytes.substr(0, largest_chunk);
    bytes.remove_prefix(piece.size());
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return outgoing_.size() < limit_ || closed_; });
    if (closed_) throw gone();
    if (chunked_) {
      fmt::format_to(std::back_inserter(outgoing_), "{:x}\r\n", piece.size());
      outgoing_ += piece;
      outgoing_ += "\r\n";
    } else {
      outgoing_ += piece;
    }
    if (!std::exchange(flush_posted_, true))
      on_connection([](Connection& connection, auto const& self) { connection.on_stream_data(self); });
  }
}

void Exchange::answer(Response response) {
  on_connection([response = std::move(response)](Connection& connection, auto const& self) mutable {
    connection.on_response(self, std::move(response));
  });
}

void Exchange::abandon() {
  on_connection([](Connection& connection, auto const& self) { connection.on_abandoned(self); });
}

void Exchange::end_stream(bool whole) {
  on_connection([whole](Connection& connection, auto const& self) { connection.on_stream_end(self, whole); });
}

std::size_t Exchange::deliver(std::string bytes) {
  std::lock_guard const lock(mutex_);
  if (!bytes.empty()) {
    incoming_bytes_ += bytes.size();
    incoming_.push_back(std::move(bytes));
    changed_.notify_all();
  }
  return incoming_bytes_;
}

void Exchange::end_body() {
  std::lock_guard const lock(mutex_);
  body_ended_ = true;
  changed_.notify_all();
}

void Exchange::fail_body(Error error) {
  std::lock_guard const lock(mutex_);
  if (!body_ended_ && !body_error_) body_error_ = std::move(error);
  changed_.notify_all();
}

std::string Exchange::take() {
  std::lock_guard const lock(mutex_);
  if (outgoing_.empty()) {
    flush_posted_ = false;
    return {};
  }
  changed_.notify_all();
  return std::exchange(outgoing_, {});
}

void Exchange::close() {
  {
    std::lock_guard const lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  stop_.request_stop();
}

}  // namespace lepton::http
