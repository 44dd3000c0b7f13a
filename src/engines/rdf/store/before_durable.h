#pragma once

#include <functional>
#include <memory>

namespace lepton::rdf {

/// While it lives, `action` is called before anything gets to the disk of what this thread commits to a store, so that
/// what is kept elsewhere about the commit gets there first. It is called once for all commits that share a sync, by
/// whichever thread writes them, and must not use the store; when it throws, the store could not write its log.
class BeforeDurable {
 public:
  using Action = std::shared_ptr<std::function<void()> const>;  // shared with commits that wait for their sync

  explicit BeforeDurable(Action action);
  ~BeforeDurable();
  BeforeDurable(BeforeDurable const&) = delete;
  BeforeDurable& operator=(BeforeDurable const&) = delete;

  /// For the store; null when there is none.
  [[nodiscard]] static Action of_this_thread();

 private:
  Action outer_;
};

}  // namespace lepton::rdf
