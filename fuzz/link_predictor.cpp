// A file of graph embeddings with changed bytes and a sound checksum: it answers, or is called damaged.
#include "embed/link/link_predictor.h"

#include <cstdlib>

#include "base/error.h"
#include "embed/embed_testing.h"
#include "model_artifact.h"

namespace lepton::embed {
namespace {

std::string sound_predictor() {
  SystemClock const clock;
  Town const town(12);
  EmbeddingOptions options;
  options.dimension = 32;
  options.epochs = 2;
  options.batch = 16;
  auto const embeddings =
      train_embeddings(system_call(clock), {town.triples, {}, town.entities, Town::relations}, options);
  std::vector<std::string> entities;
  for (std::uint32_t i = 0; i < town.entities; ++i) entities.push_back("person " + std::to_string(i));
  std::vector<std::string> const relations{"parent", "child", "grandparent", "lives in"};
  return LinkPredictor::write(embeddings, entities, relations, {});
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound_predictor();
  try {
    auto const predictor = LinkPredictor::parse(runtime::changed_artifact(ground, input));
    auto const entity = predictor.entities().find("person 3").value_or(0);
    auto const relations = static_cast<std::uint32_t>(predictor.relations().size());
    for (std::uint32_t relation = 0; relation < 2 * relations; relation += 3)
      (void)predictor.predict({entity, relation}, {}, 5);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
}

}  // namespace
}  // namespace lepton::embed

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::embed::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
