#include "models/merkle.h"

#include <algorithm>
#include <bit>
#include <span>

#include "base/check.h"

namespace lepton::models {
namespace {

Digest hash(std::span<std::string const> entries) {
  Sha256 sha;
  if (entries.size() == 1) {
    sha.update(std::string_view("\0", 1));
    sha.update(entries[0]);
    return sha.finish();
  }
  std::size_t const left = std::bit_floor(entries.size() - 1);  // the largest power of two below the number of entries
  Digest const a = hash(entries.first(left)), b = hash(entries.subspan(left));
  sha.update(std::string_view("\1", 1));
  sha.update(a.view());
  sha.update(b.view());
  return sha.finish();
}

}  // namespace

Digest merkle_root(std::vector<Leaf> leaves) {
  check(!leaves.empty(), "a version is made of something");
  std::sort(leaves.begin(), leaves.end(), [](Leaf const& a, Leaf const& b) { return a.name < b.name; });
  std::vector<std::string> entries;
  for (auto const& leaf : leaves) entries.push_back(leaf.name + '\0' + leaf.digest);
  return hash(entries);
}

}  // namespace lepton::models
