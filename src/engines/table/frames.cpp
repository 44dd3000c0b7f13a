#include "table/frames.h"

#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/file.h"

namespace lepton::table {
namespace {

/// False at the end of the stream before the first byte.
bool read_exactly(int fd, char* into, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    ssize_t const got = ::read(fd, into + done, count - done);
    if (got > 0)
      done += static_cast<std::size_t>(got);
    else if (got == 0 && done == 0)
      return false;
    else if (got == 0 || errno != EINTR)
      throw unavailable("the other side of a query worker's socket is gone");
  }
  return true;
}

}  // namespace

std::string frame_header(FrameKind kind, std::size_t length) {
  std::string header;
  for (unsigned shift = 0; shift < 32; shift += 8) header += static_cast<char>(length >> shift & 0xff);
  return header += static_cast<char>(kind);
}

bool read_frame(int fd, Frame& frame) {
  unsigned char header[5];
  if (!read_exactly(fd, reinterpret_cast<char*>(header), sizeof header)) return false;
  std::uint32_t const length = header[0] | header[1] << 8U | header[2] << 16U | std::uint32_t(header[3]) << 24U;
  if (length > longest_frame) throw unavailable("a frame is longer than promised");
  frame.kind = static_cast<FrameKind>(header[4]);
  frame.payload.resize(length);
  if (length > 0 && !read_exactly(fd, frame.payload.data(), length))
    throw unavailable("the other side of a query worker's socket is gone");
  return true;
}

void write_frame(int fd, FrameKind kind, std::string_view payload) {
  write_all(fd, frame_header(kind, payload.size()), "a query worker's socket");
  write_all(fd, payload, "a query worker's socket");
}

}  // namespace lepton::table
