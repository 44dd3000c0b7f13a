#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "base/guarded.h"

namespace lepton::sparql_protocol {

/// One answer as it was sent.
struct KeptAnswer {
  std::string body;
  std::uint64_t rows = 0;
};

/// Answers by a tag that says all that they depend on, so that what is found is right for as long as anybody asks for
/// that tag. Holds a bounded number of bytes; what was asked for longest ago goes first. Owned by the protocol; any
/// thread may call.
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t most_bytes = 64 << 20, std::size_t most_bytes_each = 1 << 20)
      : most_bytes_(most_bytes), most_bytes_each_(most_bytes_each) {}

  /// Null when it is not there. Shared: it may go while it is being sent.
  [[nodiscard]] std::shared_ptr<KeptAnswer const> find(std::string const& tag);
  [[nodiscard]] bool takes(std::uint64_t bytes) const { return bytes <= most_bytes_each_; }
  void put(std::string const& tag, KeptAnswer answer);

 private:
  struct Entry {
    std::string tag;
    std::shared_ptr<KeptAnswer const> answer;
  };
  struct State {
    std::list<Entry> by_use;  ///< the last one used first
    std::map<std::string, std::list<Entry>::iterator> by_tag;
    std::size_t bytes = 0;
  };

  std::size_t most_bytes_;
  std::size_t most_bytes_each_;
  Guarded<State> state_;
};

}  // namespace lepton::sparql_protocol
