#pragma once

#include <mutex>
#include <shared_mutex>
#include <utility>

namespace lepton {

/// A value that can be reached only while its lock is held. Any thread may call; a handle must not outlive the Guarded,
/// and is not kept across a call into another module.
///
///     Guarded<Pool> pool_;
///     auto pool = pool_.lock();   pool->take();
template <class State>
class Guarded {
  template <class Held, class Lock>
  class Handle {
   public:
    Handle(Held& state, Lock lock) : state_(&state), lock_(std::move(lock)) {}
    [[nodiscard]] Held* operator->() const { return state_; }
    [[nodiscard]] Held& operator*() const { return *state_; }
    /// For std::condition_variable_any::wait.
    [[nodiscard]] Lock& lock() { return lock_; }

   private:
    Held* state_;
    Lock lock_;
  };

 public:
  using Writer = Handle<State, std::unique_lock<std::shared_mutex>>;
  using Reader = Handle<State const, std::shared_lock<std::shared_mutex>>;

  template <class... Args>
  explicit Guarded(Args&&... args) : state_(std::forward<Args>(args)...) {}

  [[nodiscard]] Writer lock() { return {state_, std::unique_lock(mutex_)}; }
  [[nodiscard]] Reader read() const { return {state_, std::shared_lock(mutex_)}; }

 private:
  mutable std::shared_mutex mutex_;
  State state_;
};

}  // namespace lepton
