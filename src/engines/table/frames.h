#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace lepton::table {

/// What the server and a query worker say to each other over one socket: four bytes of length (little endian), one byte
/// of kind, the payload.
enum class FrameKind : std::uint8_t { message = 'J', data = 'D' };

struct Frame {
  FrameKind kind = FrameKind::message;
  std::string payload;
};

/// The longest payload; longer ones are a broken promise of the sender.
inline constexpr std::uint32_t longest_frame = 256U << 20;

[[nodiscard]] std::string frame_header(FrameKind kind, std::size_t length);

/// Blocking, for the worker's side. Reading returns false at the end of the stream; a broken stream ends the process'
/// work with Error{unavailable}.
[[nodiscard]] bool read_frame(int fd, Frame& frame);
void write_frame(int fd, FrameKind kind, std::string_view payload);

}  // namespace lepton::table
