#include "sparql_protocol/multipart.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "http/message.h"

namespace lepton::sparql_protocol {
namespace {

std::string_view trimmed(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// A parameter such as boundary=… of a header's value; quoted or not. Empty when it is not there.
std::string parameter_of(std::string_view value, std::string_view name) {
  for (auto at = value.find(';'); at != std::string_view::npos; at = value.find(';', at + 1)) {
    auto const text = trimmed(value.substr(at + 1));
    auto const equals = text.find('=');
    if (equals == std::string_view::npos || !http::same_word(trimmed(text.substr(0, equals)), name)) continue;
    auto const rest = text.substr(equals + 1);
    if (!rest.starts_with('"')) return std::string(trimmed(rest.substr(0, rest.find(';'))));
    return std::string(rest.substr(1, rest.find('"', 1) - 1));
  }
  return {};
}

/// Reads one part: fields, a blank line, the body.
FormPart part_of(std::string_view text) {
  FormPart part{.name = "", .content_type = "text/plain", .body = {}};
  for (;;) {
    auto const end = text.find("\r\n");
    if (end == std::string_view::npos) throw invalid("a part of the form has no blank line behind its header");
    auto const line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) break;
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) throw invalid(fmt::format("'{}' is no header of a part of the form", line));
    auto const value = trimmed(line.substr(colon + 1));
    if (http::same_word(line.substr(0, colon), "Content-Type")) part.content_type = value;
    if (http::same_word(line.substr(0, colon), "Content-Disposition")) part.name = parameter_of(value, "name");
  }
  part.body = text;
  return part;
}

}  // namespace

std::string boundary_of(std::string_view content_type) {
  auto boundary = parameter_of(content_type, "boundary");
  if (boundary.empty() || boundary.size() > 70)
    throw invalid("multipart/form-data says its boundary, of 1 to 70 characters: boundary=…");
  return boundary;
}

std::vector<FormPart> read_form_parts(std::string_view body, std::string_view boundary) {
  // The line end before a boundary belongs to it; the first may stand at the beginning.
  std::string const mark = fmt::format("\r\n--{}", boundary);
  std::vector<FormPart> parts;
  std::size_t at = 0;
  if (body.starts_with(std::string_view(mark).substr(2)))
    at = mark.size() - 2;
  else if (auto const first = body.find(mark); first != std::string_view::npos)
    at = first + mark.size();
  else
    throw invalid(fmt::format("the form has no part: its boundary '{}' is not in it", boundary));
  while (!body.substr(at).starts_with("--")) {
    auto const line_end = body.find("\r\n", at);
    auto const next = line_end == std::string_view::npos ? line_end : body.find(mark, line_end);
    if (next == std::string_view::npos) throw invalid("the form breaks off: its last boundary is missing");
    parts.push_back(part_of(body.substr(line_end + 2, std::max(next, line_end + 2) - line_end - 2)));
    at = next + mark.size();
  }
  return parts;
}

}  // namespace lepton::sparql_protocol
