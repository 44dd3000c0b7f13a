#pragma once

#include <span>
#include <string>

#include "sparql/expression.h"
#include "sparql/value.h"

namespace lepton::sparql {

/// §17.4.3: STRLEN, SUBSTR, UCASE, LCASE, STRSTARTS, STRENDS, CONTAINS, STRBEFORE, STRAFTER, ENCODE_FOR_URI, CONCAT and
/// LANGMATCHES, counting characters, not bytes. REGEX and REPLACE are in regular_expression.h.
[[nodiscard]] Value string_function(Operation operation, std::span<Value const> arguments);

/// §17.4.6, MD5 to SHA512: lower-case hexadecimal digits.
[[nodiscard]] Value hash_function(Operation operation, Value const& text);

}  // namespace lepton::sparql
