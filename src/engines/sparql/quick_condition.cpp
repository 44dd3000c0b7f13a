#include "sparql/quick_condition.h"

#include <algorithm>
#include <cmath>

#include "rdf/store/id_order.h"
#include "sparql/decimal.h"

namespace lepton::sparql {

namespace {

bool is_comparison(Operation operation) {
  return operation >= Operation::equal && operation <= Operation::greater_equal;
}

bool is_quick(Operation operation) {
  switch (operation) {
    case Operation::logical_or:
    case Operation::logical_and:
    case Operation::logical_not:
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
    case Operation::bound:
      return true;
    default:
      return is_comparison(operation);
  }
}

/// The comparison with its operands the other way round.
Operation mirrored(Operation operation) {
  switch (operation) {
    case Operation::less:
      return Operation::greater;
    case Operation::less_equal:
      return Operation::greater_equal;
    case Operation::greater:
      return Operation::less;
    case Operation::greater_equal:
      return Operation::less_equal;
    default:
      return operation;
  }
}

bool agrees(Operation operation, std::partial_ordering order) {
  switch (operation) {
    case Operation::equal:
      return order == 0;
    case Operation::not_equal:
      return order != 0;
    case Operation::less:
      return order < 0;
    case Operation::less_equal:
      return order <= 0;
    case Operation::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

}  // namespace

std::optional<QuickCondition> QuickCondition::compile(Expression const& condition, Table const& table,
                                                      LocalTerms const& terms) {
  QuickCondition out(table);
  if (!out.add(condition, terms, out.root_)) return std::nullopt;
  out.find_direct();
  return out;
}

void QuickCondition::find_direct() {
  Step const& root = steps_[root_];
  if (!is_comparison(root.operation)) return;
  bool const turned = steps_[root.arguments[0]].operation == Operation::term;
  Step const& variable = steps_[root.arguments[turned ? 1 : 0]];
  Step const& term = steps_[root.arguments[turned ? 0 : 1]];
  if (variable.operation != Operation::variable || variable.unbound || term.operation != Operation::term) return;
  std::uint64_t const alike = rdf::value_order_mask(term.constant.id);
  if (alike == 0 || term.constant.kind == Quick::Kind::unknown) return;
  direct_ = {turned ? mirrored(root.operation) : root.operation, variable.column, term.constant.id.raw(), alike};
}

bool QuickCondition::add(Expression const& expression, LocalTerms const& terms, std::size_t& place) {
  Step step;
  step.operation = expression.operation;
  if (expression.operation == Operation::term) {
    // A term that the store does not have is no one's equal, but may still be compared: left to the terms.
    auto const id = terms.find(expression.term.view());
    if (!id) return false;
    step.constant = read(*id);
  } else if (expression.operation == Operation::variable) {
    int const column = table_->find(expression.variable);
    step.unbound = column < 0;
    step.column = step.unbound ? 0 : static_cast<std::size_t>(column);
  } else if (!is_quick(expression.operation)) {
    return false;
  }
  for (auto const& argument : expression.arguments) {
    std::size_t where = 0;
    if (!add(argument, terms, where)) return false;
    step.arguments.push_back(where);
  }
  place = steps_.size();
  steps_.push_back(std::move(step));
  return true;
}

QuickCondition::Quick QuickCondition::read(rdf::TermId id) {
  using Kind = Quick::Kind;
  Quick out;
  out.id = id;
  auto const moment = [&](rdf::InlineMoment const& at, Kind zoned, Kind local) {
    out.kind = at.offset_minutes ? zoned : local;
    out.number = at.local_milliseconds - std::int64_t{at.offset_minutes.value_or(0)} * 60'000;
  };
  switch (id.kind()) {
    case rdf::IdKind::none:
      out.kind = Kind::error;
      break;
    case rdf::IdKind::iri:
    case rdf::IdKind::blank:
      out.kind = Kind::node;
      break;
    case rdf::IdKind::boolean:
      out = truth(rdf::inline_boolean(id));
      break;
    case rdf::IdKind::integer:
      out.kind = is_plain_integer(id) ? Kind::exact : Kind::unknown;  // others may be outside their type
      out.number = rdf::inline_integer(id);
      break;
    case rdf::IdKind::decimal: {
      auto const decimal = rdf::inline_decimal(id);
      out.kind = Kind::exact;
      out.number = decimal.unscaled;
      out.scale = static_cast<std::int8_t>(decimal.scale);
      break;
    }
    case rdf::IdKind::floating_double:
      out.kind = Kind::floating;
      out.real = rdf::inline_double(id);
      break;
    case rdf::IdKind::date_time:
      moment(rdf::inline_date_time(id), Kind::zoned, Kind::local);
      break;
    case rdf::IdKind::date:
      moment(rdf::inline_date(id), Kind::zoned_day, Kind::local_day);
      break;
    case rdf::IdKind::short_string:
    case rdf::IdKind::literal:
      out.kind = Kind::literal;
      break;
    default:
      break;
  }
  return out;
}

QuickCondition::Quick QuickCondition::truth(bool value) {
  Quick out;
  out.kind = Quick::Kind::boolean;
  out.number = value ? 1 : 0;
  out.id = rdf::boolean_id(value);
  return out;
}

QuickCondition::Quick QuickCondition::evaluate(std::size_t step, std::size_t row) const {
  Step const& one = steps_[step];
  switch (one.operation) {
    case Operation::term:
      return one.constant;
    case Operation::variable:
      return read(one.unbound ? rdf::TermId() : table_->at(row, one.column));
    case Operation::bound: {
      Step const& variable = steps_[one.arguments[0]];
      return truth(!variable.unbound && table_->at(row, variable.column).defined());
    }
    case Operation::logical_or:
    case Operation::logical_and:
    case Operation::logical_not:
      return logical(one, row);
    default:
      break;
  }
  Quick const a = evaluate(one.arguments[0], row);
  Quick const b = evaluate(one.arguments[1], row);
  if (a.kind == Quick::Kind::unknown || b.kind == Quick::Kind::unknown) return {};
  if (a.kind == Quick::Kind::error) return a;
  if (b.kind == Quick::Kind::error) return b;
  return is_comparison(one.operation) ? compare(one.operation, a, b) : compute(one.operation, a, b);
}

/// §17.2: an error does not hide an operand that decides; neither does what is not known.
QuickCondition::Quick QuickCondition::logical(Step const& step, std::size_t row) const {
  Quick error;
  error.kind = Quick::Kind::error;
  if (step.operation == Operation::logical_not) {
    Quick const inner = evaluate(step.arguments[0], row);
    if (inner.kind == Quick::Kind::error) return inner;
    Answer const is = answer(inner);
    return is == Answer::unknown ? Quick() : truth(is == Answer::fails);
  }
  bool const decisive = step.operation == Operation::logical_or;
  bool any_error = false;
  bool any_unknown = false;
  for (std::size_t const argument : step.arguments) {
    Quick const value = evaluate(argument, row);
    if (value.kind == Quick::Kind::error) {
      any_error = true;
      continue;
    }
    Answer const is = answer(value);
    if (is == (decisive ? Answer::holds : Answer::fails)) return truth(decisive);
    any_unknown = any_unknown || is == Answer::unknown;
  }
  return any_unknown ? Quick() : any_error ? error : truth(!decisive);
}

QuickCondition::Quick QuickCondition::compare(Operation operation, Quick const& a, Quick const& b) {
  using Kind = Quick::Kind;
  bool const is_equality = operation == Operation::equal || operation == Operation::not_equal;
  if (a.kind == Kind::node || b.kind == Kind::node) {
    // Nodes have no order, and equal nothing but themselves.
    if (is_equality) return truth((a.kind == b.kind && a.id == b.id) == (operation == Operation::equal));
    Quick error;
    error.kind = Kind::error;
    return error;
  }
  bool const a_is_number = a.kind == Kind::exact || a.kind == Kind::floating;
  bool const b_is_number = b.kind == Kind::exact || b.kind == Kind::floating;
  if (a_is_number && b_is_number) {
    if (a.kind == Kind::exact && b.kind == Kind::exact) {
      if (a.scale == b.scale) return truth(agrees(operation, a.number <=> b.number));
      return truth(agrees(operation, Decimal{a.number, a.scale} <=> Decimal{b.number, b.scale}));
    }
    if (a.scale != 0 || b.scale != 0) return {};
    auto const real = [](Quick const& one) {
      return one.kind == Kind::floating ? one.real : Decimal::of(one.number).number();
    };
    return truth(agrees(operation, real(a) <=> real(b)));
  }
  // Moments of which one alone has a time zone may be unordered.
  if (a.kind != b.kind || a.kind == Kind::literal) return {};
  return truth(agrees(operation, a.number <=> b.number));
}

QuickCondition::Quick QuickCondition::compute(Operation operation, Quick const& a, Quick const& b) {
  Quick out;
  if (a.kind != Quick::Kind::exact || b.kind != Quick::Kind::exact || a.scale != 0 || b.scale != 0) return out;
  bool const overflows = operation == Operation::add        ? __builtin_add_overflow(a.number, b.number, &out.number)
                         : operation == Operation::subtract ? __builtin_sub_overflow(a.number, b.number, &out.number)
                                                            : __builtin_mul_overflow(a.number, b.number, &out.number);
  out.kind = overflows ? Quick::Kind::unknown : Quick::Kind::exact;
  return out;
}

/// §17.2.2, effective boolean value; an error counts as false.
QuickCondition::Answer QuickCondition::answer(Quick const& value) {
  switch (value.kind) {
    case Quick::Kind::boolean:
    case Quick::Kind::exact:
      return value.number != 0 ? Answer::holds : Answer::fails;
    case Quick::Kind::error:
      return Answer::fails;
    default:
      return Answer::unknown;
  }
}

QuickCondition::Answer QuickCondition::holds(std::size_t row) const {
  if (direct_) {
    std::uint64_t const value = table_->at(row, direct_->column).raw();
    if (((value ^ direct_->constant) & direct_->alike) == 0)
      return agrees(direct_->operation, value <=> direct_->constant) ? Answer::holds : Answer::fails;
  }
  return answer(evaluate(root_, row));
}

}  // namespace lepton::sparql
