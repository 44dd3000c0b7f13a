#pragma once

#include <map>
#include <string>

#include "running_server.h"

namespace lepton::crash {

/// Sessions of the people who act in these tests, by name; they survive a restart.
using Tokens = std::map<std::string, std::string>;

/// On a server that starts for the first time: root (platform admin), departments banking and risk, ana and anton
/// (stewards of banking), ben (contributor of risk), cara (steward of risk), and the service account risk/loan-system.
[[nodiscard]] Tokens found_company(RunningServer& server);

}  // namespace lepton::crash
