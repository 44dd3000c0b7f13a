// Any Turtle as data and shapes at once: the shapes are refused with a reason, or validation ends.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "rdf/parse.h"
#include "reason/shacl_validation.h"

namespace lepton::reason {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

/// One store for all inputs: their transactions are dropped.
struct Ground {
  TemporaryDirectory folder;
  std::unique_ptr<rdf::Store> store = rdf::Store::open(folder.path() / "store");
  SystemClock clock;
};

bool is_known(std::string_view reason) {
  return reason == "ill_formed_shape" || reason == "recursive_shape" || reason == "shape_failure" ||
         reason == "pattern_too_slow" || reason == "query_memory";
}

void check_text(std::string_view text) {
  static Ground ground;
  Call call = system_call(ground.clock);
  call.deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(2);  // a path over many nodes may take its time
  rdf::QuadCollector collected;
  try {
    rdf::StringSource source(text);
    rdf::parse(call, rdf::Syntax::turtle, source, collected);
  } catch (Error const& error) {
    expect(error.reason() == "rdf_syntax");
    return;
  }
  auto transaction = ground.store->begin(call);
  for (auto const& quad : collected.quads) transaction.insert(quad.view());
  GraphView const view(transaction.view(), ground.store->dictionary(), rdf::TermId::default_graph());
  try {
    ShaclOptions options;
    options.results = 1000;
    options.query_memory = std::size_t{1} << 20;
    auto const report = validate(call, view, Shapes(call, view), options);
    expect(report.results.size() <= options.results);
  } catch (Error const& error) {
    expect(is_known(error.reason()) || error.reason() == "deadline_exceeded");
  }
}

}  // namespace
}  // namespace lepton::reason

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::reason::check_text({reinterpret_cast<char const*>(data), size});
  return 0;
}
