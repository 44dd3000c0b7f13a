// Orders of evaluation: atoms with the most bound parts first, tests as soon as they can be made.
#include <algorithm>

#include "reason/compiled_rule.h"

namespace lepton::reason {

namespace {

class Planner {
 public:
  Planner(CompiledBody const& body, std::vector<bool>&& bound, TermKey type)
      : body_(body),
        bound_(std::move(bound)),
        type_(type),
        atoms_(body.atoms.size()),
        filters_(body.filters.size()),
        binds_(body.binds.size()),
        absent_(body.absent.size()),
        aggregates_(body.aggregates.size()) {}

  std::optional<Plan> run(int first, std::uint32_t* missing) {
    if (first >= 0) match(static_cast<std::size_t>(first));
    while (place_tests() || place_atom() || place_aggregate()) {
    }
    if (missing_ && missing != nullptr) *missing = *missing_;
    bool const all = placed(filters_) && placed(binds_) && placed(absent_) && placed(aggregates_);
    return all ? std::optional(std::move(plan_)) : std::nullopt;
  }

 private:
  static bool placed(std::vector<bool> const& parts) {
    return std::all_of(parts.begin(), parts.end(), [](bool one) { return one; });
  }

  bool is_known(PatternPart const& part) const { return !part.is_slot || bound_[part.value]; }

  bool is_known(CompiledExpression const& expression) {
    if (expression.slot >= 0 && !bound_[static_cast<std::size_t>(expression.slot)]) {
      missing_ = static_cast<std::uint32_t>(expression.slot);
      return false;
    }
    return std::all_of(expression.arguments.begin(), expression.arguments.end(),
                       [this](auto const& argument) { return is_known(argument); });
  }

  void match(std::size_t atom) {
    Step step;
    step.index = atom;
    auto const& parts = body_.atoms[atom].parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].is_slot) {
        step.uses[i] = Step::Use::constant;
      } else if (bound_[parts[i].value]) {
        step.uses[i] = Step::Use::bound;
      } else {
        bool const before = std::find(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i), parts[i]) !=
                            parts.begin() + static_cast<std::ptrdiff_t>(i);
        step.uses[i] = before ? Step::Use::repeated : Step::Use::fresh;
      }
    }
    for (auto const& part : parts) {
      if (part.is_slot) bound_[part.value] = true;
    }
    atoms_[atom] = true;
    plan_.push_back(std::move(step));
  }

  /// The fewer rows an atom is likely to give, the lower.
  int cost(Pattern const& atom) const {
    bool const subject = is_known(atom.subject());
    bool const object = is_known(atom.object());
    bool const of_class = !atom.predicate().is_slot && atom.predicate().value == type_;
    int const open = is_known(atom.predicate()) ? 0 : 8;
    if (of_class) return open + (subject ? (object ? 0 : 3) : (object ? 4 : 6));
    if (subject && object) return open;
    if (subject) return open + 1;
    return open + (object ? 2 : 5);
  }

  bool place_atom() {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
      if (!atoms_[i] && (!best || cost(body_.atoms[i]) < cost(body_.atoms[*best]))) best = i;
    }
    if (best) match(*best);
    return best.has_value();
  }

  bool place_tests() {
    bool any = false;
    for (std::size_t i = 0; i < filters_.size(); ++i) {
      if (filters_[i] || !is_known(body_.filters[i])) continue;
      filters_[i] = any = true;
      plan_.push_back({Step::Kind::filter, i});
    }
    for (std::size_t i = 0; i < binds_.size(); ++i) {
      if (binds_[i] || !is_known(body_.binds[i].value)) continue;
      binds_[i] = any = true;
      Step step{Step::Kind::bind, i};
      step.result_bound = bound_[body_.binds[i].slot];
      bound_[body_.binds[i].slot] = true;
      plan_.push_back(std::move(step));
    }
    for (std::size_t i = 0; i < absent_.size(); ++i) {
      if (!absent_[i] && place_absent(i)) any = true;
    }
    return any;
  }

  bool place_absent(std::size_t i) {
    auto const& body = body_.absent[i];
    for (auto const slot : body.outer) {
      if (!bound_[slot]) {
        missing_ = slot;
        return false;
      }
    }
    auto inner = plan_body(body, bound_, -1, type_);
    if (!inner) return false;
    absent_[i] = true;
    Step step{Step::Kind::absent, i};
    step.inner = std::move(*inner);
    plan_.push_back(std::move(step));
    return true;
  }

  bool place_aggregate() {
    for (std::size_t i = 0; i < aggregates_.size(); ++i) {
      if (aggregates_[i]) continue;
      auto const& aggregate = body_.aggregates[i];
      std::vector<bool> known(bound_.size(), false);
      for (auto const slot : aggregate.group) known[slot] = bound_[slot];
      auto inner = plan_body(aggregate.body, known, -1, type_);
      if (!inner) return false;
      aggregates_[i] = true;
      Step step{Step::Kind::aggregate, i};
      step.inner = std::move(*inner);
      auto const bind = [&](std::uint32_t slot) {
        if (!bound_[slot]) step.fresh.push_back(slot);
        bound_[slot] = true;
      };
      for (auto const slot : aggregate.group) bind(slot);
      for (auto const& result : aggregate.results) bind(result.slot);
      plan_.push_back(std::move(step));
      return true;
    }
    return false;
  }

  CompiledBody const& body_;
  std::vector<bool> bound_;
  TermKey type_;
  std::vector<bool> atoms_, filters_, binds_, absent_, aggregates_;
  std::optional<std::uint32_t> missing_;
  Plan plan_;
};

}  // namespace

std::optional<Plan> plan_body(CompiledBody const& body, std::vector<bool> bound, int first, TermKey type,
                              std::uint32_t* missing) {
  return Planner(body, std::move(bound), type).run(first, missing);
}

}  // namespace lepton::reason
