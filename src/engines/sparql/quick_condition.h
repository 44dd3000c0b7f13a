#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sparql/local_terms.h"
#include "sparql/table.h"

namespace lepton::sparql {

/// A condition that compares and computes on ids alone: numbers, dates, truth values and the identity of IRIs, which
/// is what most filters ask. It knows when it does not know, and then the condition must be evaluated on terms. Reads a
/// table that outlives it; once compiled, any thread may ask.
class QuickCondition {
 public:
  enum class Answer : std::uint8_t { fails, holds, unknown };

  /// Empty when the condition has an operation that never can be decided so.
  [[nodiscard]] static std::optional<QuickCondition> compile(Expression const& condition, Table const& table,
                                                             LocalTerms const& terms);
  [[nodiscard]] Answer holds(std::size_t row) const;

 private:
  /// What an id says: `number` is whole, a decimal's digits, milliseconds or 0 and 1.
  struct Quick {
    enum class Kind : std::uint8_t {
      unknown,
      error,
      boolean,
      exact,
      floating,
      zoned,
      local,
      zoned_day,
      local_day,
      node,
      literal
    };
    Kind kind = Kind::unknown;
    std::int8_t scale = 0;  ///< of exact: digits behind the point
    std::int64_t number = 0;
    double real = 0;
    rdf::TermId id;
  };
  struct Step {
    Operation operation = Operation::term;
    Quick constant;
    std::size_t column = 0;
    bool unbound = false;  ///< a variable that the table does not have
    std::vector<std::size_t> arguments;
  };

  /// A column compared with a constant whose ids ascend as their values do.
  struct Direct {
    Operation operation = Operation::equal;
    std::size_t column = 0;
    std::uint64_t constant = 0;
    std::uint64_t alike = 0;  ///< the bits of ids that may be compared with it
  };

  explicit QuickCondition(Table const& table) : table_(&table) {}
  void find_direct();
  [[nodiscard]] bool add(Expression const& expression, LocalTerms const& terms, std::size_t& place);
  [[nodiscard]] Quick evaluate(std::size_t step, std::size_t row) const;
  [[nodiscard]] Quick logical(Step const& step, std::size_t row) const;
  [[nodiscard]] static Quick read(rdf::TermId id);
  [[nodiscard]] static Quick compare(Operation operation, Quick const& a, Quick const& b);
  [[nodiscard]] static Quick compute(Operation operation, Quick const& a, Quick const& b);
  [[nodiscard]] static Quick truth(bool value);
  [[nodiscard]] static Answer answer(Quick const& value);

  Table const* table_;
  std::vector<Step> steps_;
  std::size_t root_ = 0;
  std::optional<Direct> direct_;
};

}  // namespace lepton::sparql
