#include "platform_graph/world.h"

#include <algorithm>

#include "access/survey.h"
#include "db/changes.h"
#include "rdf/store/version.h"
#include "reason/rule_parser.h"

namespace lepton::platform_graph {
namespace {

/// So many terms more than at first are no reason to start afresh, however small the graph.
constexpr std::size_t kSpareTerms = 100'000;

reason::Rules rules(Call const& call) {
  return reason::parse_rules(call, rules_text());
}

/// What the rules say of things is in words that everybody may know.
Names with_words_of(reason::Rules const& rules) {
  Names names;
  for (auto const& rule : rules) {
    for (auto const& atom : rule.head)
      for (auto const* node : {&atom.predicate, &atom.object})
        if (!node->is_variable && node->term.kind == rdf::TermKind::iri)
          (void)names.iri(node->term.value, Gate::everyone());
  }
  return names;
}

/// When a grant next begins or ends: what is in force, and who may discover what, stays as it is until then.
Timestamp next_turn(std::vector<access::Grant> const& grants, Timestamp now) {
  Timestamp next = Timestamp::max();
  for (auto const& grant : grants) {
    if (grant.revoked_at) continue;
    if (grant.not_before > now) next = std::min(next, grant.not_before);
    if (grant.expires_at && *grant.expires_at > now) next = std::min(next, *grant.expires_at);
  }
  return next;
}

bool has_changed(Source const& source, Edition const& next, Edition const& last) {
  return std::ranges::any_of(source.tables, [&](std::string const& table) {
    auto const count = [&](Edition const& edition) {
      auto const found = edition.changes.find(table);
      return found == edition.changes.end() ? 0 : found->second;
    };
    return count(next) != count(last);
  });
}

std::uint8_t bit(rdf::Layer layer) {
  return static_cast<std::uint8_t>(layer);
}

}  // namespace

World::World(Call const& call)
    : names_(with_words_of(rules(call))),
      terms_(*names_.dictionary()),
      relevant_(rules(call), *names_.dictionary()),
      rules_(rules(call), terms_),
      said_(sources().size()) {}

bool World::is_stale() const {
  return first_terms_ > 0 && names_.dictionary()->size() > 2 * first_terms_ + kSpareTerms;
}

std::shared_ptr<Edition const> World::edition(Call const& call, db::Transaction& tx, access::Snapshots const& snapshots,
                                              Timestamp now) {
  auto changes = db::changes(tx);
  if (latest_ && latest_->changes == changes && now < latest_->good_until) return latest_;
  auto next = std::make_shared<Edition>();
  next->changes = std::move(changes);
  next->access = snapshots.within(tx);
  next->assets = AssetIndex(access::Assets().list(tx, ""));
  auto const grants = access::all_grants(tx);
  next->good_until = next_turn(grants, now);
  for (auto const& grant : grants) next->grants.emplace(grant.id.str(), grant);

  auto steps = read_sources(tx, *next, latest_.get(), now);
  derive(call, steps);
  next->run = apply(std::move(steps));
  next->dictionary = names_.dictionary();
  next->gates = names_.gates();
  next->gate_of = names_.gate_of();
  if (first_terms_ == 0) first_terms_ = next->dictionary->size();
  latest_ = std::move(next);
  return latest_;
}

World::Steps World::read_sources(db::Transaction& tx, Edition const& next, Edition const* last, Timestamp now) {
  Steps steps;
  for (std::size_t i = 0; i < sources().size(); ++i) {
    auto const& source = sources()[i];
    bool const turned = last != nullptr && source.follows_time && now >= last->good_until;
    if (last != nullptr && !turned && !has_changed(source, next, *last)) continue;
    Facts facts(names_);
    source.read({tx, next.assets, *next.access, now, facts});
    replace(i, std::move(facts).take(), steps);
  }
  return steps;
}

void World::replace(std::size_t source, std::vector<rdf::IdQuad> fresh, Steps& steps) {
  auto& said = said_[source];
  std::vector<rdf::IdQuad> gone, come;
  std::ranges::set_difference(said, fresh, std::back_inserter(gone));
  std::ranges::set_difference(fresh, said, std::back_inserter(come));
  for (auto const& quad : gone)
    if (!another_says(source, quad)) steps.push_back({quad, rdf::Layer::stated, false});
  for (auto const& quad : come)
    if (!another_says(source, quad)) steps.push_back({quad, rdf::Layer::stated, true});
  said = std::move(fresh);
}

/// Sources that read the same rows may say the same: it is there as long as one of them says it.
bool World::another_says(std::size_t source, rdf::IdQuad const& quad) const {
  for (std::size_t i = 0; i < said_.size(); ++i)
    if (i != source && std::ranges::binary_search(said_[i], quad)) return true;
  return false;
}

void World::derive(Call const& call, Steps& steps) {
  std::vector<reason::Fact> insert, remove;
  for (auto const& step : steps) {
    if (!relevant_.contain(step.quad)) continue;
    (step.added ? insert : remove).push_back(terms_.fact_of(step.quad));
  }
  auto const change = rules_.update(call, insert, remove);
  for (auto const& fact : change.removed) steps.push_back({terms_.quad_of(fact), rdf::Layer::inferred, false});
  for (auto const& fact : change.added) steps.push_back({terms_.quad_of(fact), rdf::Layer::inferred, true});
}

std::shared_ptr<rdf::MemoryRun const> World::apply(Steps steps) const {
  if (steps.empty() && latest_) return latest_->run;
  // A statement's steps stay in the sequence in which they were taken.
  std::ranges::stable_sort(steps, {}, &Step::quad);
  std::vector<std::shared_ptr<rdf::Run const>> runs;
  if (latest_) runs.push_back(latest_->run);
  rdf::Version const before(1, runs);
  std::vector<rdf::QuadChange> changes;
  for (auto step = steps.begin(); step != steps.end();) {
    rdf::Change change;
    change.before = change.after = before.layers_of(step->quad);
    auto const quad = step->quad;
    for (; step != steps.end() && step->quad == quad; ++step)
      change.after =
          static_cast<std::uint8_t>(step->added ? change.after | bit(step->layer) : change.after & ~bit(step->layer));
    if (change.after != change.before) changes.push_back({quad, change});
  }
  auto changed = std::make_shared<rdf::MemoryRun const>(changes);
  if (!latest_) return changed;
  runs.push_back(std::move(changed));
  return std::make_shared<rdf::MemoryRun const>(runs);
}

}  // namespace lepton::platform_graph
