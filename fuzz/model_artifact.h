#pragma once

#include <string>
#include <string_view>

#include "runtime/model_file.h"

namespace lepton::runtime {

/// A sound model file with some bytes changed and a checksum that agrees: three bytes of the input for a place and one
/// for the value there.
inline std::string changed_artifact(std::string file, std::string_view input) {
  for (std::size_t i = 0; i + 4 <= input.size(); i += 4) {
    auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(input[i + at]); };
    std::size_t const place = (byte(0) << 16U | byte(1) << 8U | byte(2)) % file.size();
    file[place] = static_cast<char>(byte(3));
  }
  ModelFile::seal(file);
  return file;
}

}  // namespace lepton::runtime
