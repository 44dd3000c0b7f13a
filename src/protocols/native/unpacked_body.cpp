#include "native/unpacked_body.h"

#include <fmt/format.h>
#include <zlib.h>

#include <vector>

#include "base/check.h"
#include "base/error.h"

namespace lepton::native {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib: expect a gzip header, not a zlib one

class Gunzip {
 public:
  Gunzip(std::uint64_t max_bytes, std::function<void(std::string_view)> const& sink)
      : max_bytes_(max_bytes), sink_(sink), buffer_(256 << 10) {
    check(inflateInit2(&zlib_, kGzipOnly) == Z_OK, "zlib has memory for one stream");
  }
  ~Gunzip() { inflateEnd(&zlib_); }
  Gunzip(Gunzip const&) = delete;
  Gunzip& operator=(Gunzip const&) = delete;

  void feed(Call const& call, std::string_view packed) {
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib reads it only
    zlib_.avail_in = static_cast<uInt>(packed.size());
    do {
      call.proceed();
      if (at_end_ && zlib_.avail_in > 0) {
        check(inflateReset2(&zlib_, kGzipOnly) == Z_OK, "a zlib stream can begin again");
        at_end_ = false;
      }
      inflate_once();
    } while (zlib_.avail_in > 0 || zlib_.avail_out == 0);
  }

  void finish() const {
    if (!at_end_) throw invalid("the gzip file is cut off: send it again, whole");
  }

 private:
  void inflate_once() {
    zlib_.next_out = buffer_.data();
    zlib_.avail_out = static_cast<uInt>(buffer_.size());
    int const state = inflate(&zlib_, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
      throw invalid(fmt::format("the gzip file is damaged after {} unpacked bytes", written_));
    at_end_ = state == Z_STREAM_END;
    std::size_t const count = buffer_.size() - zlib_.avail_out;
    written_ += count;
    if (written_ > max_bytes_)
      throw exhausted(fmt::format("the gzip file unpacks to more than {} bytes", max_bytes_))
          .with_reason("body_too_large");
    if (count > 0) sink_({reinterpret_cast<char const*>(buffer_.data()), count});
  }

  std::uint64_t max_bytes_;
  std::function<void(std::string_view)> const& sink_;
  std::vector<Bytef> buffer_;
  z_stream zlib_{};
  std::uint64_t written_ = 0;
  bool at_end_ = false;
};

}  // namespace

void read_unpacked(Call const& call, http::BodySource& body, std::uint64_t max_bytes,
                   std::function<void(std::string_view)> const& sink) {
  std::string piece = body.read();
  while (piece.size() == 1) {  // the magic number may come in two pieces
    std::string const more = body.read();
    if (more.empty()) break;
    piece += more;
  }
  if (!std::string_view(piece).starts_with(kGzipMagic)) {
    for (; !piece.empty(); piece = body.read()) {
      call.proceed();
      sink(piece);
    }
    return;
  }
  Gunzip gunzip(max_bytes, sink);
  for (; !piece.empty(); piece = body.read()) gunzip.feed(call, piece);
  gunzip.finish();
}

}  // namespace lepton::native
