#include "reason/fact_base.h"

namespace lepton::reason {

TableIndex FactBase::find_table(TermKey graph, TermKey predicate, TermKey object) const {
  auto const found = by_key_.find(key_of(graph, predicate, object));
  return found == by_key_.end() ? no_table : found->second;
}

TableIndex FactBase::table_for(TermKey graph, TermKey predicate, TermKey object) {
  auto const [place, added] = by_key_.try_emplace(key_of(graph, predicate, object), tables());
  if (added) {
    bool const is_class = predicate == type_;
    if (is_class) class_tables_.push_back(tables());
    tables_.push_back(std::make_unique<Table>(graph, predicate, is_class ? object : no_term));
  }
  return place->second;
}

FactRef FactBase::find(Fact const& fact) const {
  TableIndex const index = find_table(fact.graph, fact.predicate, fact.object);
  if (index == no_table) return {};
  Row const row = table(index).find(fact.subject, fact.object);
  return row != no_row && table(index).holds(row) ? FactRef{index, row} : FactRef{};
}

std::size_t FactBase::count() const {
  std::size_t total = 0;
  for (auto const& one : tables_) total += one->count();
  return total;
}

std::size_t FactBase::bytes() const {
  std::size_t total = 0;
  for (auto const& one : tables_) total += one->bytes() + sizeof(Table);
  return total;
}

}  // namespace lepton::reason
