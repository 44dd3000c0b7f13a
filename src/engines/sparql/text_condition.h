#pragma once

#include <optional>
#include <vector>

#include "rdf/store/dictionary.h"
#include "sparql/expression.h"
#include "sparql/table.h"

namespace lepton::sparql {

/// What the store's index of texts says of a condition without reading a text: CONTAINS, STRSTARTS, STRENDS and REGEX
/// of a variable (or its STR, LCASE) and a constant, and what && and || make of these. Reads a table that outlives it;
/// once compiled, any thread may ask.
class TextCondition {
 public:
  /// Empty when it is no such condition, when there is no index, or when the table is so small that it does not matter.
  [[nodiscard]] static std::optional<TextCondition> compile(Call const& call, Expression const& condition,
                                                            Table const& table, rdf::Dictionary const& dictionary);
  /// Whether the condition certainly does not hold, be it false or an error.
  [[nodiscard]] bool fails(std::size_t row) const { return fails(root_, row); }

 private:
  struct Known {
    Operation operation = Operation::contains;
    rdf::TextCandidates found;
    std::size_t column = 0;
    std::vector<Known> parts;  ///< of && and ||
  };
  [[nodiscard]] static std::optional<Known> known(Call const& call, Expression const& condition, Table const& table,
                                                  rdf::Dictionary const& dictionary);
  [[nodiscard]] bool fails(Known const& known, std::size_t row) const;

  TextCondition(Known root, Table const& table) : root_(std::move(root)), table_(&table) {}

  Known root_;
  Table const* table_;
};

}  // namespace lepton::sparql
