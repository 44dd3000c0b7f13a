#pragma once

#include <string_view>

#include "sparql/value.h"

namespace lepton::sparql {

/// §17.5, the constructor functions of XSD types; an error when there is none of that name or the value does not
/// convert.
[[nodiscard]] Value cast(std::string_view function, Value const& value);

}  // namespace lepton::sparql
