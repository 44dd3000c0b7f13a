#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "http/message.h"

namespace lepton::http {

/// Holds an answer until all of it is there, so that a failure in its middle is still a problem document and what is
/// answered with 200 is whole, or a body until all of it has come: in memory up to 1 MiB, then in a file that has no
/// name. One thread at a time.
class Spool {
 public:
  void write(std::string_view bytes);
  /// Fills `into` with what was written from byte `at` on; 0 only at the end.
  [[nodiscard]] std::size_t read(std::uint64_t at, std::span<char> into) const;
  /// What was written, piece by piece.
  void copy_to(BodySink& sink) const;
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  std::string memory_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace lepton::http
