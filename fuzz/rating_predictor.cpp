// A predictor of ratings with changed bytes and a sound checksum: it predicts, or is called damaged.
#include <cstdlib>

#include "base/error.h"
#include "model_artifact.h"
#include "recommend/recommender.h"

namespace lepton::recommend {
namespace {

std::string sound_predictor() {
  RatingFactors factors;
  factors.options.dimension = 2;
  factors.options.members = 2;
  factors.mean = 3;
  factors.least = 1;
  factors.greatest = 5;
  factors.user_biases = {0.5f, -0.5f};
  factors.item_biases = {0.25f, 0, -0.25f};
  factors.user_rows.assign(8, 0.1f);
  factors.item_rows.assign(12, 0.2f);
  std::vector<std::string> const users{"ana", "ben"}, items{"Heat", "Ali", "Hero"};
  return RatingPredictor::write(factors, users, items);
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound_predictor();
  try {
    auto const model = RatingPredictor::parse(runtime::changed_artifact(ground, input));
    for (auto const* user : {"ana", "ben", "nobody"})
      for (auto const* item : {"Heat", "Ali", "Hero", "nothing"}) (void)model.predict(user, item);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
}

}  // namespace
}  // namespace lepton::recommend

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::recommend::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
