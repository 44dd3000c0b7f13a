#include "native/packed_body.h"

#include <zlib.h>

#include <vector>

#include "base/check.h"

namespace lepton::native {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;  // zlib: write a gzip header, not a zlib one
constexpr int kMemoryLevel = 8;        // zlib's default
constexpr std::size_t kPiece = 64 << 10;

}  // namespace

struct PackedBody::State {
  explicit State(http::BodySink& to) : body(to), buffer(kPiece) {
    check(deflateInit2(&zlib, Z_BEST_SPEED, Z_DEFLATED, kGzip, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK,
          "zlib has memory for one stream");
    zlib.next_out = buffer.data();
    zlib.avail_out = kPiece;
  }
  ~State() { deflateEnd(&zlib); }
  State(State const&) = delete;
  State& operator=(State const&) = delete;

  void send() {
    if (std::size_t const count = kPiece - zlib.avail_out; count > 0)
      body.write({reinterpret_cast<char const*>(buffer.data()), count});
    zlib.next_out = buffer.data();
    zlib.avail_out = kPiece;
  }

  http::BodySink& body;
  std::vector<Bytef> buffer;
  z_stream zlib{};
};

PackedBody::PackedBody(http::BodySink& body) : state_(std::make_unique<State>(body)) {}
PackedBody::~PackedBody() = default;

void PackedBody::write(std::string_view bytes) {
  auto& zlib = state_->zlib;
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib reads it only
  zlib.avail_in = static_cast<uInt>(bytes.size());
  while (zlib.avail_in > 0) {
    check(deflate(&zlib, Z_NO_FLUSH) == Z_OK, "zlib packs what has room");
    if (zlib.avail_out == 0) state_->send();
  }
}

void PackedBody::finish() {
  for (int state = Z_OK; state != Z_STREAM_END; state_->send()) {
    state = deflate(&state_->zlib, Z_FINISH);
    check(state == Z_OK || state == Z_BUF_ERROR || state == Z_STREAM_END, "zlib ends what it packed");
  }
}

}  // namespace lepton::native
