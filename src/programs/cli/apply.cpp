#include "cli/commands.h"

namespace lepton::cli {

void add_apply(std::vector<Command>&) {}

}  // namespace lepton::cli
