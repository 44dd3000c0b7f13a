#pragma once

#include "db/database.h"

namespace lepton::db {

/// While it lives, what this thread writes is durable a tenth of a second after it was written, and not yet when the
/// write returns. Until then it is seen by everyone and survives the end of the process, but a loss of power takes it
/// back, unless something was made durable since: nothing that is durable is ever without what was committed before it.
/// On PostgreSQL it is durable at once.
class DurableLater {
 public:
  DurableLater();
  ~DurableLater();
  DurableLater(DurableLater const&) = delete;
  DurableLater& operator=(DurableLater const&) = delete;

  /// For Database.
  [[nodiscard]] static bool on_this_thread();

 private:
  bool outer_;
};

/// Returns once all that was committed before is durable.
void make_durable(Database& database);

}  // namespace lepton::db
