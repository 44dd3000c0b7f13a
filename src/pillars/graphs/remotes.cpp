#include "graphs/remotes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "graphs/catalog.h"
#include "graphs/sparql_request.h"
#include "graphs/unrestricted.h"
#include "sparql/dependence.h"

namespace lepton::graphs {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;      ///< of one answer
constexpr std::uint64_t kMostInMemory = std::uint64_t{64} << 20;  ///< of rows for SERVICE

/// RFC 7617 §2, RFC 6750 §2.1.
std::string authorization_of(std::string const& user, std::string const& secret) {
  if (user.empty()) return "Bearer " + secret;
  auto text = to_base64url(fmt::format("{}:{}", user, secret));
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.resize((text.size() + 3) / 4 * 4, '=');
  return "Basic " + text;
}

/// What runs elsewhere must not reach on from there, with the rights that this server has in its network.
void require_no_services(sparql::Dependence const& dependence) {
  if (!dependence.services) return;
  throw invalid(
      "SERVICE is not sent to a remote graph, which would ask on from where it stands: ask a graph that is kept "
      "here, and this one from there, as SERVICE <lepton:department/graph>")
      .with_reason("remote_graph");
}

void require_no_load(sparql::Update const& update) {
  auto const loads = [](sparql::UpdateOperation const& one) { return one.kind == sparql::UpdateOperation::Kind::load; };
  if (std::ranges::any_of(update.operations, loads))
    throw invalid(
        "LOAD is not sent to a remote graph, which would fetch from where it stands: send the document itself")
        .with_reason("remote_graph");
}

void require_no_version(access::Address const& address) {
  if (address.version)
    throw invalid(
        fmt::format("{} is a remote graph, which has no versions: its service keeps no earlier state that could "
                    "be named here",
                    address.asset().str()))
        .with_reason("remote_graph");
}

void require_header_text(std::string const& text, std::string const& pointer) {
  bool const plain = std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
  if (!plain) throw invalid("a login has no line ends or control characters", {{pointer, "has control characters"}});
}

void require_settings(AllowedServices const& allowed, RemoteSettings const& settings) {
  Details problems;
  for (auto const& [pointer, url] : {std::pair{"/remote/url", &settings.url},
                                     {"/remote/update_url", &settings.update_url},
                                     {"/remote/data_url", &settings.data_url}}) {
    if (url->empty() && url != &settings.url) continue;
    try {
      allowed.require(parse_service_url(*url));
    } catch (Error const& error) {
      if (error.code() == Code::denied) throw;
      problems.emplace(pointer, error.what());
    }
  }
  if (!settings.user.empty() && settings.secret.empty()) problems.emplace("/remote/secret", "a user has a password");
  if (settings.user.find(':') != std::string::npos) problems.emplace("/remote/user", "has no colon (RFC 7617)");
  if (!problems.empty()) throw invalid("the remote graph is not described right", problems);
  require_header_text(settings.user, "/remote/user");
  require_header_text(settings.secret, "/remote/secret");
}

}  // namespace

StoredRemote Remotes::stored(RemoteSettings const& settings, access::AssetId const& id) const {
  return {.shown = {.url = settings.url, .update_url = settings.update_url, .data_url = settings.data_url, .login = ""},
          .user = settings.user,
          .sealed_secret = settings.secret.empty() ? "" : parts_.secrets.seal(settings.secret, id.str())};
}

Graph Remotes::create(Call const& call, access::Address const& address, std::string const& description,
                      std::set<std::string> const& tags, RemoteSettings const& settings) {
  require_no_version(address);
  parts_.authority.require_role(call, address.department, "contributor");
  require_settings(parts_.outbound.allowed(), settings);
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const asset = parts_.assets.create(tx, call, kGraph, address, description, tags);
    put_remote(tx, asset.id, stored(settings, asset.id));
    parts_.audit.append(tx, call,
                        {.action = "graph.create",
                         .subject = address.str(),
                         .grounds = {},
                         .details = {{"remote", settings.url}, {"user", settings.user}}});
    return get_graph(tx, asset);
  });
}

Graph Remotes::change(Call const& call, access::Address const& address, RemoteSettings const& settings) {
  require_no_version(address);
  parts_.authority.require_role(call, address.department, "contributor");
  require_settings(parts_.outbound.allowed(), settings);
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::write, address, kGraph);
    if (!find_remote(tx, permit.asset.id))
      throw conflict(fmt::format("{} is kept here: a graph becomes remote when it is created", address.str()));
    put_remote(tx, permit.asset.id, stored(settings, permit.asset.id));
    parts_.audit.append(tx, call,
                        {.action = "graph.change_remote",
                         .subject = address.str(),
                         .grounds = permit.decision.grounds,
                         .details = {{"remote", settings.url}, {"user", settings.user}}});
    return get_graph(tx, permit.asset);
  });
}

bool Remotes::contains(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const asset = parts_.assets.find(tx, address.asset());
    return asset && asset->kind == kGraph && find_remote(tx, asset->id).has_value();
  });
}

Remotes::Opened Remotes::open(db::Transaction& tx, Call const& call, access::Address const& address,
                              access::Action action, std::vector<access::Ground>* grounds) const {
  auto const permit = parts_.authority.require(tx, call, action, address.asset(), kGraph);
  if (action == access::Action::read) require_unrestricted(permit.decision, address.asset().str());
  require_no_version(address);
  auto remote = find_remote(tx, permit.asset.id);
  if (!remote) throw not_found(fmt::format("{} is no remote graph any more: ask again", address.str()));
  if (grounds != nullptr) *grounds = permit.decision.grounds;
  return {permit.asset.id, *std::move(remote), address.str()};
}

Remote Remotes::get(Call const& call, access::Address const& address, access::Action action) const {
  return parts_.database.read(
      call, [&](db::Transaction& tx) { return open(tx, call, address, action, nullptr).remote.shown; });
}

/// Decides, and writes down what is about to be sent.
Remotes::Opened Remotes::enter(Call const& call, access::Address const& address, access::Action action,
                               std::string const& what) {
  return parts_.database.write(call, [&](db::Transaction& tx) {
    std::vector<access::Ground> grounds;
    auto opened = open(tx, call, address, action, &grounds);
    parts_.audit.append(tx, call,
                        {.action = "graph." + what,
                         .subject = opened.address,
                         .grounds = grounds,
                         .details = {{"remote", opened.remote.shown.url}}});
    return opened;
  });
}

http::ClientResponse Remotes::send(Call const& call, Opened const& opened, std::string const& url,
                                   http::ClientRequest request, Outbound::OnPiece const& on_piece) {
  if (!opened.remote.sealed_secret.empty()) {
    auto const secret = parts_.secrets.open(opened.remote.sealed_secret, opened.id.str());
    request.headers.set("Authorization", authorization_of(opened.remote.user, secret));
  }
  // No shorter time than the call's own: a graph that is asked in vain says so by the caller's deadline.
  return parts_.outbound.send(call,
                              {.url = parse_service_url(url),
                               .request = std::move(request),
                               .timeout = std::chrono::hours(1),
                               .most_bytes = on_piece ? kMostBytes : kMostInMemory},
                              on_piece);
}

http::ClientResponse Remotes::query(Call const& call, access::Address const& address, Question const& question,
                                    Outbound::OnPiece const& on_piece) {
  require_no_services(sparql::dependence_of(question.query));
  auto const opened = enter(call, address, access::Action::read, "query");
  return send(call, opened, opened.remote.shown.url, query_request(question.text, question.dataset, question.accept),
              on_piece);
}

void Remotes::query(Call const& call, access::Address const& address, std::string const& text,
                    sparql::ResultSink& sink) {
  auto const opened = enter(call, address, access::Action::read, "query");
  auto const response = send(call, opened, opened.remote.shown.url, query_request(text, {}, accept_of_results()), {});
  read_answer(call, sparql::QueryForm::select, response, sink);
}

/// A change that fails is written down too: it may have taken effect.
http::ClientResponse Remotes::send_change(Call const& call, Opened const& opened, std::string const& url,
                                          http::ClientRequest request) {
  try {
    return send(call, opened, url, std::move(request), {});
  } catch (Error const& error) {
    auto late = call;  // the record is made also when the caller has no time left
    late.deadline = std::chrono::steady_clock::time_point::max();
    late.stop = {};
    parts_.database.write(late, [&](db::Transaction& tx) {
      parts_.audit.append(tx, late,
                          {.action = "graph.change_failed",
                           .subject = opened.address,
                           .grounds = {},
                           .details = {{"remote", url}, {"reason", error.what()}}});
    });
    throw;
  }
}

void Remotes::update(Call const& call, access::Address const& address, std::string_view text,
                     sparql::Update const& update, sparql::DatasetClause const& dataset) {
  require_no_services(sparql::dependence_of(update));
  require_no_load(update);
  if (get(call, address, access::Action::write).update_url.empty())
    throw invalid(fmt::format("{} is a remote graph without an address for updates: whoever owns it gives one with "
                              "lepton graph set-remote",
                              address.str()))
        .with_reason("remote_graph");
  auto const opened = enter(call, address, access::Action::write, "update");
  if (call.validate_only) return;
  (void)send_change(call, opened, opened.remote.shown.update_url, update_request(text, dataset));
}

http::ClientResponse Remotes::data(Call const& call, access::Address const& address, Place const& place,
                                   http::ClientRequest request, Outbound::OnPiece const& on_piece) {
  bool const reads = request.method == "GET";
  auto const action = reads ? access::Action::read : access::Action::write;
  auto const data_url = get(call, address, action).data_url;
  if (data_url.empty())
    throw invalid(
        fmt::format("{} is a remote graph without an address of its graph store: ask and change it by SPARQL, or "
                    "whoever owns it gives one with lepton graph set-remote",
                    address.str()))
        .with_reason("remote_graph");
  auto const opened = enter(call, address, action, reads ? "export" : "load");
  auto const url = fmt::format("{}{}{}", data_url, data_url.find('?') == std::string::npos ? "?" : "&",
                               place.kind == Place::Kind::named ? "graph=" + percent_encode(place.iri) : "default");
  if (reads) return send(call, opened, url, std::move(request), on_piece);
  if (call.validate_only) return {.status = 204, .headers = {}, .body = {}};
  return send_change(call, opened, url, std::move(request));
}

}  // namespace lepton::graphs
