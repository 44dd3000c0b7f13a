#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "sparql/syntax_tree.h"

/// Queries with variables that have a value before they run: SHACL, appendix A.
namespace lepton::reason {

/// What appendix A does not allow in a query whose variables of these names are bound beforehand, as a sentence: MINUS,
/// VALUES, SERVICE, subqueries that keep such a variable to themselves, and giving it another value.
[[nodiscard]] std::optional<std::string> find_forbidden(sparql::Query const& query,
                                                        std::set<std::string> const& prebound);

/// The query with variables bound: each group of it begins with their values, so that they hold in every part, as the
/// appendix's values insertion says. $PATH in the place of a predicate becomes `path`, when there is one.
[[nodiscard]] sparql::Query prebind(sparql::Query query, std::map<std::string, rdf::Term> const& values,
                                    std::optional<sparql::Path> const& path);

}  // namespace lepton::reason
