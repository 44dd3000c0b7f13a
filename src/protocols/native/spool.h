#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "http/message.h"

namespace lepton::native {

/// Holds an answer until all of it is there, so that a failure in its middle is still a problem document and what is
/// answered with 200 is whole: in memory up to 1 MiB, then in a file that has no name. One thread at a time.
class Spool {
 public:
  void write(std::string_view bytes);
  /// What was written, piece by piece.
  void copy_to(http::BodySink& sink) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  std::string memory_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace lepton::native
