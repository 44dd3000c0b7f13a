// Any bytes at all: the parser of LEPTON_FUZZ_SYNTAX ends, and what it hands out can be written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "rdf/nquads_text.h"
#include "rdf/parse.h"
#include "rdf/writer.h"

namespace lepton::rdf {
namespace {

Call const& fuzz_call() {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  return call;
}

std::vector<Quad> read(Syntax syntax, std::string_view text, ParseOptions const& options, std::size_t step) {
  StringSource source(text, step);
  QuadCollector collected;
  try {
    parse(fuzz_call(), syntax, source, collected, options);
  } catch (Error const& error) {
    if (error.reason() != "rdf_syntax") std::abort();
  }
  return std::move(collected.quads);
}

void expect(bool condition) {
  if (!condition) std::abort();
}

/// Statements come back one by one, with their labels, from every syntax that keeps their order.
void check_written(Syntax syntax, std::vector<Quad> const& quads) {
  StringSink sink;
  auto const writer = make_writer(syntax, sink, {.prefixes = {{"e", "http://e/"}, {"", "urn:"}}});
  for (auto const& quad : quads) writer->quad(quad.view());
  writer->finish();
  StringSource source(sink.text);
  QuadCollector again;
  parse(fuzz_call(), syntax, source, again);
  expect(again.quads.size() == quads.size());
  if (syntax == Syntax::nquads) expect(again.quads == quads);
}

void check_bytes(Syntax syntax, std::string_view bytes) {
  ParseOptions options;
  options.base = "http://b/c?d";
  options.limits.token = 1 << 16;
  auto const whole = read(syntax, bytes, options, std::string_view::npos);
  expect(read(syntax, bytes, options, 3) == whole);
  check_written(Syntax::nquads, whole);
  check_written(Syntax::trig, whole);
  options.recover = [](Problem const& problem) { expect(problem.position.line > 0 && problem.position.column > 0); };
  auto const recovered = read(syntax, bytes, options, std::string_view::npos);
  expect(recovered.size() >= whole.size());
  check_written(Syntax::nquads, recovered);
}

}  // namespace
}  // namespace lepton::rdf

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::rdf::check_bytes(lepton::rdf::Syntax::LEPTON_FUZZ_SYNTAX, {reinterpret_cast<char const*>(data), size});
  return 0;
}
