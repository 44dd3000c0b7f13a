#include "db/database.h"

#include <cmath>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "db/postgresql.h"
#include "db/session.h"
#include "db/sqlite.h"

namespace lepton::db {
namespace {

template <class T>
T const& held(std::vector<Value> const& values, std::size_t column, std::string_view promise) {
  check(column < values.size(), "a row's column exists");
  T const* const value = std::get_if<T>(&values[column]);
  check(value != nullptr, promise);
  return *value;
}

}  // namespace

bool Row::is_null(std::size_t column) const {
  check(column < values_.size(), "a row's column exists");
  return std::holds_alternative<std::nullptr_t>(values_[column]);
}

std::string const& Row::text(std::size_t column) const {
  return held<std::string>(values_, column, "the column holds text");
}

std::int64_t Row::integer(std::size_t column) const {
  return held<std::int64_t>(values_, column, "the column holds an integer");
}

double Row::real(std::size_t column) const {
  check(column < values_.size(), "a row's column exists");
  if (auto const* const whole = std::get_if<std::int64_t>(&values_[column])) return static_cast<double>(*whole);
  return held<double>(values_, column, "the column holds a number");
}

std::string const& Row::blob(std::size_t column) const {
  return held<Blob>(values_, column, "the column holds bytes").bytes;
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<Timestamp> Row::maybe_timestamp(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(timestamp(column));
}

std::optional<Row> Transaction::find(std::string_view sql, std::initializer_list<Param> params) {
  auto rows = query(sql, params);
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

void require_storable(std::span<Param const> params) {
  for (Param const& param : params) {
    if (auto const* const text = std::get_if<std::string>(&param.value())) {
      if (text->find('\0') != std::string::npos) throw invalid("text must not hold a zero byte");
      if (!is_utf8(*text)) throw invalid("text must be UTF-8");
    } else if (auto const* const number = std::get_if<double>(&param.value())) {
      if (std::isnan(*number)) throw invalid("a number was expected, this is NaN");
    }
  }
}

std::unique_ptr<Database> open_database(std::string const& location, Clock const& clock) {
  if (location.starts_with("postgresql://") || location.starts_with("postgres://"))
    return open_postgresql(location, clock);
  return open_sqlite(location, clock);
}

}  // namespace lepton::db
