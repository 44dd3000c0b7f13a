#pragma once

#include <deque>
#include <optional>
#include <unordered_map>

#include "rdf/store/dictionary.h"
#include "sparql/table.h"
#include "sparql/value.h"

namespace lepton::sparql {

/// Whether an id is of xsd:integer itself, not of a type derived from it, which has limits of its own.
[[nodiscard]] constexpr bool is_plain_integer(rdf::TermId id) {
  return id.kind() == rdf::IdKind::integer && id.payload() >> 56 == 0;
}

/// Gives ids to terms and values to ids within one query: ids of the store where it has one, else local ids, so that
/// equal ids are equal terms for all of them. Several threads may call const functions while none calls another, so
/// that new ids come in one sequence whatever the threads. Counts what it holds on the budget.
class LocalTerms {
 public:
  /// Both outlive it.
  LocalTerms(rdf::Dictionary const& dictionary, Budget& budget) : dictionary_(dictionary), budget_(budget) {}
  ~LocalTerms() { budget_.release(held_); }
  LocalTerms(LocalTerms const&) = delete;
  LocalTerms& operator=(LocalTerms const&) = delete;

  [[nodiscard]] rdf::TermId id(rdf::TermView const& term);
  /// Undefined for an error.
  [[nodiscard]] rdf::TermId id(Value const& value);
  /// Of a term that the store has, empty otherwise: no statement can match it.
  [[nodiscard]] std::optional<rdf::TermId> find(rdf::TermView const& term) const { return dictionary_.find(term); }
  /// An error for an undefined id.
  [[nodiscard]] Value value(rdf::TermId id) const;
  /// Of a defined id.
  [[nodiscard]] rdf::Term term(rdf::TermId id) const;

 private:
  rdf::Dictionary const& dictionary_;
  Budget& budget_;
  std::deque<rdf::Term> terms_;
  std::unordered_map<rdf::Term, rdf::TermId, rdf::TermHash> ids_;
  std::size_t held_ = 0;
};

}  // namespace lepton::sparql
