#include "reason/terms.h"

#include "base/check.h"

namespace lepton::reason {

TermKey MemoryTerms::key(rdf::TermView const& term) {
  if (auto const known = find(term)) return *known;
  std::unique_lock const lock(mutex_);
  if (auto const known = keys_.find(term); known != keys_.end()) return known->second;
  terms_.emplace_back(term);
  auto const key = static_cast<TermKey>(terms_.size());
  keys_.emplace(terms_.back().view(), key);
  return key;
}

std::optional<TermKey> MemoryTerms::find(rdf::TermView const& term) const {
  std::shared_lock const lock(mutex_);
  auto const known = keys_.find(term);
  return known == keys_.end() ? std::nullopt : std::optional(known->second);
}

rdf::Term MemoryTerms::term(TermKey key) const {
  std::shared_lock const lock(mutex_);
  check(key != no_term && key <= terms_.size(), "a term's key was given out by these terms");
  return terms_[key - 1];
}

}  // namespace lepton::reason
