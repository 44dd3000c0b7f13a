#include "base/check.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton {

void broken_promise(std::string_view promise, std::source_location where) {
  throw internal(fmt::format("broken promise: {} ({}:{})", promise, where.file_name(), where.line()));
}

}  // namespace lepton
