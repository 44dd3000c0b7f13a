// Any bytes at all: the parser of rules ends, says where it stopped, and what it read is written and read again the
// same; what can be compiled is compiled, or refused with a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "reason/program.h"
#include "reason/rule_parser.h"

namespace lepton::reason {
namespace {

Call const& fuzz_call() {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  return call;
}

void expect(bool condition) {
  if (!condition) std::abort();
}

std::string written(Rules const& rules) {
  std::string text;
  for (auto const& rule : rules) text += to_string(rule) + "\n";
  return text;
}

void check_text(std::string_view text) {
  Rules rules;
  try {
    rules = parse_rules(fuzz_call(), text);
  } catch (Error const& error) {
    expect(error.reason() == "rule_syntax");
    return;
  }
  auto const once = written(rules);
  expect(written(parse_rules(fuzz_call(), once)) == once);
  MemoryTerms terms;
  try {
    Program const program(std::move(rules), terms);
  } catch (Error const& error) {
    expect(error.reason() == "unsafe_rule" || error.reason() == "unstratifiable");
  }
}

}  // namespace
}  // namespace lepton::reason

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::reason::check_text({reinterpret_cast<char const*>(data), size});
  return 0;
}
