#include "cli/exit_code.h"

namespace lepton::cli {

ExitCode exit_code_of(Code code) {
  switch (code) {
    case Code::invalid:
      return ExitCode::invalid;
    case Code::unauthenticated:
      return ExitCode::log_in;
    case Code::denied:
      return ExitCode::denied;
    case Code::not_found:
      return ExitCode::not_found;
    case Code::conflict:
      return ExitCode::conflict;
    default:
      return ExitCode::failed;
  }
}

}  // namespace lepton::cli
