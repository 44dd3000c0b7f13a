#include "db/durability.h"

#include <utility>

namespace lepton::db {
namespace {

thread_local bool later = false;

}  // namespace

DurableLater::DurableLater() : outer_(std::exchange(later, true)) {}

DurableLater::~DurableLater() {
  later = outer_;
}

bool DurableLater::on_this_thread() {
  return later;
}

void make_durable(Database& database) {
  SystemClock const clock;
  database.write(system_call(clock), [](Transaction&) {});
}

}  // namespace lepton::db
