#pragma once

#include <string>
#include <vector>

#include "base/fields.h"

namespace lepton::retrieval {

/// A part of each passage, such as its title.
struct FieldOptions {
  std::string name;
  double weight = 1;  ///< of an occurrence there

  static constexpr auto fields() {
    using O = FieldOptions;
    return std::tuple{required("name", &O::name, "name of the part"),
                      optional("weight", &O::weight, "how much an occurrence there counts")};
  }
  friend bool operator==(FieldOptions const&, FieldOptions const&) = default;
};

inline constexpr std::size_t most_fields = 8;
inline constexpr std::size_t most_dimensions = 1024;

/// How an index is made and searched; kept in its file. BM25F (Robertson & Zaragoza 2009, §3.6) over fields.
struct IndexOptions {
  std::vector<FieldOptions> fields_of_passages{{"text", 1}};
  double saturation = 1.2;  ///< BM25's k₁
  double length = 0.85;     ///< BM25's b: how much a long field counts less, 0 to 1
  double word_weight = 1, pair_weight = 0.4, piece_weight = 0.3;
  double vector_weight = 10;         ///< points of BM25 that a cosine of 1 adds; 0: words alone
  std::int64_t dimensions = 128;     ///< of vectors
  std::int64_t exact_up_to = 50000;  ///< segments with more passages are searched by cells

  static constexpr auto fields() {
    using O = IndexOptions;
    return std::tuple{required("fields", &O::fields_of_passages, "parts of a passage, in order"),
                      optional("saturation", &O::saturation, "k1 of BM25"),
                      optional("length", &O::length, "b of BM25"),
                      optional("word_weight", &O::word_weight, "weight of words"),
                      optional("pair_weight", &O::pair_weight, "weight of two words in a row"),
                      optional("piece_weight", &O::piece_weight, "weight of three and four characters of a word"),
                      optional("vector_weight", &O::vector_weight, "points that a cosine of 1 adds"),
                      optional("dimensions", &O::dimensions, "length of vectors"),
                      optional("exact_up_to", &O::exact_up_to, "segments of more passages are searched by cells")};
  }
  friend bool operator==(IndexOptions const&, IndexOptions const&) = default;
};

/// Throws Error{invalid} that names every field out of its range.
void validate(IndexOptions const& options);

}  // namespace lepton::retrieval
