#include "graphs/natural_datatype.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rdf/vocabulary.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view xsd_date = "http://www.w3.org/2001/XMLSchema#date";
constexpr std::string_view xsd_time = "http://www.w3.org/2001/XMLSchema#time";
constexpr std::string_view xsd_date_time = "http://www.w3.org/2001/XMLSchema#dateTime";
constexpr std::string_view xsd_float = "http://www.w3.org/2001/XMLSchema#float";
constexpr std::string_view xsd_base64 = "http://www.w3.org/2001/XMLSchema#base64Binary";
constexpr std::string_view xsd_duration = "http://www.w3.org/2001/XMLSchema#duration";

constexpr std::array<std::pair<std::string_view, std::string_view>, 28> kTypes{
    {{"BOOLEAN", rdf::xsd_boolean},
     {"TINYINT", rdf::xsd_integer},
     {"SMALLINT", rdf::xsd_integer},
     {"INTEGER", rdf::xsd_integer},
     {"BIGINT", rdf::xsd_integer},
     {"HUGEINT", rdf::xsd_integer},
     {"UTINYINT", rdf::xsd_integer},
     {"USMALLINT", rdf::xsd_integer},
     {"UINTEGER", rdf::xsd_integer},
     {"UBIGINT", rdf::xsd_integer},
     {"UHUGEINT", rdf::xsd_integer},
     {"FLOAT", rdf::xsd_double},
     {"DOUBLE", rdf::xsd_double},
     {"VARCHAR", rdf::xsd_string},
     {"UUID", rdf::xsd_string},
     {"BIT", rdf::xsd_string},
     {"DATE", xsd_date},
     {"TIME", xsd_time},
     {"TIME_NS", xsd_time},
     {"TIMESTAMP", xsd_date_time},
     {"TIMESTAMP_S", xsd_date_time},
     {"TIMESTAMP_MS", xsd_date_time},
     {"TIMESTAMP_NS", xsd_date_time},
     {"TIMESTAMP WITH TIME ZONE", xsd_date_time},
     {"TIMESTAMPTZ", xsd_date_time},
     {"BLOB", xsd_base64},
     {"INTERVAL", xsd_duration},
     {"JSON", rdf::xsd_string}}};

}  // namespace

std::optional<std::string_view> natural_datatype(std::string_view sql_type) {
  if (sql_type.ends_with(']')) return std::nullopt;  // a list or an array of whatever stands before
  if (sql_type.starts_with("DECIMAL")) return rdf::xsd_decimal;
  if (sql_type.starts_with("ENUM")) return rdf::xsd_string;
  auto const found = std::ranges::find(kTypes, sql_type, [](auto const& one) { return one.first; });
  return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

bool has_value_space(std::string_view datatype) {
  constexpr std::array known{rdf::xsd_boolean, rdf::xsd_integer, rdf::xsd_decimal, rdf::xsd_double,
                             xsd_float,        xsd_date,         xsd_date_time};
  return std::ranges::find(known, datatype) != known.end();
}

std::string_view xsd_floating(std::string_view sql_text) {
  if (sql_text == "Infinity") return "INF";
  if (sql_text == "-Infinity") return "-INF";
  return sql_text;
}

}  // namespace lepton::graphs
