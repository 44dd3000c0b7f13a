#include "db/companion.h"

#include "base/check.h"

namespace lepton::db {
namespace {

thread_local std::function<void(Transaction&)> const* companion_of_thread = nullptr;

}  // namespace

Companion::Companion(std::function<void(Transaction&)> work) : work_(std::move(work)) {
  check(companion_of_thread == nullptr, "a thread has one companion at a time");
  companion_of_thread = &work_;
}

Companion::~Companion() {
  companion_of_thread = nullptr;
}

void Companion::accompany(Transaction& tx) {
  if (companion_of_thread != nullptr) (*companion_of_thread)(tx);
}

}  // namespace lepton::db
