#include "native/unpacked_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/error.h"
#include "native/packed_body.h"

namespace lepton::native {
namespace {

// A body that arrives in pieces of the given size.
class Pieces : public http::BodySource {
 public:
  Pieces(std::string bytes, std::size_t size) : bytes_(std::move(bytes)), size_(size) {}
  std::string read() override {
    std::string piece = bytes_.substr(0, size_);
    bytes_.erase(0, size_);
    return piece;
  }

 private:
  std::string bytes_;
  std::size_t size_;
};

std::string gzip(std::string const& text) {
  z_stream zlib{};
  deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&zlib, text.size()) + 32, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
  zlib.avail_out = static_cast<uInt>(packed.size());
  deflate(&zlib, Z_FINISH);
  packed.resize(zlib.total_out);
  deflateEnd(&zlib);
  return packed;
}

class Kept : public http::BodySink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

std::string unpacked(std::string bytes, std::size_t piece, std::uint64_t max_bytes = 100 << 20) {
  SystemClock const clock;
  std::string out;
  Pieces body(std::move(bytes), piece);
  read_unpacked(system_call(clock), body, max_bytes, [&](std::string_view part) { out += part; });
  return out;
}

Code refusal(std::string bytes, std::uint64_t max_bytes = 100 << 20) {
  try {
    (void)unpacked(std::move(bytes), 1000, max_bytes);
  } catch (Error const& e) {
    return e.code();
  }
  return Code::internal;
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + ",客户\n";
  return text;
}

TEST(UnpackedBody, GzipIsUnpackedHoweverItArrives) {
  std::string const text = long_text();
  for (std::size_t const piece : {1U, 7U, 65'536U}) EXPECT_EQ(unpacked(gzip(text), piece), text);
  EXPECT_EQ(unpacked(gzip("a,b\n") + gzip("1,2\n"), 3), "a,b\n1,2\n");
}

TEST(UnpackedBody, AnythingElsePassesAsItIs) {
  EXPECT_EQ(unpacked("a,b\n1,2\n", 3), "a,b\n1,2\n");
  EXPECT_EQ(unpacked("", 3), "");
  EXPECT_EQ(unpacked("\x1f", 3), "\x1f");
}

TEST(UnpackedBody, DamageCutsAndBombsAreRefused) {
  std::string const packed = gzip(long_text());
  EXPECT_EQ(refusal(packed.substr(0, packed.size() / 2)), Code::invalid);
  std::string damaged = packed;
  damaged[damaged.size() / 2] ^= 0x55;
  EXPECT_EQ(refusal(damaged), Code::invalid);
  EXPECT_EQ(refusal(gzip(std::string(10 << 20, 'a')), 1 << 20), Code::exhausted);
}

TEST(PackedBody, IsUnpackedToTheSameBytes) {
  std::string const text = long_text();
  for (std::size_t const size : {std::size_t{0}, std::size_t{5}, text.size()}) {
    Kept packed;
    PackedBody body(packed);
    for (std::size_t at = 0; at < size; at += 50'000)
      body.write(std::string_view(text).substr(at, std::min<std::size_t>(50'000, size - at)));
    body.finish();
    EXPECT_EQ(refusal(packed.text.substr(0, packed.text.size() - 1)), Code::invalid);
    EXPECT_EQ(unpacked(packed.text, 1000), text.substr(0, size));
    EXPECT_LE(packed.text.size(), size / 2 + 30);
  }
}

}  // namespace
}  // namespace lepton::native
