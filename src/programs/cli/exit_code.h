#pragma once

#include "base/error.h"

namespace lepton::cli {

/// What `lepton` ends with (design.md §10), for scripts.
enum class ExitCode {
  ok = 0,
  failed = 1,
  usage = 2,
  not_found = 3,
  log_in = 4,
  denied = 5,
  conflict = 6,
  invalid = 7,
  pending = 8,
};

[[nodiscard]] ExitCode exit_code_of(Code code);

}  // namespace lepton::cli
