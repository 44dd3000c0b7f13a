// An index file with changed bytes and a sound checksum: it is searched to its end, or called damaged.
#include <fmt/format.h>

#include <cstdlib>

#include "base/error.h"
#include "model_artifact.h"
#include "retrieval/index_writer.h"

namespace lepton::retrieval {
namespace {

/// A sound index to begin with: two segments, one divided into cells, with something gone.
std::string sound(Call const& call) {
  IndexOptions options;
  options.fields_of_passages = {{"title", 2}, {"text", 1}};
  options.dimensions = 4;
  options.exact_up_to = 20;
  IndexWriter writer(options);
  for (int i = 0; i < 40; ++i)
    writer.put(
        {fmt::format("k{}", i), {fmt::format("title {}", i % 5), fmt::format("lost card 信用卡 {} {}", i % 7, i % 3)}});
  writer.learn({}, {{"where is it", "k1"}, {"where am I", "k2"}});
  IndexWriter next(Index::parse(writer.finish(call)));
  next.put({"k3", {"another", "card"}});
  return next.finish(call);
}

void check_bytes(std::string_view input) {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  static std::string const ground = sound(call);
  try {
    auto const index = Index::parse(runtime::changed_artifact(ground, input));
    for (auto const fusion : {Fusion::sum, Fusion::ranks, Fusion::vectors})
      (void)index.search(call, "where is the lost card 信用卡 3", {.most = 50, .fusion = fusion});
    (void)index.find("k3");
    IndexWriter writer(index);
    writer.put({"new", std::vector<std::string>(index.options().fields_of_passages.size(), "text")});
    (void)writer.remove("k4");
    (void)writer.finish(call);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
}

}  // namespace
}  // namespace lepton::retrieval

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::retrieval::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
