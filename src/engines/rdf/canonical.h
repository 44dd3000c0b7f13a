#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/call.h"
#include "rdf/quad.h"

namespace lepton::rdf {

enum class CanonicalHash { sha256, sha384 };

struct CanonicalOptions {
  CanonicalHash hash = CanonicalHash::sha256;
  /// Steps of comparing blank nodes with each other, a microsecond or so each; a graph built to have no cheap answer
  /// passes any number of them.
  std::uint64_t work_limit = 1'000'000;
};

/// A dataset in the one form that all datasets have which differ only in blank node labels and order.
struct Canonical {
  std::string nquads;                         ///< sorted, without duplicates; its digest names the dataset
  std::map<std::string, std::string> labels;  ///< blank node label in the input → canonical one ("c14n0"…)
};

/// RDF Dataset Canonicalization, RDFC-1.0. Throws Error{exhausted} with reason "poison_graph" beyond the work limit.
[[nodiscard]] Canonical canonicalize(Call const& call, std::span<Quad const> dataset,
                                     CanonicalOptions const& options = {});

/// Whether some renaming of blank nodes makes the datasets equal (RDF 1.1 Concepts §4.1). Throws as canonicalize does.
[[nodiscard]] bool isomorphic(Call const& call, std::span<Quad const> a, std::span<Quad const> b);

}  // namespace lepton::rdf
