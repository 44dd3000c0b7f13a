#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "rdf/store/checked_file.h"

/// Files of the store as somebody might have made them: sound checksums over bytes that are not what was written.
namespace lepton::rdf {

/// What was appended to a file.
inline std::string content_of(std::filesystem::path const& path) {
  CheckedFile const file(path);
  return {file.view(0, file.size()), file.size()};
}

/// Changes a sound content as the input says: two bytes for a place, counted from the end, so that footers are near,
/// and one for the value there. Then the content is put into `path`.
inline void write_changed(std::string content, std::string_view input, std::filesystem::path const& path) {
  for (std::size_t i = 0; i + 3 <= input.size(); i += 3) {
    auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(input[i + at]); };
    std::size_t const back = (byte(0) << 8U | byte(1)) % content.size();
    content[content.size() - 1 - back] = static_cast<char>(byte(2));
  }
  CheckedFileWriter file(path);
  file.append(content);
  file.finish();
}

}  // namespace lepton::rdf
