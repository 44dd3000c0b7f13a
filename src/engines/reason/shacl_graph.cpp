#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_set>

#include "reason/shacl_shapes.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

std::vector<std::pair<rdf::TermId, rdf::TermId>> GraphView::pairs(rdf::QuadPattern pattern, rdf::Part first,
                                                                  rdf::Part second) const {
  pattern.graph = graph_;
  std::vector<std::pair<rdf::TermId, rdf::TermId>> found;
  rdf::ScanOptions options;
  options.merge_graphs = !graph_.defined();
  options.graphs = graphs_;
  options.layers = layers_;
  auto scan = snapshot_.scan(pattern, rdf::Snapshot::order_for(pattern), std::move(options));
  while (scan.next()) {
    auto const& block = scan.block();
    for (std::size_t i = 0; i < block.rows; ++i) found.emplace_back(block.column(first)[i], block.column(second)[i]);
  }
  return found;
}

std::vector<rdf::TermId> GraphView::objects(rdf::TermId subject, rdf::TermId predicate) const {
  std::vector<rdf::TermId> found;
  for (auto const& [s, o] : pairs({subject, predicate, {}, {}}, rdf::Part::subject, rdf::Part::object)) {
    found.push_back(o);
  }
  return found;
}

std::vector<rdf::TermId> GraphView::subjects(rdf::TermId predicate, rdf::TermId object) const {
  std::vector<rdf::TermId> found;
  for (auto const& [s, o] : pairs({{}, predicate, object, {}}, rdf::Part::subject, rdf::Part::object)) {
    found.push_back(s);
  }
  return found;
}

std::vector<std::pair<rdf::TermId, rdf::TermId>> GraphView::properties(rdf::TermId subject) const {
  return pairs({subject, {}, {}, {}}, rdf::Part::predicate, rdf::Part::object);
}

std::vector<std::pair<rdf::TermId, rdf::TermId>> GraphView::with_predicate(rdf::TermId predicate) const {
  return pairs({{}, predicate, {}, {}}, rdf::Part::subject, rdf::Part::object);
}

bool GraphView::contains(rdf::TermId subject, rdf::TermId predicate, rdf::TermId object) const {
  return !pairs({subject, predicate, object, {}}, rdf::Part::subject, rdf::Part::object).empty();
}

std::vector<rdf::TermId> GraphView::list(rdf::TermId head) const {
  std::vector<rdf::TermId> members;
  std::unordered_set<std::uint64_t> met;
  auto const nil = iri(rdf::rdf_nil);
  while (head != nil && met.insert(head.raw()).second) {
    auto const first = objects(head, iri(rdf::rdf_first));
    auto const rest = objects(head, iri(rdf::rdf_rest));
    if (first.size() != 1 || rest.size() != 1) return members;
    members.push_back(first.front());
    head = rest.front();
  }
  return members;
}

bool GraphView::is_instance(rdf::TermId node, rdf::TermId type) const {
  std::deque<rdf::TermId> queue;
  std::unordered_set<std::uint64_t> met;
  for (auto const one : objects(node, iri(rdf::rdf_type))) queue.push_back(one);
  auto const below = iri(fmt::format("{}subClassOf", rdfs_namespace));
  for (; !queue.empty(); queue.pop_front()) {
    if (queue.front() == type) return true;
    if (!met.insert(queue.front().raw()).second) continue;
    for (auto const above : objects(queue.front(), below)) queue.push_back(above);
  }
  return false;
}

std::vector<rdf::TermId> GraphView::instances(rdf::TermId type) const {
  std::vector<rdf::TermId> found;
  std::unordered_set<std::uint64_t> classes, met;
  std::deque<rdf::TermId> queue{type};
  auto const below = iri(fmt::format("{}subClassOf", rdfs_namespace));
  for (; !queue.empty(); queue.pop_front()) {
    if (!classes.insert(queue.front().raw()).second) continue;
    for (auto const one : subjects(iri(rdf::rdf_type), queue.front())) {
      if (met.insert(one.raw()).second) found.push_back(one);
    }
    for (auto const one : subjects(below, queue.front())) queue.push_back(one);
  }
  return found;
}

namespace {

void add_once(std::vector<rdf::TermId>& to, std::unordered_set<std::uint64_t>& met, rdf::TermId one) {
  if (met.insert(one.raw()).second) to.push_back(one);
}

}  // namespace

std::vector<rdf::TermId> ShaclPath::follow(Call const& call, GraphView const& data, rdf::TermId from) const {
  call.proceed();
  std::vector<rdf::TermId> found;
  std::unordered_set<std::uint64_t> met;
  switch (kind) {
    case Kind::predicate:
      for (auto const one : data.objects(from, predicate)) add_once(found, met, one);
      return found;
    case Kind::inverse:
      for (auto const one : data.subjects(parts.front().predicate, from)) add_once(found, met, one);
      return found;
    case Kind::sequence:
      found.push_back(from);
      for (auto const& part : parts) {
        std::vector<rdf::TermId> next;
        met.clear();
        for (auto const node : found) {
          for (auto const one : part.follow(call, data, node)) add_once(next, met, one);
        }
        found = std::move(next);
      }
      return found;
    case Kind::alternative:
      for (auto const& part : parts) {
        for (auto const one : part.follow(call, data, from)) add_once(found, met, one);
      }
      return found;
    case Kind::zero_or_one:
      add_once(found, met, from);
      for (auto const one : parts.front().follow(call, data, from)) add_once(found, met, one);
      return found;
    case Kind::zero_or_more:
    case Kind::one_or_more:
      if (kind == Kind::zero_or_more) add_once(found, met, from);
      for (auto const one : parts.front().follow(call, data, from)) add_once(found, met, one);
      for (std::size_t i = 0; i < found.size(); ++i) {
        for (auto const one : parts.front().follow(call, data, found[i])) add_once(found, met, one);
      }
      return found;
  }
  return found;
}

}  // namespace lepton::reason
