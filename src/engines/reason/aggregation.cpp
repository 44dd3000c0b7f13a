#include "reason/aggregation.h"

#include <cmath>

namespace lepton::reason {

namespace {

Value sum_of(Value const& a, Value const& b) {
  if (!a.is_number() || !b.is_number()) return {};
  std::int64_t sum = 0;
  if (a.kind == Value::Kind::integer && b.kind == Value::Kind::integer) {
    return __builtin_add_overflow(a.integer, b.integer, &sum) ? Value{} : integer_value(sum);
  }
  bool const floating = a.kind == Value::Kind::floating || b.kind == Value::Kind::floating;
  return number_value(a.as_number() + b.as_number(), floating ? Value::Kind::floating : Value::Kind::decimal);
}

/// By value where two values have an order, else by their terms.
bool is_less(Value const& a, Value const& b) {
  if (auto const order = compare_values(a, b)) return *order < 0;
  return term_of(a) < term_of(b);
}

}  // namespace

void Aggregation::add(std::span<TermKey const> slots) {
  std::vector<TermKey> key;
  for (auto const slot : aggregate_.group) key.push_back(slots[slot]);
  auto& states = groups_[std::move(key)];
  states.resize(aggregate_.results.size());
  for (std::size_t i = 0; i < states.size(); ++i) add(states[i], aggregate_.results[i], slots);
}

void Aggregation::add(State& state, CompiledResult const& result, std::span<TermKey const> slots) const {
  if (!result.argument) {
    ++state.count;
    return;
  }
  Value const value = evaluate(*result.argument, slots, terms_);
  auto const term = term_of(value);
  if (!term) {
    // COUNT leaves out what has no value; the others have none then (§18.5.1).
    state.failed = state.failed || result.function != AggregateFunction::count;
    return;
  }
  if (result.distinct && !state.seen.insert(*term).second) return;
  ++state.count;
  bool const adds = result.function == AggregateFunction::sum || result.function == AggregateFunction::avg;
  if (adds) state.total = sum_of(state.total, value);
  if (!state.least || is_less(value, *state.least)) state.least = value;
  if (!state.greatest || is_less(*state.greatest, value)) state.greatest = value;
}

Value Aggregation::value(State const& state, AggregateFunction function) {
  if (state.failed) return {};
  switch (function) {
    case AggregateFunction::count:
      return integer_value(state.count);
    case AggregateFunction::sum:
      return state.total;
    case AggregateFunction::avg:
      if (!state.total.is_number() || state.count == 0) return integer_value(0);
      return number_value(state.total.as_number() / static_cast<long double>(state.count),
                          state.total.kind == Value::Kind::floating ? Value::Kind::floating : Value::Kind::decimal);
    case AggregateFunction::max:
      return state.greatest.value_or(Value{});
    case AggregateFunction::min:
    case AggregateFunction::sample:  // any will do; the least is the same whenever it is computed again
      return state.least.value_or(Value{});
  }
  return {};
}

std::vector<Aggregation::Group> Aggregation::finish() {
  std::vector<Group> groups;
  for (auto const& [key, states] : groups_) {
    Group group{key, {}};
    for (std::size_t i = 0; i < states.size(); ++i) {
      auto const term = term_of(value(states[i], aggregate_.results[i].function));
      if (!term) break;
      group.results.push_back(terms_.key(term->view()));
    }
    if (group.results.size() == states.size()) groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace lepton::reason
