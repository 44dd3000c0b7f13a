#include "access/decision.h"

#include <algorithm>

#include "access/row_filter.h"

namespace lepton::access {
namespace {

bool denies(Effect const& effect, Action action) {
  if (effect.deny.contains(Action::discover)) return true;
  if (effect.deny.contains(action)) return true;
  return effect.deny.contains(Action::read) && (action == Action::train || action == Action::label);
}

/// One decision in the making. Sources of permission first, then what policies take away.
class Deciding {
 public:
  Deciding(Snapshot const& snapshot, Principal const& principal, std::string const& purpose, Timestamp now,
           Action action, Asset const& asset)
      : snapshot_(snapshot), principal_(principal), purpose_(purpose), now_(now), action_(action), asset_(asset) {
    for (std::string const& owner : {asset.department, std::string()}) {
      auto const found = snapshot.policies.find(owner);
      if (found == snapshot.policies.end()) continue;
      for (auto const& policy : found->second)
        if (policy.selects(asset) && policy.applies_to(principal)) policies_.push_back(&policy);
    }
  }

  Decision decide() && {
    // An auditor sees that things exist whatever a department's policies say: else a department could hide from audit.
    if (action_ == Action::discover && principal_.has_role("", "auditor")) {
      decision_.allowed = true;
      decision_.grounds.push_back({"platform_role", "auditor", "auditors may discover every asset"});
      return std::move(decision_);
    }
    collect_role();
    collect_grants();
    if (action_ == Action::discover) collect_discovery();
    if (refused_by_deny() || (touches_data(action_) && !satisfies_requirements())) return refused();
    if (by_role_.empty() && grants_.empty() && by_policy_ == nullptr) {
      refuse(missing_permission());
      return refused();
    }
    state_grounds();
    if (touches_data(action_) && !collect_obligations()) return refused();
    decision_.allowed = true;
    return std::move(decision_);
  }

 private:
  void collect_role() {
    auto const held = principal_.roles.find(asset_.department);
    if (held == principal_.roles.end()) return;
    for (auto const& role : held->second)
      if (role_holds(role, action_)) by_role_ = role;
  }

  void collect_grants() {
    auto const consider = [&](std::unordered_map<std::string, std::vector<Grant>> const& by, std::string const& key) {
      auto const found = by.find(key);
      if (found == by.end()) return;
      for (auto const& grant : found->second)
        if (grant.covers(asset_) && grant.subject.covers(principal_)) consider_grant(grant);
    };
    consider(snapshot_.grants_of_asset, asset_.id.str());
    consider(snapshot_.subtree_grants, asset_.department);
  }

  void consider_grant(Grant const& grant) {
    if (action_ != Action::discover && !grant.actions.contains(action_)) return;
    if (!grant.active(now_)) {
      if (grant.expires_at && *grant.expires_at <= now_)
        near_miss_ = "your access ended at " + to_string(*grant.expires_at);
      else if (near_miss_.empty())
        near_miss_ = "your access begins at " + to_string(grant.not_before);
      return;
    }
    // That an asset exists may be known without saying what one is going to do with it.
    if (action_ != Action::discover && !grant.purpose.empty() && grant.purpose != purpose_) {
      near_miss_ = "your access is for the purpose '" + grant.purpose + "': declare it with the call";
      return;
    }
    grants_.push_back(&grant);
  }

  void collect_discovery() {
    for (auto const* policy : policies_)
      if (policy->document.effect.discover) by_policy_ = policy;
  }

  bool refused_by_deny() {
    for (auto const* policy : policies_) {
      if (!denies(policy->document.effect, action_)) continue;
      decision_.grounds.push_back({"policy", policy->id.str(), policy->describe()});
      refuse("a policy of the owner forbids it");
      return true;
    }
    return false;
  }

  /// Purposes that must be declared and approvals that grants must have.
  bool satisfies_requirements() {
    std::int64_t approvals = 0;
    Policy const* strictest = nullptr;
    for (auto const* policy : policies_) {
      auto const& effect = policy->document.effect;
      if (effect.require_purpose && !purpose_allowed(*effect.require_purpose)) {
        decision_.grounds.push_back({"policy", policy->id.str(), policy->describe()});
        refuse(purpose_.empty() ? "the owner requires that a purpose is declared with the call"
                                : "the owner does not allow the purpose '" + purpose_ + "'");
        return false;
      }
      if (effect.require_approval > approvals) {
        approvals = effect.require_approval;
        strictest = policy;
      }
    }
    if (strictest == nullptr) return true;
    by_role_.clear();
    std::erase_if(grants_, [&](Grant const* grant) {
      // One's own approval does not count.
      auto const by_others = std::count_if(grant->granted_by.begin(), grant->granted_by.end(),
                                           [&](std::string const& name) { return name != principal_.name; });
      return by_others < approvals;
    });
    if (!grants_.empty()) return true;
    decision_.grounds.push_back({"policy", strictest->id.str(), strictest->describe()});
    refuse(near_miss_.empty() ? "the owner must approve access first: request it" : near_miss_);
    return false;
  }

  bool purpose_allowed(std::set<std::string> const& allowed) const {
    return !purpose_.empty() && (allowed.empty() || allowed.contains(purpose_));
  }

  void state_grounds() {
    if (!by_role_.empty())
      decision_.grounds.push_back({"role", by_role_, by_role_ + " of department " + asset_.department});
    for (auto const* grant : grants_) decision_.grounds.push_back({"grant", grant->id.str(), grant->describe()});
    if (by_policy_ != nullptr) decision_.grounds.push_back({"policy", by_policy_->id.str(), by_policy_->describe()});
  }

  bool collect_obligations() {
    auto& obligations = decision_.obligations;
    // A role of the owner shows all; without one, the grants together show what each of them does.
    if (by_role_.empty() && !grants_.empty()) {
      obligations.masks = grants_.front()->masks;
      for (auto const* grant : grants_) obligations.masks = mildest(obligations.masks, grant->masks);
    }
    for (auto const* policy : policies_) {
      auto const& effect = policy->document.effect;
      if (effect.row_filter) {
        auto bound = bind_row_filter(*effect.row_filter, principal_.attributes);
        if (!bound) {
          decision_.grounds.push_back({"policy", policy->id.str(), policy->describe()});
          refuse(bound.error().what());
          return false;
        }
        obligations.row_filters.push_back(*std::move(bound));
      }
      obligations.masks = strictest(obligations.masks, effect.masks);
      obligations.min_group_size = std::max(obligations.min_group_size, effect.min_group_size);
      if (effect.row_filter || !effect.masks.empty() || effect.min_group_size > 0)
        decision_.grounds.push_back({"policy", policy->id.str(), policy->describe()});
    }
    return true;
  }

  std::string missing_permission() const {
    if (!near_miss_.empty()) return near_miss_;
    return "no role or grant of yours allows it; request access";
  }

  void refuse(std::string reason) { decision_.refusal = std::move(reason); }
  Decision refused() {
    decision_.allowed = false;
    decision_.obligations = {};
    return std::move(decision_);
  }

  Snapshot const& snapshot_;
  Principal const& principal_;
  std::string const& purpose_;
  Timestamp now_;
  Action action_;
  Asset const& asset_;
  std::vector<Policy const*> policies_;
  std::string by_role_;
  std::vector<Grant const*> grants_;
  Policy const* by_policy_ = nullptr;
  std::string near_miss_;  ///< why a grant that would have allowed it does not
  Decision decision_;
};

Decision system_decision() {
  Decision decision;
  decision.allowed = decision.discoverable = true;
  decision.grounds.push_back({"platform", "system", "the platform itself"});
  return decision;
}

}  // namespace

Decision decide(Snapshot const& snapshot, Call const& call, Timestamp now, Action action, Asset const& asset) {
  if (call.principal.type == PrincipalType::system) return system_decision();
  Decision nothing;
  nothing.refusal = "you may not " + std::string(enum_name(action)) + " it";
  auto const principal = snapshot.find_principal(call.principal.id);
  if (!principal) return nothing;
  std::string const path = asset.department + "/" + asset.name;
  if (!scopes_allow(call.principal.scopes, Action::discover, path)) return nothing;

  auto const evaluate = [&](Action wanted) {
    return Deciding(snapshot, *principal, call.purpose, now, wanted, asset).decide();
  };
  bool const in_scope = scopes_allow(call.principal.scopes, action, path);
  Decision decision = in_scope ? evaluate(action) : nothing;
  if (!in_scope) decision.refusal = "the key's scopes do not include '" + std::string(enum_name(action)) + "' on it";
  decision.discoverable = decision.allowed || evaluate(Action::discover).allowed;
  return decision;
}

bool has_role(Snapshot const& snapshot, Call const& call, std::string const& department, std::string const& role) {
  if (call.principal.type == PrincipalType::system) return true;
  auto const principal = snapshot.find_principal(call.principal.id);
  if (!principal) return false;
  auto const held = principal->roles.find(department);
  if (held == principal->roles.end()) return false;
  // A scoped credential acts on a department only when a scope reaches all of it.
  Action const needed = role == "viewer"        ? Action::read
                        : role == "contributor" ? Action::write
                        : role == "steward"     ? Action::share
                                                : Action::admin;
  if (!call.principal.scopes.empty() &&
      (department.empty() || !scopes_allow(call.principal.scopes, needed, department + "/*")))
    return false;
  if (department.empty()) return held->second.contains(role);
  return std::any_of(held->second.begin(), held->second.end(),
                     [&](std::string const& mine) { return role_reaches(mine, role); });
}

bool may_see(Snapshot const& snapshot, Call const& call, Grant const& grant) {
  if (has_role(snapshot, call, grant.department, "steward") || has_role(snapshot, call, "", "auditor")) return true;
  auto const principal = snapshot.find_principal(call.principal.id);
  return principal && grant.subject.covers(*principal) &&
         scopes_allow(call.principal.scopes, Action::discover, grant.path);
}

}  // namespace lepton::access
