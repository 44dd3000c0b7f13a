#pragma once

#include <string>
#include <vector>

#include "base/digest.h"
#include "base/fields.h"

namespace lepton::models {

/// One thing a version is made of: its name ("artifact/model.json", "data/risk/training-set@1", "parameters") and what
/// it holds.
struct Leaf {
  std::string name;
  std::string digest;  ///< SHA-256 of the content, hexadecimal

  static constexpr auto fields() {
    return std::tuple{required("name", &Leaf::name, "what it is"),
                      required("digest", &Leaf::digest, "SHA-256 of its content")};
  }
};

/// RFC 9162 §2.1.1, Merkle tree hash over the leaves in the order of their names; a leaf's bytes are its name, a zero
/// byte and its digest in hexadecimal. Names are distinct; there is at least one.
[[nodiscard]] Digest merkle_root(std::vector<Leaf> leaves);

}  // namespace lepton::models
