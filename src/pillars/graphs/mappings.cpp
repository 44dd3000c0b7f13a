#include "graphs/mappings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "graphs/catalog.h"
#include "graphs/mapping_rows.h"

namespace lepton::graphs {
namespace {

constexpr auto kNow = std::numeric_limits<std::int64_t>::max();

/// The same refusal, pointing at the field of the mapping.
Error at_field(Error const& error, std::string const& pointer) {
  auto out = Error(error.code(), error.what(), {{pointer, error.what()}});
  if (error.reason() != to_string(error.code())) out = out.with_reason(std::string(error.reason()));
  return error.request_access_to().empty() ? out : out.with_access_request(error.request_access_to());
}

/// What a mapping says about one dataset: names of maps, which others refer to, and prefixes are written out.
std::string digest_of(Mapping const& mapping, DatasetPlan const& plan) {
  json::Array maps;
  for (auto const number : plan.maps) {
    auto map = to_json(mapping.maps[number]).as_object();
    json::Object joined;
    for (auto const& fact : mapping.maps[number].facts)
      if (fact.subject_of) joined[fact.subject_of->map] = find_map(mapping, fact.subject_of->map)->subject;
    map["joined"] = std::move(joined);
    maps.push_back(std::move(map));
  }
  return sha256(json::write_canonical(json::Array{to_json(mapping.prefixes), std::move(maps)})).hex();
}

}  // namespace

/// A mapping on its way into a graph.
struct Mappings::Work {
  struct Dataset {
    DatasetPlan plan;
    std::string pointer;  ///< of the first map that names it
    std::string iri;
    datasets::Visible visible;
    Source source;
    bool unchanged = false;
  };
  access::Asset graph;
  json::Value value;
  Mapping mapping;
  std::vector<Dataset> datasets;
  std::vector<NamedSource> dropped;  ///< sources that the mapping names no longer
};

access::Asset Mappings::get_graph(Call const& call, access::Address const& address, access::Action action) const {
  if (address.version) throw invalid("a published version never changes: leave out the @…");
  return parts_.database.read(
      call, [&](db::Transaction& tx) { return parts_.authority.require(tx, call, action, address, kGraph).asset; });
}

void Mappings::look_at_sources(Call const& call, Work& work) const {
  Details problems;
  for (auto& plan : plan_by_dataset(work.mapping)) {
    Work::Dataset one;
    one.pointer = json::pointer_to("/maps", plan.maps.front());
    auto const address = access::parse_address(plan.dataset);
    one.iri = source_iri(address.asset().str());
    if (std::ranges::find(work.datasets, one.iri, &Work::Dataset::iri) != work.datasets.end())
      problems[one.pointer + "/dataset"] = fmt::format("{} is mapped in two versions", address.asset().str());
    try {
      one.visible = parts_.datasets.visible(call, address);
    } catch (Error const& error) {
      throw at_field(error, one.pointer + "/dataset");
    }
    auto const& schema = one.visible.version.columns;
    plan_columns(work.mapping, schema, plan, problems);
    if (plan.columns.empty() && !schema.empty()) plan.columns.push_back(schema.front().name);
    one.plan = std::move(plan);
    work.datasets.push_back(std::move(one));
  }
  if (problems.empty()) return;
  auto const& [pointer, problem] = *problems.begin();
  throw invalid(problems.size() == 1 ? fmt::format("{} {}", pointer, problem)
                                     : fmt::format("{} fields of the mapping are wrong", problems.size()),
                problems)
      .with_reason("mapping");
}

void Mappings::read_source(Call const& call, Work& work, std::size_t number, rdf::Transaction& transaction) const {
  auto& one = work.datasets[number];
  auto const& version = one.visible.version;
  auto const graph = transaction.dictionary().intern(rdf::iri_view(one.iri));
  transaction.clear({.subject = {}, .predicate = {}, .object = {}, .graph = graph});
  MappedRows rows(call, work.mapping, one.plan, version.columns, transaction, graph);
  auto const address = work.graph.address().str();
  auto const take = [&](std::string_view bytes) {
    rows.write(bytes);
    (*running_.lock())[address] = {version.address, rows.rows(), version.rows, rows.statements()};
  };
  auto const all = std::numeric_limits<std::uint64_t>::max();
  auto const reading = parts_.datasets.read_columns(
      call, access::parse_address(version.address), one.plan.columns,
      {.format = table::ResultFormat::csv, .most_rows = all, .most_bytes = all}, {{}, take});
  one.source = {.dataset = reading.visible.asset,
                .version = version.address,
                .commit = 0,
                .mapping = 0,
                .digest = digest_of(work.mapping, one.plan),
                .columns = one.plan.columns,
                .obligations = reading.visible.obligations,
                .grounds = reading.visible.grounds,
                .rows = rows.rows(),
                .statements = rows.statements(),
                .by = call.principal.id,
                .by_name = call.principal.name,
                .at = call.now()};
}

MapResult Mappings::run(Call const& call, access::Address const& address, std::optional<json::Value> const& mapping) {
  Work work;
  work.graph = get_graph(call, address, access::Action::write);
  if (mapping) {
    work.value = *mapping;
  } else {
    auto last = parts_.database.read(call, [&](db::Transaction& tx) { return find_mapping(tx, work.graph.id); });
    if (!last)
      throw invalid(fmt::format("{} has no mapping yet: give one", address.str()), {{"/mapping", "is missing"}});
    work.value = std::move(last->mapping);
  }
  work.mapping = parse_mapping(work.value);
  look_at_sources(call, work);

  auto const change = [&](rdf::Transaction& transaction) {
    // Nobody else writes the graph now, so these are the sources that it has until the commit.
    auto known = parts_.database.read(call, [&](db::Transaction& tx) { return sources_at(tx, work.graph.id, kNow); });
    for (std::size_t i = 0; i < work.datasets.size(); ++i) {
      auto& one = work.datasets[i];
      auto const before = std::ranges::find(known, one.iri, &NamedSource::iri);
      one.unchanged = before != known.end() && before->source.dataset == one.visible.asset &&
                      before->source.version == one.visible.version.address &&
                      before->source.digest == digest_of(work.mapping, one.plan) &&
                      before->source.obligations == one.visible.obligations;
      if (one.unchanged)
        one.source = before->source;
      else
        read_source(call, work, i, transaction);
      if (before != known.end()) known.erase(before);
    }
    for (auto const& dropped : known)
      if (auto const id = transaction.dictionary().find(rdf::iri_view(dropped.iri)))
        transaction.clear({.subject = {}, .predicate = {}, .object = {}, .graph = *id});
    work.dropped = std::move(known);
  };
  MapResult result;
  struct Forget {
    Guarded<std::map<std::string, MapProgress>>& running;
    std::string graph;
    ~Forget() { running.lock()->erase(graph); }
  } const forget{running_, address.str()};
  result.commit =
      parts_.graphs.change_sources(call, address, "map", change, [&](db::Transaction& tx, Commit const& commit) {
        result.mapping = keep_mapping(tx, call, work.graph.id, work.value);
        for (auto& one : work.datasets) one.source.mapping = result.mapping;
        write_down(tx, call, work, commit);
      });
  for (auto const& one : work.datasets)
    result.datasets.push_back({one.source.version, one.iri, one.source.rows, one.source.statements, one.unchanged});
  return result;
}

/// In the transaction that begins the commit: what was allowed when the rows were read must be so still.
void Mappings::write_down(db::Transaction& tx, Call const& call, Work const& work, Commit const& commit) const {
  std::set<std::string> tags;
  for (auto const& one : work.datasets) {
    require_unchanged(tx, call, one.source);
    if (auto const asset = parts_.assets.find(tx, one.source.dataset))
      tags.insert(asset->tags.begin(), asset->tags.end());
    if (one.unchanged) continue;
    auto source = one.source;
    source.commit = commit.number;
    put_source(tx, work.graph.id, one.iri, source);
  }
  if (!tags.empty()) parts_.assets.add_tags(tx, call, work.graph.id, tags);
  for (auto const& [iri, source] : work.dropped) {
    auto gone = source;
    gone.version.clear();
    gone.commit = commit.number;
    put_source(tx, work.graph.id, iri, gone);
  }
}

void Mappings::require_unchanged(db::Transaction& tx, Call const& call, Source const& source) const {
  auto const address = access::parse_address(source.version);
  auto const now = parts_.authority.require(tx, call, access::Action::read, address.asset(), "dataset");
  if (now.asset.id != source.dataset || now.decision.obligations != source.obligations)
    throw conflict(fmt::format("what you may read of {} changed while it was mapped: map again", source.version))
        .with_reason("access_changed");
}

Commit Mappings::retract(Call const& call, access::Address const& address, std::string const& dataset) {
  auto const graph = get_graph(call, address, access::Action::write);
  auto const iri = source_iri(access::parse_address(dataset).asset().str());
  std::optional<NamedSource> found;
  auto const change = [&](rdf::Transaction& transaction) {
    auto const known = parts_.database.read(call, [&](db::Transaction& tx) { return sources_at(tx, graph.id, kNow); });
    auto const source = std::ranges::find(known, iri, &NamedSource::iri);
    if (source == known.end()) throw not_found(fmt::format("nothing in {} is made from {}", address.str(), dataset));
    found = *source;
    if (auto const id = transaction.dictionary().find(rdf::iri_view(iri)))
      transaction.clear({.subject = {}, .predicate = {}, .object = {}, .graph = *id});
  };
  return parts_.graphs.change_sources(call, address, "retract", change, [&](db::Transaction& tx, Commit const& commit) {
    found->source.version.clear();
    found->source.commit = commit.number;
    put_source(tx, graph.id, iri, found->source);
  });
}

std::vector<MappingVersion> Mappings::versions(Call const& call, access::Address const& address) const {
  auto const graph = get_graph(call, address, access::Action::write);
  return parts_.database.read(call, [&](db::Transaction& tx) { return list_mappings(tx, graph.id); });
}

std::optional<MapProgress> Mappings::progress(Call const& call, access::Address const& address) const {
  (void)get_graph(call, address, access::Action::write);
  auto const running = running_.read();
  auto const found = running->find(address.str());
  return found == running->end() ? std::nullopt : std::optional(found->second);
}

std::vector<NamedSource> Mappings::sources(Call const& call, access::Address const& graph) const {
  return parts_.graphs.open(call, graph).sources;
}

}  // namespace lepton::graphs
