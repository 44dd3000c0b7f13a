#include "blob/store.h"

namespace lepton::blob {

Digest Store::put(std::string_view bytes) {
  auto const writer = create();
  writer->write(bytes);
  return writer->finish();
}

std::string Store::get(Call const& call, Digest const& digest) const {
  std::string bytes;
  bytes.reserve(size(digest));
  read(call, digest, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

}  // namespace lepton::blob
