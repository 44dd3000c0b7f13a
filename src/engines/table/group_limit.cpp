#include "table/group_limit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"
#include "table/plain_expression.h"
#include "table/syntax_node.h"

namespace lepton::table {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr int kDeepestLimited = 100;
constexpr int kSafeDigits = 28;

bool is_given(Object const& node, std::string_view name) {
  auto const* const found = node.if_contains(name);
  if (found == nullptr || found->is_null()) return false;
  return !found->is_array() || !found->get_array().empty();
}

Value reference_to(std::string const& column, std::string_view alias) {
  return Object{{"class", "COLUMN_REF"},
                {"type", "COLUMN_REF"},
                {"alias", alias},
                {"query_location", kNowhere},
                {"column_names", Array{Value(column)}}};
}

Value table_reference(std::string const& name) {
  return Object{{"type", "BASE_TABLE"},         {"alias", ""},        {"sample", nullptr},
                {"query_location", kNowhere},   {"schema_name", ""},  {"table_name", name},
                {"column_name_alias", Array{}}, {"catalog_name", ""}, {"at_clause", nullptr}};
}

/// Aggregates that are not offered: what they tell may be one row's.
constexpr std::string_view kOtherAggregates =
    " any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min "
    "arg_min_null argmax argmin array_agg bit_and bit_or bit_xor bitstring_agg bool_and bool_or corr "
    "count_if countif covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat "
    "grouping histogram histogram_exact json_group_array json_group_object json_group_structure kahan_sum "
    "kurtosis kurtosis_pop last list listagg mad max max_by median min min_by mode product quantile "
    "quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx "
    "regr_sxy regr_syy reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sumkahan "
    "var_pop var_samp variance wavg weighted_avg ";

bool is_other_aggregate(std::string const& name) {
  return kOtherAggregates.find(" " + name + " ") != std::string_view::npos;
}

bool is_offered_aggregate(std::string const& name) {
  return name == "count" || name == "count_star" || name == "sum" || name == "avg" || name == "mean";
}

/// One SELECT over the limited table: from its tree to the SQL of the released groups, and what is left to do with
/// them.
class Block {
 public:
  Block(std::string_view sql, TableName const& name, TableSource const& source, Object& node, Object const& parameters)
      : sql_(sql),
        name_(name),
        source_(source),
        node_(node),
        plain_(source.schema, qualifiers(), parameters,
               [this](std::string const& what, Object const& at) { refuse(what, at); }) {}

  /// Makes the node read view().
  void rewrite();
  [[nodiscard]] std::string view() const { return "groups_" + suffix_; }
  [[nodiscard]] std::string released(std::string const& query_key) const;
  [[noreturn]] void refuse(std::string const& what, Object const& at) const;

 private:
  [[nodiscard]] std::vector<std::string> qualifiers() const;
  void check_shape() const;
  void collect_keys();
  void add_key(Value const& node);
  [[nodiscard]] Value const* select_item(std::string_view alias) const;
  [[nodiscard]] Object const& resolved(Object const& node) const;
  [[nodiscard]] bool has_aggregate(Value const& node) const;
  [[nodiscard]] Value outer(Value const& node);
  [[nodiscard]] Value outer_expression(Object const& node);
  [[nodiscard]] Value outer_column(Object const& node);
  [[nodiscard]] Value aggregate(Object const& node, std::string const& name);
  [[nodiscard]] std::string guarded(Column const& column, std::string const& aggregate) const;
  [[nodiscard]] std::string column_for(std::string const& shown, std::string const& expression);

  std::string_view sql_;
  TableName const& name_;
  TableSource const& source_;
  Object& node_;
  PlainExpressions plain_;
  std::string suffix_ = to_hex(random_bytes(8));              ///< of names that no statement can guess
  Array items_;                                               ///< the select list as written
  std::map<std::string, std::string> keys_;                   ///< SQL → name of the released column
  std::vector<std::pair<std::string, std::string>> columns_;  ///< name and SQL of each released column
  std::string where_;
  int depth_ = 0;
};

std::vector<std::string> Block::qualifiers() const {
  Object const& from = node_.at("from_table").as_object();
  if (auto const alias = word(from, "alias"); !alias.empty()) return {lower_case(alias)};
  if (name_.schema.empty()) return {name_.name};
  return {name_.name, name_.schema + "." + name_.name};
}

void Block::refuse(std::string const& what, Object const& at) const {
  throw denied(fmt::format("{} may be read only as count, sum and avg over at least {} rows each: {}{}", name_.text(),
                           source_.min_group_size, what, place_in(sql_, position_of(at))))
      .with_reason("min_group_size");
}

void Block::check_shape() const {
  Object const& from = node_.at("from_table").as_object();
  if (is_given(node_, "sample") || is_given(from, "sample")) refuse("a sample is not available", from);
  if (is_given(from, "column_name_alias")) refuse("its columns cannot be renamed in FROM", from);
  if (is_given(node_, "qualify"))
    refuse("QUALIFY is not available; put the aggregates into a WITH and go on from there", from);
  if (word(node_, "aggregate_handling") == "NO_AGGREGATES_ALLOWED") refuse("SELECT must aggregate", from);
  auto const& sets = node_.at("group_sets").as_array();
  // Totals beside their parts would show by difference what a small part holds.
  bool const totals = sets.size() > 1 || (sets.size() == 1 &&
                                          sets[0].as_array().size() != node_.at("group_expressions").as_array().size());
  if (totals) refuse("GROUPING SETS, ROLLUP and CUBE are not available", from);
}

Value const* Block::select_item(std::string_view alias) const {
  for (Value const& item : items_)
    if (lower_case(word(item.as_object(), "alias")) == lower_case(alias)) return &item;
  return nullptr;
}

/// The select item that a group or order means by its number or its alias; a column of the table goes first.
Object const& Block::resolved(Object const& node) const {
  if (word(node, "class") == "CONSTANT") {
    auto const* const number = node.at("value").as_object().if_contains("value");
    if (number != nullptr && number->is_int64() && number->get_int64() >= 1 &&
        number->get_int64() <= std::ssize(items_))
      return items_[static_cast<std::size_t>(number->get_int64() - 1)].as_object();
  }
  if (word(node, "class") == "COLUMN_REF" && plain_.column(node) == nullptr) {
    auto const& names = node.at("column_names").as_array();
    if (names.size() == 1)
      if (Value const* const item = select_item(std::string_view(names[0].as_string()))) return item->as_object();
  }
  return node;
}

bool Block::has_aggregate(Value const& node) const {
  if (node.is_array())
    return std::ranges::any_of(node.get_array(), [this](Value const& one) { return has_aggregate(one); });
  if (!node.is_object()) return false;
  Object const& object = node.get_object();
  if (word(object, "class") == "FUNCTION") {
    std::string const name = lower_case(word(object, "function_name"));
    if (is_offered_aggregate(name) || is_other_aggregate(name)) return true;
  }
  return std::ranges::any_of(object, [this](auto const& member) { return has_aggregate(member.value()); });
}

std::string Block::column_for(std::string const& shown, std::string const& expression) {
  for (auto const& [name, known] : columns_)
    if (known == expression) return name;
  std::string name = shown;
  while (std::ranges::any_of(columns_, [&](auto const& one) { return lower_case(one.first) == lower_case(name); }))
    name += '_';
  columns_.emplace_back(name, expression);
  return name;
}

void Block::add_key(Value const& node) {
  Object const& meant = resolved(node.as_object());
  auto const key = plain_.key(meant);
  if (!key)
    refuse(
        "GROUP BY takes columns, or coarser values such as year(born), date_trunc('month', at), left(code, 2), "
        "floor(age / 10) * 10",
        meant);
  Column const* const column = plain_.column(meant);
  std::string const function(word(meant, "function_name"));
  keys_[*key] = column_for(column != nullptr ? column->name : function, *key);
}

void Block::collect_keys() {
  if (word(node_, "aggregate_handling") == "FORCE_AGGREGATES") {  // GROUP BY ALL
    for (Value const& item : items_)
      if (!has_aggregate(item)) add_key(item);
  } else {
    for (Value const& group : node_.at("group_expressions").as_array()) add_key(group);
  }
  if (keys_.empty() && !has_aggregate(node_.at("select_list")))
    refuse("SELECT must aggregate, as in SELECT town, count(*) … GROUP BY town", node_.at("from_table").as_object());
}

/// Null unless it tells of no row, and hides none, that stands with too few others: values that are NULL form a group
/// of their own beside those that are counted.
std::string Block::guarded(Column const& column, std::string const& aggregate) const {
  std::string const name = quote_name(column.name);
  return fmt::format(
      "CASE WHEN count({0}) >= {1} AND (count(*) = count({0}) OR count(*) - count({0}) >= {1}) THEN {2} END", name,
      source_.min_group_size, aggregate);
}

Value Block::aggregate(Object const& node, std::string const& name) {
  auto const& children = node.at("children").as_array();
  bool const distinct = node.at("distinct").as_bool();
  if (is_given(node, "filter")) refuse("FILTER is not available; say it in WHERE", node);
  if (is_given(node.at("order_bys").as_object(), "orders") || node.at("export_state").as_bool() ||
      !word(node, "schema").empty() || !word(node, "catalog").empty())
    refuse(fmt::format("this form of {} is not available", name), node);
  auto const refer = [&](std::string const& shown, std::string const& expression) {
    return reference_to(column_for(shown, expression), word(node, "alias"));
  };
  bool const constant = children.size() == 1 && word(children[0].as_object(), "class") == "CONSTANT" &&
                        !children[0].at("value").at("is_null").as_bool();
  if (name == "count_star" || (name == "count" && !distinct && (children.empty() || constant)))
    return refer("count_star()", "count(*)");
  Column const* const column = children.size() == 1 ? plain_.column(children[0]) : nullptr;
  if (column == nullptr) refuse(fmt::format("{} takes one column: an expression could single out a row", name), node);
  std::string const quoted = quote_name(column->name);
  if (name == "count")
    return refer(fmt::format("count({}{})", distinct ? "DISTINCT " : "", column->name),
                 guarded(*column, fmt::format("count({}{})", distinct ? "DISTINCT " : "", quoted)));
  if (distinct) refuse(fmt::format("{}(DISTINCT …) is not available", name), node);
  if (!is_number_type(column->type)) refuse(fmt::format("column {} is no number", column->name), node);
  // A sum that overflows would end the statement, and tell so of a group that is not shown.
  bool const wide = column->type.ends_with("HUGEINT") ||
                    (column->type.starts_with("DECIMAL(") && std::stoi(column->type.substr(8)) > kSafeDigits);
  std::string const summed = wide ? fmt::format("CAST({} AS DOUBLE)", quoted) : quoted;
  return refer(fmt::format("{}({})", name, column->name), guarded(*column, fmt::format("{}({})", name, summed)));
}

Value Block::outer_column(Object const& node) {
  Object const& meant = resolved(node);
  if (&meant != &node) {
    // An alias may stand for itself in a circle.
    if (++depth_ > kDeepestLimited) refuse("the statement is nested too deeply", node);
    Value out = outer_expression(meant);
    --depth_;
    out.as_object()["alias"] = "";
    return out;
  }
  Column const* const column = plain_.column(node);
  if (column == nullptr) refuse("there is no such column, or not of this table", node);
  refuse(fmt::format("column {} stands neither in GROUP BY nor in count, sum or avg", column->name), node);
}

Value Block::outer_expression(Object const& node) {
  std::string_view const kind = word(node, "class");
  if (kind == "FUNCTION") {
    std::string const name = lower_case(word(node, "function_name"));
    if (is_offered_aggregate(name)) return aggregate(node, name);
    if (is_other_aggregate(name)) refuse(fmt::format("{} is not available", name), node);
  }
  if (auto const key = plain_.key(node); key && keys_.contains(*key))
    return reference_to(keys_.at(*key), word(node, "alias"));
  if (kind == "COLUMN_REF") return outer_column(node);
  static constexpr std::array<std::string_view, 5> kElsewhere{"SUBQUERY", "WINDOW", "LAMBDA", "LAMBDA_REF",
                                                              "POSITIONAL_REFERENCE"};
  if (std::ranges::find(kElsewhere, kind) != kElsewhere.end())
    refuse(
        "window functions, subqueries and lambdas are not available beside it; put the aggregates into a WITH and go "
        "on from there",
        node);
  if (kind == "STAR") refuse("name the columns to group by, and aggregate the others", node);
  Object out;
  for (auto const& member : node) out[member.key()] = outer(member.value());
  return out;
}

/// The expression over released columns instead of the table's.
Value Block::outer(Value const& node) {
  if (node.is_array()) {
    Array out;
    for (Value const& element : node.get_array()) out.push_back(outer(element));
    return out;
  }
  if (!node.is_object()) return node;
  Object const& object = node.get_object();
  if (!word(object, "class").empty()) return outer_expression(object);
  Object out;
  for (auto const& member : object) out[member.key()] = outer(member.value());
  return out;
}

void Block::rewrite() {
  check_shape();
  items_ = node_.at("select_list").as_array();
  if (!node_.at("where_clause").is_null()) where_ = plain_.predicate(node_.at("where_clause"));
  collect_keys();
  Value items = outer(node_.at("select_list"));
  Value having = node_.at("having").is_null() ? Value(nullptr) : outer(node_.at("having"));
  for (Value& modifier : node_.at("modifiers").as_array()) {
    // ORDER BY ALL is over what is shown already.
    auto const* const orders = modifier.as_object().if_contains("orders");
    bool const all = orders != nullptr && orders->as_array().size() == 1 &&
                     word(orders->as_array()[0].at("expression").as_object(), "class") == "STAR";
    if (!all) modifier = outer(modifier);
  }
  node_["select_list"] = std::move(items);
  node_["where_clause"] = std::move(having);
  node_["having"] = nullptr;
  node_["group_expressions"] = Array{};
  node_["group_sets"] = Array{};
  node_["aggregate_handling"] = "STANDARD_HANDLING";
  node_["from_table"] = table_reference(view());
}

std::string Block::released(std::string const& query_key) const {
  // Names of our own inside, so that no column of the table is taken for one of these.
  std::string select;
  std::string shown;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    select += fmt::format("{}{} AS released_{}_{}", i == 0 ? "" : ", ", columns_[i].second, suffix_, i);
    shown += fmt::format("{}released_{}_{} AS {}", i == 0 ? "" : ", ", suffix_, i, quote_name(columns_[i].first));
  }
  std::string groups;
  for (auto const& [key, name] : keys_) groups += (groups.empty() ? " GROUP BY " : ", ") + key;
  std::string const visible = scan_sql(source_, Predicates::harmless, query_key);
  std::string const aggregated = fmt::format("SELECT {} FROM ({}){}{} HAVING count(*) >= {}", select, visible,
                                             where_.empty() ? "" : " WHERE " + where_, groups, source_.min_group_size);
  // DuckDB moves no predicate below a LIMIT, so none of the statement's is evaluated on a group that is not shown.
  return fmt::format("SELECT {} FROM ({}) LIMIT {}", shown, aggregated, INT64_MAX);
}

/// Every SELECT that reads the table directly, and how often it is read at all.
struct Uses {
  std::vector<Object*> blocks;
  std::vector<Object const*> tables;
};

void find_uses(Value& node, TableName const& name, Uses& uses) {
  auto const reads = [&](Value const* from) {
    if (from == nullptr || !from->is_object()) return false;
    Object const& table = from->get_object();
    return word(table, "type") == "BASE_TABLE" && lower_case(word(table, "schema_name")) == name.schema &&
           lower_case(word(table, "table_name")) == name.name;
  };
  if (node.is_array()) {
    for (Value& element : node.get_array()) find_uses(element, name, uses);
  } else if (node.is_object()) {
    Object& object = node.get_object();
    if (reads(&node)) uses.tables.push_back(&object);
    if (word(object, "type") == "SELECT_NODE" && reads(object.if_contains("from_table")))
      uses.blocks.push_back(&object);
    for (auto& member : object) find_uses(member.value(), name, uses);
  }
}

}  // namespace

LimitedStatement limit_groups(std::string_view sql, Value tree, TableName const& name, TableSource const& source,
                              std::string const& query_key, json::Object const& parameters) {
  check(source.min_group_size > 0, "the table has a smallest group");
  Uses uses;
  find_uses(tree, name, uses);
  auto const refuse = [&](std::string const& what, Object const* at) {
    throw denied(fmt::format("{} may be read only as count, sum and avg over at least {} rows each: {}{}", name.text(),
                             source.min_group_size, what, place_in(sql, at == nullptr ? kNowhere : position_of(*at))))
        .with_reason("min_group_size");
  };
  // Two aggregates over it would show by their difference what a small group holds.
  if (uses.tables.size() != 1) refuse("a statement reads it once", uses.tables.empty() ? nullptr : uses.tables.back());
  if (uses.blocks.size() != 1)
    refuse("it cannot be joined before it is aggregated; put the aggregates into a WITH and join that",
           uses.tables.front());
  Block block(sql, name, source, *uses.blocks.front(), parameters);
  block.rewrite();
  return {.tree = std::move(tree), .view = block.view(), .released = block.released(query_key)};
}

}  // namespace lepton::table
