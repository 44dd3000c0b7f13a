#include "native/etag.h"

#include <charconv>

#include "base/error.h"

namespace lepton::native {

std::optional<std::int64_t> revision_of(std::string_view if_match) {
  if (if_match.empty()) return std::nullopt;
  auto text = if_match;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  std::int64_t revision = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty())
    throw invalid("If-Match must be the ETag of what you read, such as \"3\"",
                  {{"/if_match", "expected an ETag such as \"3\""}});
  return revision;
}

}  // namespace lepton::native
