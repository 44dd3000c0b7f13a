#include "graphs/texts.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"
#include "graphs/version_number.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view kColumns = "number, digest, regime, note, created_by, created_at";

TextVersion version_of(access::Asset const& asset, db::Row const& row) {
  return {.address = fmt::format("{}@{}", asset.address().str(), row.integer(0)),
          .number = row.integer(0),
          .digest = row.text(1),
          .regime = row.text(2),
          .note = row.text(3),
          .created_by = row.text(4),
          .created_at = row.timestamp(5),
          .text = {}};
}

std::vector<TextVersion> versions_of(db::Transaction& tx, access::Asset const& asset) {
  std::vector<TextVersion> versions;
  for (auto const& row : tx.query(
           fmt::format("SELECT {} FROM graph_text WHERE asset_id = $1 ORDER BY number DESC", kColumns), {asset.id}))
    versions.push_back(version_of(asset, row));
  return versions;
}

TextAsset text_asset(db::Transaction& tx, access::Asset const& asset) {
  TextAsset text{asset.address().str(), asset.description, asset.tags, {}, asset.created_at};
  auto versions = versions_of(tx, asset);
  if (!versions.empty()) text.latest = std::move(versions.front());
  return text;
}

/// `number` 0: the latest.
TextVersion get_version(db::Transaction& tx, access::Asset const& asset, std::int64_t number) {
  auto const row =
      tx.find(fmt::format("SELECT {}, text FROM graph_text WHERE asset_id = $1 AND ($2 = 0 OR number = $2) "
                          "ORDER BY number DESC LIMIT 1",
                          kColumns),
              {asset.id, number});
  if (!row) throw not_found(fmt::format("there is no version {}@{}", asset.address().str(), number));
  auto version = version_of(asset, *row);
  version.text = row->text(6);
  return version;
}

std::int64_t number_of(access::Address const& address) {
  return address.version ? version_number(*address.version, address.str()) : 0;
}

void require_no_version(access::Address const& address) {
  if (address.version) throw invalid("a version never changes: leave out the @…");
}

}  // namespace

TextVersion Texts::insert(db::Transaction& tx, Call const& call, access::Asset const& asset,
                          TextContent const& content) const {
  auto const row = tx.find("SELECT max(number) FROM graph_text WHERE asset_id = $1", {asset.id});
  TextVersion version{.address = {},
                      .number = row->maybe_integer(0).value_or(0) + 1,
                      .digest = sha256(content.regime + "\n" + content.text).hex(),
                      .regime = content.regime,
                      .note = content.note,
                      .created_by = call.principal.name,
                      .created_at = call.now(),
                      .text = content.text};
  version.address = fmt::format("{}@{}", asset.address().str(), version.number);
  tx.execute(
      "INSERT INTO graph_text (asset_id, number, digest, regime, text, note, created_by, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {asset.id, version.number, version.digest, version.regime, version.text, version.note, version.created_by,
       version.created_at});
  return version;
}

TextVersion Texts::create(Call const& call, access::Address const& address, std::string const& description,
                          std::set<std::string> const& tags, TextContent const& content) {
  require_no_version(address);
  parts_.authority.require_role(call, address.department, "contributor");
  kind_.check(call, content);
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const asset = parts_.assets.create(tx, call, kind_.name, address, description, tags);
    auto version = insert(tx, call, asset, content);
    parts_.audit.append(
        tx, call,
        {.action = kind_.name + ".create", .subject = version.address, .details = {{"digest", version.digest}}});
    return version;
  });
}

TextVersion Texts::save(Call const& call, access::Address const& address, TextContent const& content) {
  require_no_version(address);
  // Before the text is looked at, so that nobody learns from its errors that there is an asset.
  parts_.database.read(call, [&](db::Transaction& tx) {
    (void)parts_.authority.require(tx, call, access::Action::write, address, kind_.name);
  });
  kind_.check(call, content);
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::write, address, kind_.name);
    auto latest = get_version(tx, permit.asset, 0);
    if (latest.text == content.text && latest.regime == content.regime) return latest;
    auto version = insert(tx, call, permit.asset, content);
    parts_.audit.append(tx, call,
                        {.action = kind_.name + ".save",
                         .subject = version.address,
                         .grounds = permit.decision.grounds,
                         .details = {{"digest", version.digest}}});
    return version;
  });
}

std::vector<TextAsset> Texts::list(Call const& call, std::string const& department) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    std::vector<TextAsset> found;
    for (auto const& asset : parts_.assets.list(tx, kind_.name, department))
      if (parts_.authority.may_discover(call, asset)) found.push_back(text_asset(tx, asset));
    return found;
  });
}

TextAsset Texts::get(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    return text_asset(tx,
                      parts_.authority.require(tx, call, access::Action::discover, address.asset(), kind_.name).asset);
  });
}

std::vector<TextVersion> Texts::versions(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    return versions_of(tx,
                       parts_.authority.require(tx, call, access::Action::discover, address.asset(), kind_.name).asset);
  });
}

TextVersion Texts::version(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) { return require(tx, call, address).version; });
}

Texts::Readable Texts::require(db::Transaction& tx, Call const& call, access::Address const& address) const {
  auto permit = parts_.authority.require(tx, call, access::Action::read, address.asset(), kind_.name);
  auto version = get_version(tx, permit.asset, number_of(address));
  return {std::move(permit), std::move(version)};
}

TextVersion Texts::get_saved(db::Transaction& tx, std::string const& address) const {
  auto const parsed = access::parse_address(address);
  auto const asset = parts_.assets.find(tx, parsed.asset());
  if (!asset) throw not_found(fmt::format("there is no {} {}", kind_.name, address));
  return get_version(tx, *asset, number_of(parsed));
}

void Texts::remove(Call const& call, access::Address const& address) {
  require_no_version(address);
  parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::admin, address, kind_.name);
    for (auto const& start : parts_.lineage.versions(tx, node_kind(), address.str())) {
      if (!parts_.lineage.downstream(tx, start, {.depth = 1}).steps.empty())
        throw conflict(fmt::format("a graph uses {}, or used it: it stays, so that this can be traced", start.key))
            .with_reason("referenced");
    }
    tx.execute("DELETE FROM graph_text WHERE asset_id = $1", {permit.asset.id});
    parts_.assets.remove(tx, call, permit.asset.id);
    parts_.audit.append(
        tx, call, {.action = kind_.name + ".remove", .subject = address.str(), .grounds = permit.decision.grounds});
  });
}

}  // namespace lepton::graphs
