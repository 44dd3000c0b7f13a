#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "table/schema.h"

namespace lepton::table {

/// The few expressions over the columns of one table that can neither fail on a row nor look at a second one, written
/// anew as SQL from a parsed statement: names come from the schema, values are typed literals. Whatever is not listed
/// in plain_expression.cpp is refused. Immutable; schema and parameters outlive it.
class PlainExpressions {
 public:
  /// A sentence and the node it is about; throws.
  using Refuse = std::function<void(std::string const&, json::Object const&)>;

  /// `qualifiers`: what may stand before a column's name, in lower case ("c", "banking.customers"). A parameter is the
  /// constant that `parameters` gives it.
  PlainExpressions(Schema const& schema, std::vector<std::string> qualifiers, json::Object const& parameters,
                   Refuse refuse)
      : schema_(schema), qualifiers_(std::move(qualifiers)), parameters_(parameters), refuse_(std::move(refuse)) {}

  /// The column that an expression names; null when it names none of this table.
  [[nodiscard]] Column const* column(json::Object const& node) const;
  [[nodiscard]] Column const* column(json::Value const& node) const;
  /// A column, or a coarser value of one: year(born), date_trunc('month', at), lower(town), left(code, 2),
  /// floor(age / 10) * 10. nullopt for anything else.
  [[nodiscard]] std::optional<std::string> key(json::Object const& node) const;
  /// A condition of columns compared with constants, joined by AND, OR and NOT. Refuses anything else.
  [[nodiscard]] std::string predicate(json::Value const& node) const;

 private:
  [[noreturn]] void refuse(std::string const& what, json::Object const& node) const;
  [[nodiscard]] std::optional<std::string> function_key(json::Object const& node) const;
  [[nodiscard]] std::optional<std::string> bucket(json::Object const& node) const;
  [[nodiscard]] Column const& scalar_column(json::Value const& node, json::Object const& whole) const;
  [[nodiscard]] std::string comparison(json::Object const& node) const;
  [[nodiscard]] std::string condition(json::Object const& node) const;
  [[nodiscard]] std::string membership(json::Object const& node) const;
  [[nodiscard]] std::string between(json::Object const& node) const;
  [[nodiscard]] std::string text_match(json::Object const& node) const;

  Schema const& schema_;
  std::vector<std::string> qualifiers_;
  json::Object const& parameters_;
  Refuse refuse_;
};

}  // namespace lepton::table
