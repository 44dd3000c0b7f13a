#include "reason/schema.h"

#include <algorithm>
#include <set>

#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

std::string full_name(std::string_view name) {
  std::string_view const prefix = name.substr(0, name.find(':'));
  std::string_view const space =
      prefix == "owl" ? owl_namespace : (prefix == "rdfs" ? rdfs_namespace : rdf::rdf_namespace);
  return std::string(space).append(name.substr(prefix.size() + 1));
}

}  // namespace

TermKey Schema::key(std::string_view name) const {
  return terms_.find(rdf::iri_view(full_name(name))).value_or(no_term);
}

Table const* Schema::table(std::string_view property) const {
  TermKey const predicate = key(property);
  auto const index = predicate == no_term ? no_table : facts_.find_table(no_term, predicate, no_term);
  return index == no_table ? nullptr : &facts_.table(index);
}

SchemaPair Schema::pair(Fact const& fact) const {
  Node const subject = term_node(terms_.term(fact.subject));
  Node const object = term_node(terms_.term(fact.object));
  return {subject, object, {subject, term_node(terms_.term(fact.predicate)), object, std::nullopt, {}}};
}

std::vector<SchemaPair> Schema::pairs(std::string_view property) const {
  std::vector<SchemaPair> found;
  auto const* rows = table(property);
  for (Row row = 0; rows != nullptr && row < rows->size(); ++row) {
    if (rows->holds(row)) found.push_back(pair(rows->fact(row)));
  }
  return found;
}

std::vector<Fact> Schema::facts_with(TermKey subject, std::string_view property) const {
  std::vector<Fact> found;
  auto const* rows = table(property);
  if (rows == nullptr) return found;
  for (Row row = rows->first_by_subject(subject); row != no_row; row = rows->next_by_subject(row)) {
    if (rows->holds(row)) found.push_back(rows->fact(row));
  }
  return found;
}

std::vector<SchemaPair> Schema::pairs_of(Node const& subject, std::string_view property) const {
  std::vector<SchemaPair> found;
  for (auto const& fact : facts_with(terms_.find(subject.term.view()).value_or(no_term), property)) {
    found.push_back(pair(fact));
  }
  return found;
}

std::vector<SchemaPair> Schema::direct_pairs(std::string_view property) const {
  std::vector<SchemaPair> found;
  auto const* rows = table(property);
  if (rows == nullptr) return found;
  auto const above = [&](TermKey a, TermKey b) {
    Row const row = rows->find(a, b);
    return row != no_row && rows->holds(row);
  };
  for (Row row = 0; row < rows->size(); ++row) {
    TermKey const from = rows->subject(row);
    TermKey const to = rows->object(row);
    if (!rows->holds(row) || from == to) continue;
    bool between = false;
    for (Row other = rows->first_by_subject(from); other != no_row && !between; other = rows->next_by_subject(other)) {
      TermKey const middle = rows->object(other);
      if (!rows->holds(other) || middle == from || middle == to) continue;
      between = above(middle, to) && !above(middle, from) && !above(to, middle);
    }
    if (!between) found.push_back(pair(rows->fact(row)));
  }
  return found;
}

std::vector<std::pair<Atom, Node>> Schema::instances(std::string_view of_class) const {
  std::vector<std::pair<Atom, Node>> found;
  TermKey const type = key(of_class);
  auto const index = type == no_term ? no_table : facts_.find_table(no_term, facts_.type(), type);
  if (index == no_table) return found;
  auto const& rows = facts_.table(index);
  for (Row row = 0; row < rows.size(); ++row) {
    if (!rows.holds(row)) continue;
    auto const one = pair(rows.fact(row));
    found.emplace_back(one.atom, one.subject);
  }
  return found;
}

std::vector<SchemaPair> Schema::list(Node const& head) const {
  std::vector<SchemaPair> members;
  TermKey const nil = key("rdf:nil");
  std::set<TermKey> met;
  TermKey cell = terms_.find(head.term.view()).value_or(no_term);
  while (cell != no_term && cell != nil && met.insert(cell).second) {
    auto const first = facts_with(cell, "rdf:first");
    auto const rest = facts_with(cell, "rdf:rest");
    if (first.size() != 1 || rest.size() != 1) return {};
    members.push_back(pair(first.front()));
    cell = rest.front().object;
  }
  return cell == nil && nil != no_term ? members : std::vector<SchemaPair>();
}

std::vector<std::pair<SchemaPair, SchemaPair>> Schema::member_pairs(Node const& subject,
                                                                    std::string_view property) const {
  std::vector<std::pair<SchemaPair, SchemaPair>> found;
  for (auto const& one : pairs_of(subject, property)) {
    auto const members = list(one.object);
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t j = i + 1; j < members.size(); ++j) found.emplace_back(members[i], members[j]);
    }
  }
  return found;
}

std::vector<rdf::Term> Schema::container_properties() const {
  std::set<TermKey> keys;
  for (TableIndex index = 0; index < facts_.tables(); ++index) {
    auto const& rows = facts_.table(index);
    keys.insert(rows.predicate());
    for (Row row = 0; row < rows.size(); ++row) keys.insert({rows.subject(row), rows.object(row)});
  }
  std::vector<rdf::Term> found;
  for (TermKey const key : keys) {
    auto term = terms_.term(key);
    auto const prefix = std::string(rdf::rdf_namespace) + "_";
    if (term.value.starts_with(prefix) && term.value.size() > prefix.size()) found.push_back(std::move(term));
  }
  return found;
}

}  // namespace lepton::reason
