#pragma once

#include <functional>

#include "lineage/lineage.h"

namespace lepton::lineage {

/// Visits every edge, inside a transaction of the caller, without the people: for who describes the whole platform.
/// Decides nothing about who may see it.
void for_each_edge(
    db::Transaction& tx,
    std::function<void(Node const& from, Node const& to, std::vector<access::Ground> const&)> const& visit);

}  // namespace lepton::lineage
