#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sparql/execution.h"

namespace lepton::sparql {

/// Evaluates an expression in some rows of a table and hands out its values, `visit(i, value)` for `rows[i]`, in their
/// sequence and on the calling thread. Pure expressions are evaluated ahead on several threads, batch by batch, so that
/// what `visit` does, such as giving ids to new terms, is the same whatever the threads.
void for_each_value(Execution& execution, Expression const& expression, Table const& table,
                    std::span<std::uint32_t const> rows, std::function<void(std::size_t, Value&&)> const& visit);

/// 0, 1, 2 … `rows` - 1.
[[nodiscard]] std::vector<std::uint32_t> all_rows(std::size_t rows);

/// The evaluator of one of the threads that work on a query: its own, or the query's on the query's thread.
class ThreadEvaluator {
 public:
  ThreadEvaluator(Execution& execution, bool on_caller) : query_(on_caller ? &execution.expressions() : nullptr) {
    if (!on_caller) own_.emplace(execution.expressions());
  }
  [[nodiscard]] ExpressionEvaluator& operator*() { return query_ != nullptr ? *query_ : own_->evaluator; }
  [[nodiscard]] ExpressionEvaluator* operator->() { return &**this; }

 private:
  struct Own {
    explicit Own(ExpressionEvaluator const& of) : evaluator(of.sibling()) {}
    ExpressionEvaluator evaluator;
  };
  ExpressionEvaluator* query_;
  std::optional<Own> own_;
};

}  // namespace lepton::sparql
