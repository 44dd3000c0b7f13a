#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace lepton::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

/// RFC 8259. Throws Error{invalid} that names line and column; nesting deeper than 64, duplicate keys and text that is
/// not UTF-8 are refused.
[[nodiscard]] Value parse(std::string_view text);

/// One line, keys in the order of the object.
[[nodiscard]] std::string write(Value const& value);
/// Two spaces of indent, for people.
[[nodiscard]] std::string write_pretty(Value const& value);
/// Keys sorted, no spaces, shortest numbers: the same value always gives the same bytes, so that its digest is its
/// identity. (RFC 8785 for the values Lepton writes: strings, booleans, 64-bit integers and finite doubles.)
[[nodiscard]] std::string write_canonical(Value const& value);

/// "object", "a string" and so on, for error sentences.
[[nodiscard]] std::string_view kind_name(Value const& value);

/// `pointer` with one more RFC 6901 reference token.
[[nodiscard]] std::string pointer_to(std::string const& pointer, std::string_view token);
[[nodiscard]] std::string pointer_to(std::string const& pointer, std::size_t index);

}  // namespace lepton::json
