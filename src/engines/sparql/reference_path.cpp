// Property paths of the reference evaluator: §18.4 and the functions of §18.6.
#include <algorithm>

#include "sparql/reference_evaluator.h"

namespace lepton::sparql {

/// nodes(G): the subjects and objects of the active graph.
ReferenceEvaluator::Terms ReferenceEvaluator::nodes() const {
  Terms out;
  for (auto const& triple : *active_) {
    out.insert(triple[0]);
    out.insert(triple[2]);
  }
  return out;
}

/// The nodes that the path leads to, as often as it does.
std::vector<rdf::Term> ReferenceEvaluator::step(rdf::Term const& from, Path const& path, bool backward) {
  std::vector<rdf::Term> out;
  switch (path.kind) {
    case Path::Kind::link:
      for (auto const& triple : *active_) {
        if (triple[1] == path.iri && triple[backward ? 2 : 0] == from) out.push_back(triple[backward ? 0 : 2]);
      }
      return out;
    case Path::Kind::negated:
      for (auto const& triple : *active_) {
        bool const has_forward = !path.forward.empty() || path.backward.empty();
        if (has_forward && triple[backward ? 2 : 0] == from && std::ranges::count(path.forward, triple[1]) == 0) {
          out.push_back(triple[backward ? 0 : 2]);
        }
        if (!path.backward.empty() && triple[backward ? 0 : 2] == from &&
            std::ranges::count(path.backward, triple[1]) == 0) {
          out.push_back(triple[backward ? 2 : 0]);
        }
      }
      return out;
    case Path::Kind::inverse:
      return step(from, path.parts[0], !backward);
    case Path::Kind::sequence:
      for (auto const& middle : step(from, path.parts[backward ? 1 : 0], backward)) {
        std::ranges::move(step(middle, path.parts[backward ? 0 : 1], backward), std::back_inserter(out));
      }
      return out;
    case Path::Kind::alternative:
      out = step(from, path.parts[0], backward);
      std::ranges::move(step(from, path.parts[1], backward), std::back_inserter(out));
      return out;
    case Path::Kind::zero_or_one: {
      Terms reached{from};
      for (auto& one : step(from, path.parts[0], backward)) reached.insert(std::move(one));
      return {reached.begin(), reached.end()};
    }
    case Path::Kind::zero_or_more: {
      Terms reached;
      closure(from, path.parts[0], backward, reached);
      return {reached.begin(), reached.end()};
    }
    case Path::Kind::one_or_more: {
      Terms reached;
      for (auto const& next : step(from, path.parts[0], backward)) closure(next, path.parts[0], backward, reached);
      return {reached.begin(), reached.end()};
    }
  }
  return out;
}

/// ALP.
void ReferenceEvaluator::closure(rdf::Term const& from, Path const& path, bool backward, Terms& visited) {
  if (!visited.insert(from).second) return;
  call_.proceed();
  for (auto const& next : step(from, path, backward)) closure(next, path, backward, visited);
}

std::vector<std::pair<rdf::Term, rdf::Term>> ReferenceEvaluator::pairs(Algebra const& algebra) {
  std::vector<std::pair<rdf::Term, rdf::Term>> out;
  auto const* const subject = std::get_if<rdf::Term>(&algebra.subject);
  auto const* const object = std::get_if<rdf::Term>(&algebra.object);
  if (subject != nullptr) {
    for (auto& end : step(*subject, algebra.path, false)) out.emplace_back(*subject, std::move(end));
  } else if (object != nullptr) {
    for (auto& end : step(*object, algebra.path, true)) out.emplace_back(std::move(end), *object);
  } else {
    for (auto const& start : nodes()) {
      for (auto& end : step(start, algebra.path, false)) out.emplace_back(start, std::move(end));
    }
  }
  return out;
}

ReferenceEvaluator::Solutions ReferenceEvaluator::path(Algebra const& algebra) {
  Solutions out;
  auto const fits = [](Node const& node, rdf::Term const& term, Bindings& bindings) {
    if (auto const* const known = std::get_if<rdf::Term>(&node)) return *known == term;
    auto const [place, is_new] = bindings.try_emplace(std::get<Variable>(node), term);
    return is_new || place->second == term;
  };
  for (auto const& [start, end] : pairs(algebra)) {
    Bindings bindings;
    if (fits(algebra.subject, start, bindings) && fits(algebra.object, end, bindings)) out.push_back(bindings);
  }
  return out;
}

}  // namespace lepton::sparql
