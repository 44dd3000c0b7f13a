#pragma once

#include <string>
#include <string_view>

#include "base/call.h"
#include "sparql/results.h"

namespace lepton::sparql {

// One function per format; read_results() says what they have in common.
void read_xml_results(Call const& call, std::string_view text, ResultSink& sink);
void read_json_results(Call const& call, std::string_view text, ResultSink& sink);
void read_text_results(Call const& call, std::string_view text, bool tabs, ResultSink& sink);

/// "result_syntax".
[[noreturn]] void fail_results(std::string const& sentence);

}  // namespace lepton::sparql
