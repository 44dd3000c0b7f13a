#include "table/profile.h"

#include <fmt/format.h>

#include <array>

#include "base/encoding.h"
#include "base/random.h"

namespace lepton::table {
namespace {

enum class Kind { number, moment, text, other };

Kind kind_of(std::string_view type) {
  if (type.ends_with("INT") || type.ends_with("INTEGER") || type == "DOUBLE" || type == "FLOAT" ||
      type.starts_with("DECIMAL("))
    return Kind::number;
  if (type == "DATE" || type.starts_with("TIMESTAMP")) return Kind::moment;
  return type == "VARCHAR" || type == "BOOLEAN" ? Kind::text : Kind::other;
}

/// Texts that look like these in most rows, or columns that are called so, are somebody's.
struct Personal {
  char const* kind;
  char const* pattern;  ///< of the whole value
  std::array<char const*, 4> names;
};
constexpr std::array<Personal, 5> kPersonal{{
    {"email", "[^@\\s]+@[^@\\s]+\\.[^@\\s]+", {"email", "e_mail", "mail", nullptr}},
    {"phone", "(\\+?86[- ]?)?1[3-9]\\d{9}|\\+\\d[\\d -]{7,16}\\d", {"phone", "mobile", "tel", nullptr}},
    {"identity_number",
     "[1-9]\\d{5}(19|20)\\d{2}(0[1-9]|1[0-2])([0-2]\\d|3[01])\\d{3}[\\dXx]|\\d{3}-\\d{2}-\\d{4}",
     {"identity", "id_card", "ssn", "passport"}},
    {"name", nullptr, {"name", "full_name", "first_name", "last_name"}},
    {"address", nullptr, {"address", "street", nullptr, nullptr}},
}};

std::string summary_sql(Schema const& schema) {
  std::string selects = "'rows': count(*)";
  for (std::size_t i = 0; i < schema.size(); ++i) {
    std::string const c = quote_name(schema[i].name);
    Kind const kind = kind_of(schema[i].type);
    std::string part = fmt::format("'nulls': count(*) - count({0})", c);
    if (kind != Kind::other)
      part += fmt::format(
          ", 'distinct': least(approx_count_distinct({0}), count({0})), 'min': min({0})::VARCHAR, 'max': "
          "max({0})::VARCHAR, "
          "'top': approx_top_k({0}, 10)",
          c);
    if (kind == Kind::number)
      part += fmt::format(
          ", 'mean': avg({0}), 'deviation': stddev_samp({0}::DOUBLE), 'low': min({0})::DOUBLE, 'high': "
          "max({0})::DOUBLE, 'quantiles': approx_quantile({0}::DOUBLE, [0.05, 0.25, 0.5, 0.75, 0.95])",
          c);
    if (schema[i].type == "VARCHAR")
      for (Personal const& personal : kPersonal)
        if (personal.pattern != nullptr)
          part += fmt::format(", '{}': count_if(regexp_full_match({}, {}))", personal.kind, c,
                              quote_text(personal.pattern));
    selects += fmt::format(", 'c{}': {{{}}}", i, part);
  }
  return fmt::format("SELECT {{{}}} AS found FROM profiled", selects);
}

/// Counts of the ten most frequent values, and of twenty bins between the least and the greatest.
std::string counts_sql(Schema const& schema, json::Object const& summary) {
  std::string selects = "'rows': count(*)";
  for (std::size_t i = 0; i < schema.size(); ++i) {
    auto const& column = summary.at(fmt::format("c{}", i)).as_object();
    std::string const c = quote_name(schema[i].name);
    auto const* const low = column.if_contains("low");
    auto const* const high = column.if_contains("high");
    if (low == nullptr || !low->is_number() || !high->is_number()) continue;
    double const from = low->to_number<double>();
    double const width = (high->to_number<double>() - from) / 20;
    if (!(width > 0)) continue;
    selects += fmt::format(", 'c{}': histogram(least(19, greatest(0, floor(({}::DOUBLE - {}) / {})))::INTEGER)", i, c,
                           from, width);
  }
  return fmt::format("SELECT {{{}}} AS found FROM profiled", selects);
}

json::Value personal_guess(Column const& column, json::Object const& summary, std::int64_t rows) {
  std::string const name = lower_case(column.name);
  auto const filled = rows - summary.at("nulls").to_number<std::int64_t>();
  for (Personal const& personal : kPersonal) {
    if (auto const* const hits = summary.if_contains(personal.kind);
        hits != nullptr && filled > 0 && hits->to_number<std::int64_t>() * 2 > filled)
      return json::Object{{"kind", personal.kind}, {"because", "most values look like one"}};
    for (char const* word : personal.names)
      if (word != nullptr &&
          (name == word || (std::string_view(word) != "name" && name.find(word) != std::string::npos)))
        return json::Object{{"kind", personal.kind}, {"because", "the column is called so"}};
  }
  return nullptr;
}

json::Array bins_of(json::Object const& column, json::Value const& counts) {
  double const from = column.at("low").to_number<double>();
  double const width = (column.at("high").to_number<double>() - from) / 20;
  json::Array bins;
  for (int i = 0; i < 20; ++i) {
    auto const* const count = counts.is_object() ? counts.get_object().if_contains(std::to_string(i)) : nullptr;
    bins.push_back(json::Object{{"from", from + width * i},
                                {"to", from + width * (i + 1)},
                                {"count", count != nullptr ? *count : json::Value(0)}});
  }
  return bins;
}

json::Object describe(Column const& column, json::Object const& found, json::Value const* bins, std::int64_t rows) {
  json::Object out{{"name", column.name}, {"type", column.type}};
  for (char const* name : {"nulls", "distinct", "min", "max", "mean", "deviation", "top"})
    if (auto const* const value = found.if_contains(name); value != nullptr && !value->is_null()) out[name] = *value;
  if (auto const* const quantiles = found.if_contains("quantiles"); quantiles != nullptr && quantiles->is_array()) {
    json::Object named;
    std::size_t i = 0;
    for (char const* name : {"0.05", "0.25", "0.5", "0.75", "0.95"}) named[name] = quantiles->get_array().at(i++);
    out["quantiles"] = std::move(named);
  }
  if (bins != nullptr) out["histogram"] = bins_of(found, *bins);
  if (json::Value guess = personal_guess(column, found, rows); !guess.is_null()) out["personal"] = std::move(guess);
  return out;
}

/// Runs one statement over the view `profiled`; its only row.
json::Object ask(Workers& workers, Call const& call, TableSource const& source, std::string const& sql) {
  auto worker = workers.take(call);
  json::Object task =
      workers.task("report", *worker, source.files,
                   {"CREATE VIEW profiled AS " + scan_sql(source, Predicates::may_throw, to_hex(random_bytes(16)))});
  task["keep_order"] = false;
  task["statements"] = json::Array{sql};
  worker->send(task);
  return worker->receive_message(call).at("answers").at(0).at(0).at("found").as_object();
}

}  // namespace

json::Value profile(Workers& workers, Call const& call, TableSource const& source) {
  json::Object const summary = ask(workers, call, source, summary_sql(source.schema));
  json::Object const counts = ask(workers, call, source, counts_sql(source.schema, summary));
  auto const rows = summary.at("rows").to_number<std::int64_t>();
  json::Array columns;
  for (std::size_t i = 0; i < source.schema.size(); ++i) {
    std::string const name = fmt::format("c{}", i);
    columns.push_back(describe(source.schema[i], summary.at(name).as_object(), counts.if_contains(name), rows));
  }
  return json::Object{{"rows", rows}, {"columns", std::move(columns)}};
}

}  // namespace lepton::table
