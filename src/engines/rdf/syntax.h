#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lepton::rdf {

enum class Syntax : std::uint8_t { ntriples, nquads, turtle, trig, rdfxml, jsonld };

/// "turtle" and so on: the stable spelling in options and reports.
[[nodiscard]] std::string_view to_string(Syntax syntax);
/// The registered media type that is written for it.
[[nodiscard]] std::string_view media_type(Syntax syntax);
/// Whether the syntax can name graphs.
[[nodiscard]] bool holds_graphs(Syntax syntax);

/// By a Content-Type, parameters and case ignored; older spellings such as application/x-turtle count.
[[nodiscard]] std::optional<Syntax> find_syntax_by_media_type(std::string_view content_type);
/// By a file name's ending, e.g. "data.ttl".
[[nodiscard]] std::optional<Syntax> find_syntax_by_file_name(std::string_view name);

}  // namespace lepton::rdf
