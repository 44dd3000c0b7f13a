#include "sparql/local_terms.h"

namespace lepton::sparql {

rdf::TermId LocalTerms::id(rdf::TermView const& term) {
  if (auto const known = dictionary_.find(term)) return *known;
  rdf::Term owned(term);
  auto const found = ids_.find(owned);
  if (found != ids_.end()) return found->second;
  auto const id = rdf::TermId::of(rdf::IdKind::local, terms_.size());
  std::size_t const bytes = 2 * (sizeof(rdf::Term) + owned.value.size() + owned.datatype.size()) + 64;
  held_ += bytes;
  budget_.add(bytes);
  terms_.push_back(owned);
  ids_.emplace(std::move(owned), id);
  return id;
}

rdf::TermId LocalTerms::id(Value const& value) {
  switch (value.kind()) {
    case ValueKind::error:
      return {};
    case ValueKind::boolean:
      if (value.lexical().size() > 1) return rdf::boolean_id(value.truth());
      break;
    default:
      break;
  }
  return id(value.term().view());
}

Value LocalTerms::value(rdf::TermId id) const {
  switch (id.kind()) {
    case rdf::IdKind::none:
      return {};
    case rdf::IdKind::boolean:
      return Value::boolean(rdf::inline_boolean(id));
    case rdf::IdKind::integer:
      if (rdf::inline_datatype(id) == rdf::xsd_integer) return Value::integer(rdf::inline_integer(id));
      break;
    case rdf::IdKind::floating_double:
      return Value::floating(ValueKind::floating_double, rdf::inline_double(id));
    case rdf::IdKind::short_string:
      return Value::string(rdf::inline_string(id));
    default:
      break;
  }
  return Value::of(term(id).view());
}

rdf::Term LocalTerms::term(rdf::TermId id) const {
  if (id.kind() == rdf::IdKind::local) return terms_[id.payload()];
  return id.is_inline() ? rdf::inline_term(id) : dictionary_.term(id);
}

}  // namespace lepton::sparql
