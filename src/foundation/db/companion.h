#pragma once

#include "db/database.h"

namespace lepton::db {

/// What is done in every write transaction that this thread begins while the Companion lives, after the transaction's
/// own work and before its commit: both are there or neither. For the edge that runs a request on one thread and must
/// leave a mark with whatever the request changes, without the modules between knowing. Work that is queued for other
/// threads is not accompanied, nor is a rehearsal. One at a time on a thread.
class Companion {
 public:
  explicit Companion(std::function<void(Transaction&)> work);
  ~Companion();
  Companion(Companion const&) = delete;
  Companion& operator=(Companion const&) = delete;

  /// For Database: runs this thread's companion, if there is one.
  static void accompany(Transaction& tx);

 private:
  std::function<void(Transaction&)> work_;
};

}  // namespace lepton::db
