#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lepton::sparql_protocol {

/// One file of a multipart/form-data body (RFC 7578). `body` points into the text that was read.
struct FormPart {
  std::string name;          ///< of its Content-Disposition
  std::string content_type;  ///< "text/plain" when the part does not say
  std::string_view body;
};

/// The boundary of a Content-Type. Throws Error{invalid} when it has none.
[[nodiscard]] std::string boundary_of(std::string_view content_type);

/// RFC 2046 §5.1.1: the parts between the boundaries; what stands before the first and behind the last is none. Safe on
/// bytes of strangers. Throws Error{invalid} for a body that breaks off or whose part has no end of its header.
[[nodiscard]] std::vector<FormPart> read_form_parts(std::string_view body, std::string_view boundary);

}  // namespace lepton::sparql_protocol
