#include "sparql_protocol/place.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "sparql_protocol/media.h"

namespace lepton::sparql_protocol {

std::optional<graphs::Place> find_place(http::Request const& request) {
  auto const graph = request.find_query("graph");
  auto const is_default = request.find_query("default");
  bool const direct = std::ranges::any_of(request.parameters, [](auto const& one) { return one.first == "path"; });
  if (direct + graph.has_value() + is_default.has_value() > 1)
    throw invalid("say one graph: ?default, ?graph=IRI, or its own URL below the graph store");
  if (direct) return graphs::Place::named(url_of(request));
  if (graph) return graphs::Place::named(std::string(*graph));
  if (is_default) return graphs::Place::of_default();
  return std::nullopt;
}

graphs::Place place_of(http::Request const& request) {
  if (auto place = find_place(request)) return *std::move(place);
  throw invalid("say which graph: ?default, or ?graph= and its IRI (Graph Store HTTP Protocol §4.2)");
}

http::Spool take_in(Call const& call, http::BodySource& body, std::uint64_t most) {
  http::Spool spool;
  for (auto piece = body.read(); !piece.empty(); piece = body.read()) {
    call.proceed();
    spool.write(piece);
    if (spool.size() > most)
      throw invalid(fmt::format("the body has more than {} MiB: send large documents by themselves", most >> 20));
  }
  return spool;
}

}  // namespace lepton::sparql_protocol
