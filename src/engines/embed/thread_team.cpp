#include "embed/thread_team.h"

#include <thread>
#include <vector>

namespace lepton::embed {

void Team::run(std::function<void(std::size_t)> const& work) {
  std::vector<std::thread> others;
  for (std::size_t thread = 1; thread < threads_; ++thread) others.emplace_back(work, thread);
  work(0);
  for (auto& other : others) other.join();
}

}  // namespace lepton::embed
