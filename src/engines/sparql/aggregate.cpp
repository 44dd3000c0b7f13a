#include "sparql/aggregate.h"

#include "sparql/arithmetic.h"
#include "sparql/comparison.h"

namespace lepton::sparql {

void Accumulator::add(Value const& value) {
  if (value.is_error()) {
    failed_ = true;
    return;
  }
  if (aggregate_->distinct) {
    rdf::Term term = value.term();
    std::size_t const size = term.value.size() + term.datatype.size() + sizeof(rdf::Term) + 48;
    if (!seen_.insert(std::move(term)).second) return;
    held_ += size;
  }
  ++count_;
  switch (aggregate_->operation) {
    case Operation::sum:
    case Operation::avg:
      value_ = arithmetic(Operation::add, any_ ? value_ : Value::integer(0), value);
      break;
    case Operation::min:
      if (!any_ || order(value, value_) < 0) value_ = value;
      break;
    case Operation::max:
      if (!any_ || order(value, value_) > 0) value_ = value;
      break;
    case Operation::sample:
      if (!any_) value_ = value;
      break;
    case Operation::group_concat:
      if (value.kind() == ValueKind::blank) break;
      if (any_) text_ += aggregate_->separator;
      text_ += value.lexical();
      held_ += value.text().size() + aggregate_->separator.size();
      break;
    default:
      break;
  }
  any_ = true;
}

Value Accumulator::result() const {
  switch (aggregate_->operation) {
    case Operation::count:
      return Value::integer(static_cast<std::int64_t>(count_));
    case Operation::sum:
      if (failed_) return {};
      return any_ ? value_ : Value::integer(0);
    case Operation::avg:
      if (failed_) return {};
      if (!any_) return Value::integer(0);
      return arithmetic(Operation::divide, value_, Value::integer(static_cast<std::int64_t>(count_)));
    case Operation::group_concat:
      return Value::string(text_);
    default:
      return value_;
  }
}

}  // namespace lepton::sparql
