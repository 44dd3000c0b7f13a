#include "table/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/encoding.h"
#include "base/error.h"

namespace lepton::table {
namespace {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

/// Nearly all numbers: those of the wider types are divided many times more slowly.
template <class T>
void append_integer(T value, std::string& out) {
  char digits[24];
  out.append(digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits));
}

void append_unsigned(uint128 value, std::string& out) {
  if (value <= UINT64_MAX) return append_integer(static_cast<std::uint64_t>(value), out);
  char digits[40];
  char* p = digits + sizeof digits;
  do {
    *--p = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  out.append(p, static_cast<std::size_t>(digits + sizeof digits - p));
}

void append_signed(int128 value, std::string& out) {
  if (value < 0) out += '-';
  append_unsigned(value < 0 ? uint128(0) - static_cast<uint128>(value) : static_cast<uint128>(value), out);
}

int128 from(duckdb_hugeint value) {
  return static_cast<int128>((static_cast<uint128>(static_cast<std::uint64_t>(value.upper)) << 64) | value.lower);
}

void append_decimal(int128 value, unsigned scale, std::string& out) {
  if (scale == 0) return append_signed(value, out);
  if (value < 0) out += '-';
  std::string digits;
  append_unsigned(value < 0 ? uint128(0) - static_cast<uint128>(value) : static_cast<uint128>(value), digits);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  out.append(digits, 0, digits.size() - scale);
  out += '.';
  out.append(digits, digits.size() - scale, scale);
}

/// Shortest text that reads back the same. Returns whether JSON must quote it.
template <class T>
bool append_real(T value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
    return true;
  }
  if (std::isinf(value)) {
    out += value > 0 ? "Infinity" : "-Infinity";
    return true;
  }
  char buffer[32];
  auto const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  std::string_view const text(buffer, static_cast<std::size_t>(end - buffer));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
  return false;
}

void append_date(duckdb_date date, std::string& out) {
  if (!duckdb().is_finite_date(date)) {
    out += date.days > 0 ? "infinity" : "-infinity";
    return;
  }
  auto const parts = duckdb().from_date(date);
  out += fmt::format("{:04}-{:02}-{:02}", parts.year, int(parts.month), int(parts.day));
}

/// `ticks` since midnight, 10^`digits` of them a second.
void append_time(std::int64_t ticks, int digits, std::string& out) {
  std::int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  std::int64_t const seconds = ticks / unit;
  std::int64_t const fraction = ticks % unit;
  out += fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction == 0) return;
  std::string text = fmt::format("{:0{}}", fraction, digits);
  text.erase(text.find_last_not_of('0') + 1);
  out += '.';
  out += text;
}

void append_timestamp(std::int64_t ticks, int digits, std::string& out) {
  if (ticks == INT64_MAX || ticks == -INT64_MAX) {
    out += ticks > 0 ? "infinity" : "-infinity";
    return;
  }
  std::int64_t day = 86'400;
  for (int i = 0; i < digits; ++i) day *= 10;
  std::int64_t days = ticks / day;
  std::int64_t rest = ticks % day;
  if (rest < 0) {
    rest += day;
    --days;
  }
  append_date({static_cast<std::int32_t>(days)}, out);
  out += 'T';
  append_time(rest, digits, out);
}

void append_interval(duckdb_interval value, std::string& out) {
  out += 'P';
  if (value.months / 12 != 0) out += fmt::format("{}Y", value.months / 12);
  if (value.months % 12 != 0) out += fmt::format("{}M", value.months % 12);
  if (value.days != 0) out += fmt::format("{}D", value.days);
  if (value.micros != 0) {
    std::int64_t const magnitude = std::abs(value.micros);
    std::string seconds = fmt::format("{}", magnitude / 1'000'000);
    if (magnitude % 1'000'000 != 0) {
      seconds += fmt::format(".{:06}", magnitude % 1'000'000);
      seconds.erase(seconds.find_last_not_of('0') + 1);
    }
    out += fmt::format("T{}{}S", value.micros < 0 ? "-" : "", seconds);
  }
  if (out.ends_with('P')) out += "T0S";
}

void append_uuid(duckdb_hugeint value, std::string& out) {
  std::uint64_t const upper = static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t(1) << 63);
  out += fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", upper >> 32, upper >> 16 & 0xffff, upper & 0xffff,
                     value.lower >> 48, value.lower & 0xffff'ffff'ffffULL);
}

std::string_view bytes_of(duckdb_string_t const& value) {
  auto copy = value;
  return {duckdb().string_t_data(const_cast<duckdb_string_t*>(&value)), duckdb().string_t_length(copy)};
}

void append_base64(std::string_view bytes, std::string& out) {
  std::string text = to_base64url(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  text.append((4 - text.size() % 4) % 4, '=');
  out += text;
}

void append_bits(std::string_view bytes, std::string& out) {
  unsigned const padding = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
  for (std::size_t i = 8 + padding; i < bytes.size() * 8; ++i)
    out += (static_cast<unsigned char>(bytes[i / 8]) >> (7 - i % 8) & 1) != 0 ? '1' : '0';
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  static char const hex[] = "0123456789abcdef";
  out += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, done, i - done);
    done = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += hex[c >> 4];
        out += hex[c & 15];
    }
  }
  out.append(text, done, text.size() - done);
  out += '"';
}

ValueWriter::ValueWriter(duckdb_logical_type type) : id_(duckdb().get_type_id(type)), storage_(id_) {
  auto const add_child = [&](duckdb_logical_type child) {
    children_.emplace_back(child);
    duckdb().destroy_logical_type(&child);
  };
  auto const add_name = [&](char* name) {
    names_.emplace_back(name);
    duckdb().free(name);
  };
  if (id_ == DUCKDB_TYPE_DECIMAL) {
    storage_ = duckdb().decimal_internal_type(type);
    scale_ = duckdb().decimal_scale(type);
  } else if (id_ == DUCKDB_TYPE_ENUM) {
    storage_ = duckdb().enum_internal_type(type);
    for (std::uint32_t i = 0; i < duckdb().enum_dictionary_size(type); ++i)
      add_name(duckdb().enum_dictionary_value(type, i));
  } else if (id_ == DUCKDB_TYPE_LIST) {
    add_child(duckdb().list_type_child_type(type));
  } else if (id_ == DUCKDB_TYPE_ARRAY) {
    array_size_ = duckdb().array_type_array_size(type);
    add_child(duckdb().array_type_child_type(type));
  } else if (id_ == DUCKDB_TYPE_STRUCT) {
    for (idx_t i = 0; i < duckdb().struct_type_child_count(type); ++i) {
      add_name(duckdb().struct_type_child_name(type, i));
      add_child(duckdb().struct_type_child_type(type, i));
    }
  } else if (id_ == DUCKDB_TYPE_UNION) {
    for (idx_t i = 0; i < duckdb().union_type_member_count(type); ++i) {
      add_name(duckdb().union_type_member_name(type, i));
      add_child(duckdb().union_type_member_type(type, i));
    }
  } else if (id_ == DUCKDB_TYPE_MAP) {
    add_child(duckdb().map_type_key_type(type));
    add_child(duckdb().map_type_value_type(type));
  }
}

void ValueWriter::bind(duckdb_vector vector) {
  data_ = duckdb().vector_get_data(vector);
  validity_ = duckdb().vector_get_validity(vector);
  if (id_ == DUCKDB_TYPE_LIST) {
    children_[0].bind(duckdb().list_vector_get_child(vector));
  } else if (id_ == DUCKDB_TYPE_ARRAY) {
    children_[0].bind(duckdb().array_vector_get_child(vector));
  } else if (id_ == DUCKDB_TYPE_STRUCT) {
    for (std::size_t i = 0; i < children_.size(); ++i) children_[i].bind(duckdb().struct_vector_get_child(vector, i));
  } else if (id_ == DUCKDB_TYPE_UNION) {  // a struct whose first member is the tag
    data_ = duckdb().vector_get_data(duckdb().struct_vector_get_child(vector, 0));
    for (std::size_t i = 0; i < children_.size(); ++i)
      children_[i].bind(duckdb().struct_vector_get_child(vector, i + 1));
  } else if (id_ == DUCKDB_TYPE_MAP) {  // a list of structs
    duckdb_vector const entries = duckdb().list_vector_get_child(vector);
    children_[0].bind(duckdb().struct_vector_get_child(entries, 0));
    children_[1].bind(duckdb().struct_vector_get_child(entries, 1));
  }
}

bool ValueWriter::is_null(std::uint64_t row) const {
  return validity_ != nullptr && (validity_[row / 64] >> (row % 64) & 1) == 0;
}

bool ValueWriter::write_number(std::uint64_t row, std::string& out) const {
  switch (id_) {
    case DUCKDB_TYPE_TINYINT:
      append_integer(at<std::int8_t>(row), out);
      return true;
    case DUCKDB_TYPE_SMALLINT:
      append_integer(at<std::int16_t>(row), out);
      return true;
    case DUCKDB_TYPE_INTEGER:
      append_integer(at<std::int32_t>(row), out);
      return true;
    case DUCKDB_TYPE_BIGINT:
      append_integer(at<std::int64_t>(row), out);
      return true;
    case DUCKDB_TYPE_UTINYINT:
      append_integer(at<std::uint8_t>(row), out);
      return true;
    case DUCKDB_TYPE_USMALLINT:
      append_integer(at<std::uint16_t>(row), out);
      return true;
    case DUCKDB_TYPE_UINTEGER:
      append_integer(at<std::uint32_t>(row), out);
      return true;
    case DUCKDB_TYPE_UBIGINT:
      append_integer(at<std::uint64_t>(row), out);
      return true;
    case DUCKDB_TYPE_HUGEINT:
      append_signed(from(at<duckdb_hugeint>(row)), out);
      return true;
    case DUCKDB_TYPE_UHUGEINT: {
      auto const value = at<duckdb_uhugeint>(row);
      append_unsigned(static_cast<uint128>(value.upper) << 64 | value.lower, out);
      return true;
    }
    case DUCKDB_TYPE_DECIMAL: {
      int128 const value = storage_ == DUCKDB_TYPE_SMALLINT  ? int128(at<std::int16_t>(row))
                           : storage_ == DUCKDB_TYPE_INTEGER ? int128(at<std::int32_t>(row))
                           : storage_ == DUCKDB_TYPE_BIGINT  ? int128(at<std::int64_t>(row))
                                                             : from(at<duckdb_hugeint>(row));
      append_decimal(value, scale_, out);
      return true;
    }
    default:
      return false;
  }
}

bool ValueWriter::write_plain(std::uint64_t row, std::string& out) const {
  if (write_number(row, out)) return false;
  switch (id_) {
    case DUCKDB_TYPE_BOOLEAN:
      out += at<bool>(row) ? "true" : "false";
      return false;
    case DUCKDB_TYPE_FLOAT:
      return append_real(at<float>(row), out);
    case DUCKDB_TYPE_DOUBLE:
      return append_real(at<double>(row), out);
    case DUCKDB_TYPE_VARCHAR:
      out += bytes_of(static_cast<duckdb_string_t const*>(data_)[row]);
      return true;
    case DUCKDB_TYPE_BLOB:
      append_base64(bytes_of(static_cast<duckdb_string_t const*>(data_)[row]), out);
      return true;
    case DUCKDB_TYPE_BIT:
      append_bits(bytes_of(static_cast<duckdb_string_t const*>(data_)[row]), out);
      return true;
    case DUCKDB_TYPE_DATE:
      append_date(at<duckdb_date>(row), out);
      return true;
    case DUCKDB_TYPE_TIME:
      append_time(at<std::int64_t>(row), 6, out);
      return true;
    case DUCKDB_TYPE_TIME_TZ: {
      auto const value = duckdb().from_time_tz(at<duckdb_time_tz>(row));
      append_time(duckdb().to_time(value.time).micros, 6, out);
      int const offset = std::abs(value.offset);
      out += fmt::format("{}{:02}:{:02}", value.offset < 0 ? '-' : '+', offset / 3600, offset / 60 % 60);
      return true;
    }
    case DUCKDB_TYPE_TIMESTAMP:
      append_timestamp(at<std::int64_t>(row), 6, out);
      return true;
    case DUCKDB_TYPE_TIMESTAMP_S:
      append_timestamp(at<std::int64_t>(row), 0, out);
      return true;
    case DUCKDB_TYPE_TIMESTAMP_MS:
      append_timestamp(at<std::int64_t>(row), 3, out);
      return true;
    case DUCKDB_TYPE_TIMESTAMP_NS:
      append_timestamp(at<std::int64_t>(row), 9, out);
      return true;
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      append_timestamp(at<std::int64_t>(row), 6, out);
      if (!out.ends_with("infinity")) out += 'Z';
      return true;
    case DUCKDB_TYPE_INTERVAL:
      append_interval(at<duckdb_interval>(row), out);
      return true;
    case DUCKDB_TYPE_UUID:
      append_uuid(at<duckdb_hugeint>(row), out);
      return true;
    case DUCKDB_TYPE_ENUM:
      out += names_.at(storage_ == DUCKDB_TYPE_UTINYINT    ? at<std::uint8_t>(row)
                       : storage_ == DUCKDB_TYPE_USMALLINT ? at<std::uint16_t>(row)
                                                           : at<std::uint32_t>(row));
      return true;
    default:
      throw invalid("the result has a column of a type that cannot be returned; cast it to VARCHAR");
  }
}

void ValueWriter::write_nested(std::uint64_t row, std::string& out) const {
  if (id_ == DUCKDB_TYPE_LIST || id_ == DUCKDB_TYPE_ARRAY || id_ == DUCKDB_TYPE_MAP) {
    auto const range =
        id_ == DUCKDB_TYPE_ARRAY ? duckdb_list_entry{row * array_size_, array_size_} : at<duckdb_list_entry>(row);
    out += '[';
    for (std::uint64_t i = range.offset; i < range.offset + range.length; ++i) {
      if (i != range.offset) out += ',';
      if (id_ == DUCKDB_TYPE_MAP) out += "{\"key\":";
      children_[0].write_json(i, out);
      if (id_ != DUCKDB_TYPE_MAP) continue;
      out += ",\"value\":";
      children_[1].write_json(i, out);
      out += '}';
    }
    out += ']';
    return;
  }
  std::size_t const first = id_ == DUCKDB_TYPE_UNION ? at<std::uint8_t>(row) : 0;
  std::size_t const last = id_ == DUCKDB_TYPE_UNION ? first + 1 : children_.size();
  out += '{';
  for (std::size_t i = first; i < last; ++i) {
    if (i != first) out += ',';
    append_json_string(names_.at(i), out);
    out += ':';
    children_.at(i).write_json(row, out);
  }
  out += '}';
}

void ValueWriter::write_json(std::uint64_t row, std::string& out) const {
  if (is_null(row) || id_ == DUCKDB_TYPE_SQLNULL) {
    out += "null";
    return;
  }
  if (!children_.empty()) return write_nested(row, out);
  if (id_ == DUCKDB_TYPE_VARCHAR)
    return append_json_string(bytes_of(static_cast<duckdb_string_t const*>(data_)[row]), out);
  std::size_t const start = out.size();
  if (!write_plain(row, out)) return;
  if (id_ == DUCKDB_TYPE_ENUM) {
    std::string const word = out.substr(start);
    out.resize(start);
    return append_json_string(word, out);
  }
  out.insert(start, 1, '"');
  out += '"';
}

namespace {

bool stands_unquoted(std::string_view text) {
  return !text.empty() &&
         std::ranges::none_of(text, [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; });
}

void append_csv_text(std::string_view text, std::string& out) {
  if (stands_unquoted(text)) {
    out += text;
    return;
  }
  out += '"';
  for (char const c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

void ValueWriter::write_csv(std::uint64_t row, std::string& out) const {
  if (is_null(row) || id_ == DUCKDB_TYPE_SQLNULL) return;
  if (id_ == DUCKDB_TYPE_VARCHAR)
    return append_csv_text(bytes_of(static_cast<duckdb_string_t const*>(data_)[row]), out);
  if (write_number(row, out)) return;
  std::size_t const start = out.size();
  if (children_.empty())
    (void)write_plain(row, out);
  else
    write_nested(row, out);
  if (stands_unquoted(std::string_view(out).substr(start))) return;
  std::string const text = out.substr(start);
  out.resize(start);
  append_csv_text(text, out);
}

}  // namespace lepton::table
