#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "db/session.h"

namespace lepton::db {

/// Up to `limit` sessions, opened when needed and kept. Any thread may call; outlives its leases. A broken session is
/// closed instead of kept.
class Pool {
 public:
  Pool(OpenSession open, std::size_t limit) : open_(std::move(open)), limit_(limit) {}

  /// The right to use one session until destroyed.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Session> session, bool fresh)
        : pool_(&pool), session_(std::move(session)), fresh_(fresh) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (session_) pool_->give_back(std::move(session_));
    }
    [[nodiscard]] Session& operator*() const { return *session_; }
    [[nodiscard]] Session* operator->() const { return session_.get(); }
    /// Opened just now, so that a broken connection is not merely an old one.
    [[nodiscard]] bool fresh() const { return fresh_; }

   private:
    Pool* pool_;
    std::unique_ptr<Session> session_;
    bool fresh_;
  };

  /// Waits for a free session, at most until the call's deadline and half a minute; then Error{exhausted} or
  /// {unavailable}.
  [[nodiscard]] Lease take(Call const& call);

 private:
  void give_back(std::unique_ptr<Session> session);

  OpenSession open_;
  std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Session>> idle_;
  std::size_t taken_ = 0;
};

}  // namespace lepton::db
