#include "access/login_limiter.h"

#include <algorithm>

#include "base/error.h"

namespace lepton::access {
namespace {

using std::chrono::seconds;

constexpr int kFreeFromOnePeer = 5;
constexpr int kFreeFromAll = 50;
constexpr seconds kLongestWait{60};
constexpr seconds kForgetAfter{900};
constexpr std::size_t kMostNames = 10'000;

}  // namespace

void LoginLimiter::check(std::string const& name, std::string const& peer) const {
  auto const now = clock_.steady();
  auto const failures = failures_.read();
  for (Key const& key : {Key{name, peer}, Key{name, ""}}) {
    auto const found = failures->find(key);
    if (found == failures->end() || found->second.until <= now) continue;
    auto const wait = std::chrono::ceil<seconds>(found->second.until - now);
    throw exhausted("too many failed logins: try again in " + std::to_string(wait.count()) + " s")
        .with_reason("too_many_failed_logins")
        .with_retry_after(wait);
  }
}

void LoginLimiter::note(std::map<Key, Failures>& failures, Key const& key, int free) {
  auto const now = clock_.steady();
  Failures& mine = failures[key];
  if (now - mine.last > kForgetAfter) mine.count = 0;
  mine.last = now;
  ++mine.count;
  if (mine.count > free) mine.until = now + std::min(kLongestWait, seconds(1 << std::min(mine.count - free - 1, 6)));
}

void LoginLimiter::failed(std::string const& name, std::string const& peer) {
  auto failures = failures_.lock();
  if (failures->size() > kMostNames)
    std::erase_if(*failures, [now = clock_.steady()](auto const& entry) { return entry.second.until <= now; });
  note(*failures, {name, peer}, kFreeFromOnePeer);
  if (!peer.empty()) note(*failures, {name, ""}, kFreeFromAll);
}

void LoginLimiter::succeeded(std::string const& name, std::string const& peer) {
  failures_.lock()->erase({name, peer});
}

}  // namespace lepton::access
