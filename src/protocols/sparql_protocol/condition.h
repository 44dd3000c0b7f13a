#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "graphs/graphs.h"
#include "http/message.h"

/// Conditional requests, RFC 9110 §13, on answers that one caller may see and another may not.
namespace lepton::sparql_protocol {

/// Whether the commit says all that is shown. It does not for the graph that has none, which shows what others keep.
[[nodiscard]] inline bool is_dated(graphs::View const& view) {
  return view.commit > 0 || !view.read_only;
}

/// Names an answer by all that it depends on: the graph and its commit, which of it this caller sees, and `asked`, what
/// was asked and in which form. Callers who see the same have the same tag. Begins with the commit, which is what
/// If-Match of a change compares.
[[nodiscard]] std::string tag_of(graphs::View const& view, std::initializer_list<std::string_view> asked);

/// Whether If-None-Match of a request that reads has the tag: the client holds this answer.
[[nodiscard]] bool holds(http::Request const& request, std::string_view tag);

/// Says what an answer is the answer to, and that nobody but its caller may keep it, nor use it unasked.
void put_tag(http::Response& response, graphs::View const& view, std::string_view tag);

/// 304.
[[nodiscard]] http::Response not_modified(graphs::View const& view, std::string_view tag);

}  // namespace lepton::sparql_protocol
