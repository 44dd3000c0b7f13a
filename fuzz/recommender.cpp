// A recommender's file with changed bytes and a sound checksum: it recommends and explains, or is called damaged; and
// histories as anybody may write them.
#include <cstdlib>

#include "base/error.h"
#include "model_artifact.h"
#include "recommend/history_text.h"
#include "recommend/recommender_model.h"

namespace lepton::recommend {
namespace {

/// Two trees of one split, as XGBoost saves them, over what a candidate is told by.
constexpr std::string_view sound_trees =
    R"({"learner":{"learner_model_param":{"num_feature":"18","num_class":"0","base_score":"0"},
    "objective":{"name":"rank:ndcg"},"gradient_booster":{"name":"gbtree","model":{"trees":[
    {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[7,0,0],"split_conditions":[0.5,-2,1],
     "default_left":[0,0,0]},{"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[17,0,0],
     "split_conditions":[1,0,1],"default_left":[1,0,0]}]}}}})";

/// Four items that are scored by everything there is.
std::string sound_recommender() {
  std::vector<std::string> const names{"Heat", "Ali", "Hero", "Thief"}, said{"director: Mann", "genre: drama"};
  std::vector<float> const counts{5, 4, 3, 0};
  std::vector<Interaction> const facts{{0, 0, 1}, {3, 0, 1}, {1, 1, 1}, {2, 1, 1}};
  auto const features = telling_rows(ItemFeatures(facts, 4, 2, "features"));
  ItemWeights const weights{4, std::vector<float>(16, 0.25f)};
  ItemFactors factors{{}, 4, std::vector<float>(64, 0.5f)};
  factors.options.dimension = factors.options.block = 16;
  std::vector<std::string> const entities{"Mann", "Chicago"}, relations{"director", "born in"};
  FactGraph const graph({{0, 0, 4}, {1, 0, 4}, {4, 1, 5}, {3, 1, 5}}, 4, 6, 2);
  SystemClock const clock;
  auto const paths = learn_paths(system_call(clock), graph,
                                 Interactions(std::vector<Interaction>{{0, 0, 1}, {0, 1, 1}, {1, 3, 1}}, 2, 4, "taken"),
                                 FactPath::longest);
  return Recommender::write(
      {.names = names,
       .popularity = counts,
       .weights = &weights,
       .factors = &factors,
       .features = &features,
       .feature_names = said,
       .columns = {{"director", ItemColumnKind::text, {}}, {"year", ItemColumnKind::number, {{1, 2}}}},
       .facts = &graph,
       .paths = &paths,
       .entity_names = entities,
       .relation_names = relations,
       .blend = {0.1, 1, 1, 2, 1},
       .ranker = sound_trees,
       .ranker_unit = 0.5,
       .most = 3,
       .diversity = 0.2});
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound_recommender();
  static std::vector const kinds{recommender_kind()};
  try {
    (void)read_history_request(input);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
  try {
    auto const model = runtime::load(runtime::changed_artifact(ground, input), recommender_signature("film"), kinds);
    runtime::Rows rows(runtime::Matrix(2, 1));
    rows.texts = {{R"(["Heat", {"item": "Hero", "value": 3}])",
                   R"({"history": "Heat", "items": [{"item": "New", "director": "Mann", "year": 1}]})"}};
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
