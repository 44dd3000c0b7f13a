#pragma once

#include <string_view>

/// IRIs of RDFS, OWL and XML Schema that reasoning gives a meaning to.
namespace lepton::reason {

inline constexpr std::string_view rdfs_namespace = "http://www.w3.org/2000/01/rdf-schema#";
inline constexpr std::string_view owl_namespace = "http://www.w3.org/2002/07/owl#";
inline constexpr std::string_view xsd_namespace = "http://www.w3.org/2001/XMLSchema#";
inline constexpr std::string_view owl_same_as = "http://www.w3.org/2002/07/owl#sameAs";

}  // namespace lepton::reason
