#pragma once

#include <cstdint>
#include <optional>

#include "graphs/graphs.h"
#include "http/message.h"
#include "http/spool.h"

/// Graph Store HTTP Protocol: which graph a request is about, and its document.
namespace lepton::sparql_protocol {

/// §4.1 and §4.2: the graph whose IRI was asked itself, else the one that a parameter names. nullopt: the store.
[[nodiscard]] std::optional<graphs::Place> find_place(http::Request const& request);
/// Throws Error{invalid} for a request to the store.
[[nodiscard]] graphs::Place place_of(http::Request const& request);

/// The body, so that nothing waits for a slow client while the graph is being changed. Throws Error{invalid} beyond
/// `most` bytes.
[[nodiscard]] http::Spool take_in(Call const& call, http::BodySource& body, std::uint64_t most);

}  // namespace lepton::sparql_protocol
