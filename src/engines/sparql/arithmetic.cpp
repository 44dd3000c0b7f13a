#include "sparql/arithmetic.h"

#include <cmath>

namespace lepton::sparql {

namespace {

Value floating(Operation operation, ValueKind kind, double a, double b) {
  switch (operation) {
    case Operation::add:
      return Value::floating(kind, a + b);
    case Operation::subtract:
      return Value::floating(kind, a - b);
    case Operation::multiply:
      return Value::floating(kind, a * b);
    default:
      return Value::floating(kind, a / b);
  }
}

Decimal plus_half(Decimal const& a) {
  return add(a, {5, 1}).value_or(a);
}

Decimal negated(Decimal a) {
  a.unscaled = -a.unscaled;
  return a;
}

}  // namespace

Value arithmetic(Operation operation, Value const& a, Value const& b) {
  if (!a.is_numeric() || !b.is_numeric()) return {};
  ValueKind const kind = std::max(a.kind(), b.kind());
  if (!a.is_exact() || !b.is_exact()) return floating(operation, kind, a.number(), b.number());
  std::optional<Decimal> const result = operation == Operation::add        ? add(a.exact(), b.exact())
                                        : operation == Operation::subtract ? subtract(a.exact(), b.exact())
                                        : operation == Operation::multiply ? multiply(a.exact(), b.exact())
                                                                           : divide(a.exact(), b.exact());
  if (!result) return {};
  return kind == ValueKind::integer && operation != Operation::divide ? Value::integer(*result)
                                                                      : Value::decimal(*result);
}

Value arithmetic(Operation operation, Value const& a) {
  if (!a.is_numeric()) return {};
  if (!a.is_exact()) {
    double const x = a.number();
    switch (operation) {
      case Operation::negate:
        return Value::floating(a.kind(), -x);
      case Operation::abs:
        return Value::floating(a.kind(), std::fabs(x));
      case Operation::round:
        // Adding a half first would round 0.49999999999999994 up.
        return Value::floating(a.kind(), x - std::floor(x) < 0.5 ? std::floor(x) : std::ceil(x));
      case Operation::ceil:
        return Value::floating(a.kind(), std::ceil(x));
      case Operation::floor:
        return Value::floating(a.kind(), std::floor(x));
      default:
        return Value::floating(a.kind(), x);
    }
  }
  Decimal x = a.exact();
  switch (operation) {
    case Operation::negate:
      x = negated(x);
      break;
    case Operation::abs:
      if (x.unscaled < 0) x = negated(x);
      break;
    case Operation::round:
      x = floor(plus_half(x));
      break;
    case Operation::ceil:
      x = negated(floor(negated(x)));
      break;
    case Operation::floor:
      x = floor(x);
      break;
    default:
      break;
  }
  return a.kind() == ValueKind::integer ? Value::integer(x) : Value::decimal(x);
}

}  // namespace lepton::sparql
