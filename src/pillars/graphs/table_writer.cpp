#include "graphs/table_writer.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "sparql/value.h"

namespace lepton::graphs {
namespace {

/// Digits that a BIGINT surely holds.
constexpr std::size_t kSafeDigits = 18;

}  // namespace

TableWriter::TableWriter(std::filesystem::path const& file) : out_(file, std::ios::binary) {}

void TableWriter::variables(std::vector<std::string> const& names) {
  names_ = names;
  kinds_.assign(names.size(), Kind::none);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out_ << ',';
    write(names[i]);
  }
  out_ << '\n';
}

void TableWriter::row(sparql::Row const& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out_ << ',';
    if (!row[i]) continue;
    kinds_[i] = joined(kinds_[i], kind_of(*row[i]));
    write(row[i]->value);
  }
  out_ << '\n';
}

void TableWriter::write(std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out_ << text;
    return;
  }
  out_ << '"';
  for (char const c : text) {
    if (c == '"') out_ << '"';
    out_ << c;
  }
  out_ << '"';
}

void TableWriter::finish() {
  out_.flush();
  if (!out_) throw exhausted("the table could not be written: is the disk full?");
}

TableWriter::Kind TableWriter::kind_of(rdf::Term const& term) {
  using sparql::ValueKind;
  auto const& text = term.value;
  switch (sparql::Value::of(term.view()).kind()) {
    case ValueKind::boolean:
      return Kind::boolean;
    case ValueKind::integer:
      return text.size() <= kSafeDigits ? Kind::integer : Kind::large;
    case ValueKind::decimal:
    case ValueKind::floating_float:
    case ValueKind::floating_double:
      return Kind::real;
    case ValueKind::date:
      return Kind::date;
    case ValueKind::date_time:
      return text.ends_with('Z') || text.find_first_of("+-", text.find('T')) != std::string::npos ? Kind::zoned
                                                                                                  : Kind::moment;
    default:
      return Kind::text;
  }
}

TableWriter::Kind TableWriter::joined(Kind a, Kind b) {
  if (a == b || b == Kind::none) return a;
  if (a == Kind::none) return b;
  auto const is_number = [](Kind kind) { return kind >= Kind::integer && kind <= Kind::real; };
  if (is_number(a) && is_number(b)) return std::max(a, b);
  return Kind::text;
}

std::map<std::string, std::string> TableWriter::types() const {
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    constexpr std::array names{"VARCHAR", "BOOLEAN",   "BIGINT",      "HUGEINT", "DOUBLE",
                               "DATE",    "TIMESTAMP", "TIMESTAMPTZ", "VARCHAR"};
    out[names_[i]] = names[static_cast<std::size_t>(kinds_[i])];
  }
  return out;
}

}  // namespace lepton::graphs
