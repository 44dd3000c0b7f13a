#include "jobs/recipe.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton::jobs {
namespace {

Recipe good() {
  Recipe recipe;
  recipe.department = "risk";
  recipe.trainer = "xgboost";
  recipe.inputs = {{"risk/training-set@1", "training.csv"}};
  recipe.outputs = {{"model", "risk/default-risk"}};
  return recipe;
}

Details problems_of(Recipe const& recipe) {
  try {
    validate(recipe);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    return error.details();
  }
  return {};
}

std::vector<std::string> pointers_of(Recipe const& recipe) {
  std::vector<std::string> pointers;
  for (auto const& [pointer, problem] : problems_of(recipe)) pointers.push_back(pointer);
  return pointers;
}

TEST(Recipe, AGoodOneHasNoProblems) {
  EXPECT_TRUE(problems_of(good()).empty());
}

TEST(Recipe, NamesEverythingWrongAtOnce) {
  Recipe recipe = good();
  recipe.department = "no such/name";
  recipe.inputs[0].name = "../../etc/passwd";
  recipe.inputs.push_back({"not-an-address", ""});
  recipe.resources.memory_bytes = 5;
  recipe.resources.time_limit = Duration(0);
  recipe.attempts = 0;
  recipe.seed = -1;
  recipe.outputs[0].target = "nowhere";
  EXPECT_THAT(pointers_of(recipe),
              testing::ElementsAre("/attempts", "/department", "/inputs/0/name", "/inputs/1/dataset",
                                   "/outputs/0/target", "/resources/memory_bytes", "/resources/time_limit", "/seed"));
}

TEST(Recipe, IsEitherATrainerOrACommand) {
  Recipe both = good();
  both.command = {"/bin/true"};
  Recipe neither = good();
  neither.trainer.clear();
  EXPECT_THAT(pointers_of(both), testing::ElementsAre("/trainer"));
  EXPECT_THAT(pointers_of(neither), testing::ElementsAre("/trainer"));
  neither.command = {"true"};
  EXPECT_THAT(pointers_of(neither), testing::ElementsAre("/command/0"));
}

TEST(Recipe, InputsHaveNamesOfTheirOwn) {
  Recipe recipe = good();
  recipe.inputs.push_back(recipe.inputs[0]);
  EXPECT_THAT(pointers_of(recipe), testing::ElementsAre("/inputs/1/name"));
}

TEST(Recipe, EqualOnesHaveEqualDigests) {
  Recipe a = good();
  a.parameters = {{"eta", 0.1}, {"depth", 4}};
  Recipe b = good();
  b.parameters = {{"depth", 4}, {"eta", 0.1}};
  EXPECT_EQ(digest_of(a), digest_of(b));
  b.seed = 2;
  EXPECT_FALSE(digest_of(a) == digest_of(b));
}

TEST(Recipe, IsReadAsItIsWritten) {
  Recipe recipe = good();
  recipe.resources.time_limit = std::chrono::minutes(90);
  Recipe const read = from_json<Recipe>(to_json(recipe));
  EXPECT_EQ(digest_of(read), digest_of(recipe));
  EXPECT_EQ(read.resources.time_limit, std::chrono::minutes(90));
}

}  // namespace
}  // namespace lepton::jobs
