// A recommender's file with changed bytes and a sound checksum: it recommends and explains, or is called damaged; and
// histories as anybody may write them.
#include <cstdlib>

#include "base/error.h"
#include "model_artifact.h"
#include "recommend/history_text.h"
#include "recommend/recommender_model.h"

namespace lepton::recommend {
namespace {

/// Four items that are scored by everything there is.
std::string sound_recommender() {
  std::vector<std::string> const names{"Heat", "Ali", "Hero", "Thief"}, said{"director: Mann", "genre: drama"};
  std::vector<float> const counts{5, 4, 3, 0};
  std::vector<Interaction> const facts{{0, 0, 1}, {3, 0, 1}, {1, 1, 1}, {2, 1, 1}};
  auto const features = telling_rows(ItemFeatures(facts, 4, 2, "features"));
  ItemWeights const weights{4, std::vector<float>(16, 0.25f)};
  ItemFactors factors{{}, 4, std::vector<float>(64, 0.5f)};
  factors.options.dimension = factors.options.block = 16;
  return Recommender::write({.names = names,
                             .popularity = counts,
                             .weights = &weights,
                             .factors = &factors,
                             .features = &features,
                             .feature_names = said,
                             .blend = {0.1, 1, 1, 2},
                             .most = 3,
                             .diversity = 0.2});
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound_recommender();
  static std::vector const kinds{recommender_kind()};
  try {
    (void)read_history(input);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
  try {
    auto const model = runtime::load(runtime::changed_artifact(ground, input), recommender_signature("film"), kinds);
    runtime::Rows rows(runtime::Matrix(2, 1));
    rows.texts = {{R"(["Heat", {"item": "Hero", "value": 3}])", ""}};
    (void)model->predict(rows.view());
    (void)model->explain(rows.view());
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
