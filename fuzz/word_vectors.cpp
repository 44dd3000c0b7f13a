// A file of vectors of words with changed bytes and a sound checksum: it answers, or is called damaged.
#include "embed/words/word_vectors.h"

#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "model_artifact.h"

namespace lepton::embed {
namespace {

std::string sound_vectors() {
  SystemClock const clock;
  WordVectorLearner learner;
  for (std::size_t i = 0; i < 200; ++i) {
    std::string const word = "word" + std::to_string(i % 7), next = "词" + std::to_string(i % 5);
    std::vector<std::string_view> const sentence{"the", word, "of", next};
    learner.add(sentence);
  }
  return learner.learn(system_call(clock), {.dimensions = 4, .window = 2});
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound_vectors();
  try {
    auto const vectors = WordVectors::parse(runtime::changed_artifact(ground, input));
    (void)vectors.find("word3");
    for (std::uint32_t number = 0; number < vectors.size(); ++number) {
      (void)vectors.word(number);
      if (vectors.vector(number).size() != vectors.dimensions()) std::abort();
      for (auto const& neighbour : vectors.nearest(number, 5))
        if (!std::isfinite(neighbour.cosine)) std::abort();
    }
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
