#include "rdf/store/before_durable.h"

#include <utility>

namespace lepton::rdf {
namespace {

thread_local BeforeDurable::Action of_thread;

}  // namespace

BeforeDurable::BeforeDurable(Action action) : outer_(std::exchange(of_thread, std::move(action))) {}

BeforeDurable::~BeforeDurable() {
  of_thread = std::move(outer_);
}

BeforeDurable::Action BeforeDurable::of_this_thread() {
  return of_thread;
}

}  // namespace lepton::rdf
