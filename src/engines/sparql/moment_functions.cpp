#include "sparql/moment_functions.h"

namespace lepton::sparql {

Value moment_function(Operation operation, Value const& value) {
  bool const date_only = value.kind() == ValueKind::date;
  if (value.kind() != ValueKind::date_time && !date_only) return {};
  DateTime const& moment = value.moment();
  auto const civil = moment.civil();
  switch (operation) {
    case Operation::year:
      return Value::integer(civil.year);
    case Operation::month:
      return Value::integer(civil.month);
    case Operation::day:
      return Value::integer(civil.day);
    case Operation::timezone:
      if (!moment.offset_minutes) return {};
      return Value::of(
          rdf::literal(duration_text(*moment.offset_minutes), "http://www.w3.org/2001/XMLSchema#dayTimeDuration")
              .view());
    case Operation::tz:
      return Value::string(moment.zone_text());
    default:
      break;
  }
  if (date_only) return {};
  switch (operation) {
    case Operation::hours:
      return Value::integer(civil.hour);
    case Operation::minutes:
      return Value::integer(civil.minute);
    default:
      return Value::decimal(moment.seconds());
  }
}

}  // namespace lepton::sparql
