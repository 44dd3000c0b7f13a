#pragma once

#include <memory>
#include <string_view>

#include "http/message.h"
#include "rdf/byte_stream.h"

namespace lepton::native {

/// Packs what it is given as gzip (RFC 1952) on its way to a body. One thread.
class PackedBody : public rdf::ByteSink {
 public:
  /// `body` outlives it.
  explicit PackedBody(http::BodySink& body);
  ~PackedBody() override;
  PackedBody(PackedBody const&) = delete;
  PackedBody& operator=(PackedBody const&) = delete;

  void write(std::string_view bytes) override;
  /// Once, at the end: without it who reads the body sees that it is cut off.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lepton::native
