#pragma once

#include <filesystem>

#include "rdf/parse.h"

namespace lepton::bench {

/// The file as plain N-Triples, unpacked into `scratch` and synced where it is packed: unpacking is not what is
/// measured, and the first sync of a store would have to write it out too.
[[nodiscard]] std::filesystem::path plain(std::filesystem::path const& file, std::filesystem::path const& scratch);

/// LUBM's two statements about the relative IRI <> are no N-Triples; they are left out.
[[nodiscard]] rdf::ParseOptions lenient();

}  // namespace lepton::bench
