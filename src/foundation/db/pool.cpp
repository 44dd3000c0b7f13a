#include "db/pool.h"

#include "base/error.h"

namespace lepton::db {

using std::chrono::steady_clock;

Pool::Lease Pool::take(Call const& call) {
  call.proceed();
  std::unique_lock lock(mutex_);
  // The call's deadline is on its own clock, which in a test is not the machine's.
  auto const left = call.deadline == steady_clock::time_point::max() ? steady_clock::duration::max()
                                                                     : call.deadline - call.clock->steady();
  auto const patience = std::min<steady_clock::duration>(left, std::chrono::seconds(30));
  if (!freed_.wait_for(lock, patience, [this] { return taken_ < limit_; })) {
    call.proceed();
    throw unavailable("the database is overloaded: no connection became free in time").with_reason("overloaded");
  }
  ++taken_;
  if (!idle_.empty()) {
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return {*this, std::move(session), false};
  }
  lock.unlock();
  try {
    return {*this, open_(), true};
  } catch (Error const&) {
    give_back(nullptr);
    throw;
  }
}

void Pool::give_back(std::unique_ptr<Session> session) {
  {
    std::lock_guard const lock(mutex_);
    --taken_;
    if (session && !session->broken()) idle_.push_back(std::move(session));
  }
  freed_.notify_one();
}

}  // namespace lepton::db
