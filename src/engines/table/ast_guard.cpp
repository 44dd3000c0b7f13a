#include "table/ast_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "base/json.h"
#include "table/functions.h"
#include "table/syntax_node.h"

namespace lepton::table {
namespace {

using json::Object;
using json::Value;

/// A tree of 1,000 expressions (DuckDB's own limit) has about three JSON levels for each.
constexpr std::size_t kDeepestJson = 4000;
constexpr int kDeepest = 1200;

struct Members {
  std::string_view kind;
  std::vector<std::string_view> children;  ///< expressions, lists of them, or query parts, walked
  std::vector<std::string_view> plain;     ///< words, numbers and types, which need no walk
};

/// What each kind of node may hold; a member that is not listed is refused, so that a newer DuckDB cannot slip one in.
std::vector<Members> const& expression_members() {
  static std::vector<Members> const table{
      {"BETWEEN", {"input", "lower", "upper"}, {}},
      {"CASE", {"case_checks", "else_expr"}, {}},
      {"CAST", {"child"}, {"cast_type", "try_cast"}},
      {"COLLATE", {"child"}, {"collation"}},
      {"COLUMN_REF", {}, {"column_names"}},
      {"COMPARISON", {"left", "right"}, {}},
      {"CONJUNCTION", {"children"}, {}},
      {"CONSTANT", {}, {"value"}},
      {"FUNCTION",
       {"children", "filter", "order_bys"},
       {"function_name", "schema", "catalog", "distinct", "is_operator", "export_state"}},
      {"LAMBDA", {"lhs", "expr"}, {"syntax_type"}},
      {"LAMBDA_REF", {}, {"lambda_idx", "column_name"}},
      {"OPERATOR", {"children"}, {}},
      {"PARAMETER", {}, {"identifier"}},
      {"POSITIONAL_REFERENCE", {}, {"index"}},
      {"STAR",
       {"replace_list", "expr"},
       {"relation_name", "exclude_list", "columns", "qualified_exclude_list", "rename_list"}},
      {"SUBQUERY", {"child", "subquery"}, {"subquery_type", "comparison_type"}},
      {"WINDOW",
       {"children", "partitions", "orders", "start_expr", "end_expr", "offset_expr", "default_expr", "filter_expr",
        "arg_orders"},
       {"function_name", "schema", "catalog", "start", "end", "ignore_nulls", "exclude_clause", "distinct"}},
  };
  return table;
}

std::vector<Members> const& table_members() {
  static std::vector<Members> const table{
      {"BASE_TABLE", {}, {"schema_name", "table_name", "catalog_name", "column_name_alias", "at_clause"}},
      {"EMPTY", {}, {}},
      {"EXPRESSION_LIST", {"values"}, {"expected_names", "expected_types"}},
      {"JOIN",
       {"left", "right", "condition", "duplicate_eliminated_columns"},
       {"join_type", "ref_type", "using_columns", "delim_flipped", "is_implicit"}},
      {"PIVOT", {"source", "aggregates", "pivots"}, {"unpivot_names", "groups", "column_name_alias", "include_nulls"}},
      {"SUBQUERY", {"subquery"}, {"column_name_alias"}},
      {"TABLE_FUNCTION", {"function"}, {"column_name_alias", "with_ordinality"}},
  };
  return table;
}

std::vector<Members> const& query_members() {
  static std::vector<Members> const table{
      {"SELECT_NODE",
       {"modifiers", "select_list", "from_table", "where_clause", "group_expressions", "having", "qualify"},
       {"cte_map", "group_sets", "aggregate_handling", "sample"}},
      {"SET_OPERATION_NODE", {"modifiers", "left", "right", "children"}, {"cte_map", "setop_type", "setop_all"}},
      {"CTE_NODE", {"modifiers", "query", "child"}, {"cte_map", "cte_name", "aliases", "materialized"}},
      {"RECURSIVE_CTE_NODE",
       {"modifiers", "left", "right", "key_targets"},
       {"cte_map", "cte_name", "union_all", "aliases"}},
  };
  return table;
}

/// Objects without a class that only group others: modifiers, orders, case checks, pivot columns, statements.
constexpr std::array<std::string_view, 18> kGroupMembers{
    "type",      "orders",    "null_order", "expression", "distinct_on_targets", "limit",
    "offset",    "when_expr", "then_expr",  "node",       "pivot_expressions",   "entries",
    "star_expr", "alias",     "key",        "values",     "unpivot_names",       "value"};

Members const* find_members(std::vector<Members> const& table, std::string_view kind) {
  auto const found = std::ranges::find(table, kind, &Members::kind);
  return found == table.end() ? nullptr : &*found;
}

class Walk {
 public:
  explicit Walk(std::string_view sql) : sql_(sql) {}

  void query(Object const& node);
  [[nodiscard]] Statement result() && { return std::move(found_); }

 private:
  [[noreturn]] void refuse(std::string const& what, std::uint64_t position = UINT64_MAX) const {
    throw invalid(what + place_in(sql_, position)).with_reason("sql_refused");
  }
  void value(Value const& node);
  void object(Object const& node);
  void expression(Object const& node, std::string_view kind);
  void table(Object const& node, std::string_view kind);
  void group(Object const& node);
  void members(Object const& node, Members const& known);
  void function(Object const& node, bool as_table);
  void base_table(Object const& node);
  [[nodiscard]] bool is_with_name(std::string const& name) const;

  std::string_view sql_;
  Statement found_;
  std::vector<std::set<std::string>> with_names_;
  int depth_ = 0;
};

void Walk::value(Value const& node) {
  if (node.is_array()) {
    for (auto const& element : node.get_array()) value(element);
  } else if (node.is_object()) {
    if (++depth_ > kDeepest) refuse("the statement is nested too deeply");
    object(node.get_object());
    --depth_;
  }
}

void Walk::object(Object const& node) {
  if (auto const kind = word(node, "class"); !kind.empty()) return expression(node, kind);
  auto const type = word(node, "type");
  if (find_members(query_members(), type) != nullptr) return query(node);
  if (node.if_contains("sample") != nullptr || find_members(table_members(), type) != nullptr) return table(node, type);
  group(node);
}

void Walk::members(Object const& node, Members const& known) {
  static constexpr std::array<std::string_view, 5> kCommon{"class", "type", "alias", "query_location", "sample"};
  for (auto const& member : node) {
    std::string_view const name = member.key();
    if (std::ranges::find(known.children, name) != known.children.end()) {
      value(member.value());
    } else if (std::ranges::find(known.plain, name) == known.plain.end() &&
               std::ranges::find(kCommon, name) == kCommon.end()) {
      refuse(fmt::format("this form of {} is not available", known.kind), position_of(node));
    }
  }
}

void Walk::expression(Object const& node, std::string_view kind) {
  Members const* const known = find_members(expression_members(), kind);
  if (known == nullptr) refuse(fmt::format("expressions of the kind {} are not available", kind), position_of(node));
  if (kind == "PARAMETER") {
    found_.parameters.emplace(word(node, "identifier"));
    // Its type is the value's, so a column compared with it may be converted.
    found_.predicates = Predicates::may_throw;
  }
  if (kind == "FUNCTION" || kind == "WINDOW") function(node, false);
  if (kind == "LAMBDA" || kind == "COLLATE") found_.predicates = Predicates::may_throw;
  if (kind == "CAST") {
    auto const* const tries = node.if_contains("try_cast");
    if (tries == nullptr || !tries->is_bool() || !tries->get_bool()) found_.predicates = Predicates::may_throw;
  }
  if (kind == "OPERATOR" || kind == "SUBQUERY") {
    static constexpr std::array<std::string_view, 7> kHarmless{
        "COMPARE_IN",           "COMPARE_NOT_IN",    "OPERATOR_NOT",  "OPERATOR_IS_NULL",
        "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE", "STRUCT_EXTRACT"};
    if (std::ranges::find(kHarmless, word(node, "type")) == kHarmless.end()) found_.predicates = Predicates::may_throw;
  }
  members(node, *known);
}

void Walk::function(Object const& node, bool as_table) {
  std::string const name = lower_case(word(node, "function_name"));
  auto const schema = word(node, "schema");
  auto const catalog = word(node, "catalog");
  bool const builtin = (schema.empty() || schema == "main") && (catalog.empty() || catalog == "system");
  if (as_table) {
    if (!builtin || !is_allowed_table_function(name))
      refuse(
          fmt::format("{}() is not available: SQL reads datasets by name, as in FROM department.dataset, and no files",
                      name),
          position_of(node));
  } else if (!builtin || !is_allowed_function(name)) {
    refuse(fmt::format("the function {}() is not available", name), position_of(node));
  }
  if (!is_harmless_function(name)) found_.predicates = Predicates::may_throw;
}

bool Walk::is_with_name(std::string const& name) const {
  return std::ranges::any_of(with_names_, [&](auto const& names) { return names.contains(name); });
}

void Walk::base_table(Object const& node) {
  TableName name{lower_case(word(node, "schema_name")), std::string(word(node, "table_name")),
                 static_cast<std::size_t>(position_of(node))};
  if (name.schema.empty() && is_with_name(lower_case(name.name))) return;
  if (auto const* const at = node.if_contains("at_clause"); at != nullptr && !at->is_null())
    refuse("AT is not available; name a version as in \"department/dataset@3\"", name.position);
  if (!word(node, "catalog_name").empty())
    refuse("a dataset is named department.dataset or \"department/dataset\"", name.position);
  static constexpr std::array<std::string_view, 6> kSystem{
      "information_schema", "pg_catalog", "system", "temp", "main", "memory"};
  if (std::ranges::find(kSystem, name.schema) != kSystem.end() || name.name.starts_with("duckdb_") ||
      name.name.starts_with("sqlite_") || name.name.starts_with("pragma_") || name.name.starts_with("pg_"))
    refuse("the engine's own catalog is not available; list datasets through the platform", name.position);
  name.name = lower_case(name.name);
  static constexpr std::array<std::string_view, 5> kFiles{".parquet", ".csv", ".json", ".jsonl", ".db"};
  bool const file =
      name.schema.empty() && (std::ranges::any_of(kFiles, [&](auto end) { return name.name.ends_with(end); }) ||
                              name.name.starts_with("/") || name.name.find("://") != std::string::npos);
  if (file) refuse("SQL reads datasets by name, as in FROM department.dataset, and no files", name.position);
  if (std::ranges::find(found_.tables, name) == found_.tables.end()) found_.tables.push_back(std::move(name));
}

void Walk::table(Object const& node, std::string_view kind) {
  Members const* const known = find_members(table_members(), kind);
  if (kind == "SHOW_REF")
    refuse("DESCRIBE, SHOW and SUMMARIZE are not available; a dataset's schema and profile say the same");
  if (known == nullptr) refuse(fmt::format("FROM with {} is not available", kind), position_of(node));
  if (kind == "BASE_TABLE") base_table(node);
  if (kind == "PIVOT") found_.predicates = Predicates::may_throw;
  if (kind == "TABLE_FUNCTION") {
    Value const& call = node.at("function");
    if (!call.is_object() || word(call.get_object(), "class") != "FUNCTION") refuse("this FROM is not available");
    function(call.get_object(), true);
    return members(call.get_object(), *find_members(expression_members(), "FUNCTION"));
  }
  members(node, *known);
}

void Walk::group(Object const& node) {
  for (auto const& member : node) {
    std::string_view const name = member.key();
    if (name == "named_param_map") continue;
    if (name == "pivot_enum") {
      if (!word(node, name).empty()) refuse("PIVOT over an ENUM is not available; list the values with IN");
      continue;
    }
    if (std::ranges::find(kGroupMembers, name) == kGroupMembers.end())
      refuse(fmt::format("this form of SQL is not available ({})", name));
    // The values of a PIVOT's IN list are constants.
    if (name != "values" && name != "unpivot_names") value(member.value());
  }
}

void Walk::query(Object const& node) {
  Members const* const known = find_members(query_members(), word(node, "type"));
  if (known == nullptr) refuse(fmt::format("{} is not available", word(node, "type")));
  with_names_.emplace_back();
  std::size_t const scope = with_names_.size() - 1;
  if (known->kind == "RECURSIVE_CTE_NODE") with_names_[scope].insert(lower_case(word(node, "cte_name")));
  if (auto const* const ctes = node.if_contains("cte_map"); ctes != nullptr) {
    for (auto const& entry : ctes->at("map").as_array()) {
      Object const& info = entry.at("value").as_object();
      for (auto const& member : info)
        if (member.key() != "aliases" && member.key() != "query" && member.key() != "materialized" &&
            member.key() != "key_targets")
          refuse("this form of WITH is not available");
      value(info.at("query"));
      if (auto const* const targets = info.if_contains("key_targets"); targets != nullptr) value(*targets);
      with_names_[scope].insert(lower_case(std::string_view(entry.at("key").as_string())));
    }
  }
  members(node, *known);
  with_names_.pop_back();
}

}  // namespace

Value parse_tree(std::string_view sql, std::string_view serialized) {
  boost::json::parse_options options;
  options.max_depth = kDeepestJson;
  boost::system::error_code failed;
  Value tree = boost::json::parse(serialized, failed, {}, options);
  if (failed == boost::json::error::too_deep)
    throw invalid("the statement is nested too deeply").with_reason("sql_refused");
  if (failed || !tree.is_object()) throw internal("the query engine's parser answered something unknown");
  Object const& object = tree.get_object();
  if (auto const* const wrong = object.if_contains("error");
      wrong != nullptr && wrong->is_bool() && wrong->get_bool()) {
    if (word(object, "error_type") == "not implemented")
      throw invalid(
          "only one SELECT statement is run here: nothing that writes, explains or configures; to keep a result, "
          "save the query as a dataset")
          .with_reason("sql_refused");
    std::uint64_t position = UINT64_MAX;
    if (auto const text = word(object, "position"); !text.empty()) position = std::stoull(std::string(text));
    throw invalid(fmt::format("{}{}", word(object, "error_message"), place_in(sql, position)))
        .with_reason("sql_syntax");
  }
  return tree;
}

std::string TableName::text() const {
  return schema.empty() ? name : schema + "." + name;
}

std::string place_in(std::string_view sql, std::uint64_t position) {
  if (position > sql.size()) return "";
  auto const before = sql.substr(0, position);
  auto const line = std::ranges::count(before, '\n') + 1;
  auto const start = before.rfind('\n');
  auto const column = position - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return fmt::format(" (line {}, column {})", line, column);
}

Statement examine(std::string_view sql, std::string_view serialized) {
  Value const tree = parse_tree(sql, serialized);
  auto const& statements = tree.at("statements").as_array();
  if (statements.empty()) throw invalid("there is no statement").with_reason("sql_refused");
  if (statements.size() > 1) throw invalid("one statement at a time, please").with_reason("sql_refused");
  Object const& statement = statements[0].as_object();
  Walk walk(sql);
  walk.query(statement.at("node").as_object());
  return std::move(walk).result();
}

}  // namespace lepton::table
