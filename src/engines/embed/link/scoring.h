#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fields.h"

namespace lepton::embed {

/// How a statement is scored from the vectors of its parts.
enum class Scoring {
  transe,    ///< −‖h + r − t‖ (Bordes et al. 2013)
  distmult,  ///< Σ h·r·t (Yang et al. 2015)
  complex,   ///< Re Σ h·r·conj(t) (Trouillon et al. 2016)
  rotate,    ///< −‖h·e^{ir} − t‖ (Sun et al. 2019), with the norm of the whole vector
};

/// Whether the score is a negative distance; otherwise it is a product.
[[nodiscard]] bool is_distance(Scoring scoring);

/// The vector q for which the score of (source, relation, x) is q·x, or −‖q − x‖. `inverse`: of (x, relation, source).
/// Vectors have `size` floats, of complex numbers first all real parts; a rotation keeps its angles in the first half.
void make_query(Scoring scoring, std::size_t size, float const* source, float const* relation, bool inverse,
                float* query);
/// What `gradient`, of the query, is for its parts; both are overwritten.
void query_gradient(Scoring scoring, std::size_t size, float const* source, float const* relation, bool inverse,
                    float const* gradient, float* of_source, float* of_relation);

/// The vector p for which the score of (head, x, tail) is p·x. Only where the score is a product.
void make_pair(Scoring scoring, std::size_t size, float const* head, float const* tail, float* pair);
void pair_gradient(Scoring scoring, std::size_t size, float const* head, float const* tail, float const* gradient,
                   float* of_head, float* of_tail);

}  // namespace lepton::embed

template <>
struct lepton::EnumNames<lepton::embed::Scoring> {
  static constexpr std::array<std::pair<embed::Scoring, std::string_view>, 4> values{
      {{embed::Scoring::transe, "transe"},
       {embed::Scoring::distmult, "distmult"},
       {embed::Scoring::complex, "complex"},
       {embed::Scoring::rotate, "rotate"}}};
};
