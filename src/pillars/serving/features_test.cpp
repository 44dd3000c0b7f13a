#include "serving/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "serving/test_model.h"

namespace lepton::serving {
namespace {

using testing::HasSubstr;

Tensor numbers(std::string name, std::vector<std::int64_t> shape, std::vector<double> values) {
  return {std::move(name), "FP32", std::move(shape), std::move(values)};
}

Details problems_of(std::vector<Tensor> const& inputs, runtime::Signature const& signature = test_signature()) {
  try {
    (void)to_rows(signature, inputs);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    return error.details();
  }
  return {};
}

TEST(Features, OneTensorOrOnePerColumnGiveTheSame) {
  auto const signature = test_signature();
  auto const whole = to_rows(signature, {numbers("x", {2, 2}, {1, 2, 3, 4})});
  auto const parts = to_rows(signature, {numbers("b", {2, 1}, {2, 4}), numbers("a", {2}, {1, 3})});
  for (auto const* matrix : {&whole, &parts}) {
    ASSERT_EQ(matrix->rows(), 2u);
    EXPECT_EQ(matrix->numbers.at(1, 0), 3);
    EXPECT_EQ(matrix->numbers.at(1, 1), 4);
  }
  EXPECT_EQ(to_rows(signature, {numbers("x", {2}, {5, 6})}).numbers.at(0, 1), 6);
}

TEST(Features, WhatIsLeftOutIsFoundOrMissing) {
  auto const signature = test_signature();
  EXPECT_EQ(to_rows(signature, {numbers("a", {1}, {1})}, {{"b", std::vector{7.0}}}).numbers.at(0, 1), 7);
  EXPECT_TRUE(std::isnan(to_rows(signature, {numbers("a", {1}, {1})}).numbers.at(0, 1)));
}

TEST(Features, TextsAreTextsAndNothingElse) {
  auto signature = test_signature({"text", "length"});
  signature.inputs[0].datatype = runtime::DataType::bytes;
  signature.inputs[0].nullable = false;
  Tensor const text{"text", "BYTES", {2, 1}, std::vector<std::string>{"好", ""}};
  auto const rows = to_rows(signature, {text, numbers("length", {2}, {1, 0})});
  EXPECT_THAT(rows.texts, testing::ElementsAre(testing::ElementsAre("好", ""), testing::IsEmpty()));
  EXPECT_EQ(rows.numbers.at(0, 1), 1);
  EXPECT_THAT(to_rows(signature, {numbers("length", {1}, {3})}, {{"text", std::vector<std::string>{"x"}}}).texts[0],
              testing::ElementsAre("x"));
  EXPECT_THAT(problems_of({numbers("text", {1}, {1})}, signature),
              testing::Contains(testing::Pair("/inputs/0/datatype", "expected BYTES, found FP32")));
  EXPECT_THAT(problems_of({numbers("length", {1}, {1})}, signature),
              testing::Contains(testing::Pair("/inputs", "lacks text")));
  EXPECT_THAT(problems_of({Tensor{"length", "BYTES", {1}, std::vector<std::string>{"x"}}}, signature),
              testing::Contains(testing::Pair("/inputs/0/datatype", "expected FP32, found BYTES")));
}

TEST(Features, AsManyAreFoundAsThereAreRows) {
  EXPECT_THROW((void)to_rows(test_signature(), {numbers("a", {2}, {1, 2})}, {{"b", std::vector{7.0}}}), Error);
}

TEST(Features, EveryProblemIsNamed) {
  EXPECT_THAT(
      problems_of({numbers("c", {1}, {1}), numbers("a", {1}, {1}), numbers("a", {1}, {1}), numbers("b", {2}, {1, 2})}),
      testing::UnorderedElementsAre(testing::Pair("/inputs/0/name", HasSubstr("not an input")),
                                    testing::Pair("/inputs/2/name", HasSubstr("twice")),
                                    testing::Pair("/inputs/3/shape", HasSubstr("expected [1]"))));
  EXPECT_THAT(problems_of({}), testing::Contains(testing::Key("/inputs")));
  EXPECT_THAT(problems_of({numbers("x", {1, 3}, {1, 2, 3})}),
              testing::Contains(testing::Pair("/inputs/0/name", HasSubstr("[rows, 2]"))));
  auto strict = test_signature();
  strict.inputs[1].nullable = false;
  EXPECT_THAT(problems_of({numbers("a", {1}, {1})}, strict), testing::Contains(testing::Pair("/inputs", "lacks b")));
  EXPECT_THAT(problems_of({numbers("x", {1, 2}, {1, NAN})}, strict),
              testing::Contains(testing::Pair("/inputs", HasSubstr("\"b\" may not be null"))));
}

TEST(Features, OutputsAreSelectedByName) {
  auto signature = test_signature();
  signature.outputs.push_back({"class", runtime::DataType::int32, false, ""});
  runtime::Prediction const prediction{2, 2, {0.25, 0, 0.75, 1}};
  EXPECT_EQ(write_json(to_tensors(signature, prediction, {"class"})),
            R"([{"name":"class","datatype":"INT32","shape":[2],"data":[0,1]}])");
  EXPECT_EQ(to_tensors(signature, prediction, {}).size(), 2u);
  EXPECT_THROW(check_outputs(signature, {"nothing"}), Error);
}

TEST(Features, AnOutputWithLabelsIsAMatrix) {
  auto signature = test_signature();
  signature.outputs = {{"label", runtime::DataType::bytes, false, ""},
                       {"probabilities", runtime::DataType::fp64, false, "", std::vector<std::string>{"a", "b"}}};
  EXPECT_EQ(signature.output_width(), 3u);
  runtime::Prediction const prediction{2, 3, {0, 0.25, 0.75, 0, 0.5, 0.5}, {{"b", "a"}, {}}, {}};
  EXPECT_EQ(write_json(to_tensors(signature, prediction, {})),
            R"([{"name":"label","datatype":"BYTES","shape":[2],"data":["b","a"]},)"
            R"({"name":"probabilities","datatype":"FP64","shape":[2,2],"data":[0.25,0.75,0.5,0.5]}])");
}

TEST(Tensors, AreReadAndWrittenAsTheProtocolHasThem) {
  std::string const text = R"({"name":"x","datatype":"FP32","shape":[2,2],"data":[0.1,null,3,-4.5]})";
  std::string written;
  append_json(written, read_tensor(json::parse(text), "/inputs/0"));
  EXPECT_EQ(written, text);
  auto const nested =
      read_tensor(json::parse(R"({"name":"x","datatype":"INT64","shape":[2,2],"data":[[1,2],[3,4]]})"), "");
  EXPECT_THAT(*nested.numbers(), testing::ElementsAre(1, 2, 3, 4));
  auto const texts = read_tensor(json::parse(R"({"name":"k","datatype":"BYTES","shape":[1],"data":["ä\"b"]})"), "");
  EXPECT_THAT(*texts.texts(), testing::ElementsAre("ä\"b"));
}

TEST(Tensors, SayWhatIsWrong) {
  auto const problem = [](std::string const& text) -> std::string {
    try {
      (void)read_tensor(json::parse(text), "/inputs/0");
    } catch (Error const& error) {
      return error.details().begin()->first + " " + error.details().begin()->second;
    }
    return "";
  };
  EXPECT_THAT(problem(R"({"datatype":"FP32","shape":[1],"data":[1]})"), HasSubstr("/inputs/0/name is required"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"FLOAT","shape":[1],"data":[1]})"),
              HasSubstr("/inputs/0/datatype expected one of"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"FP32","shape":[2],"data":[1]})"),
              HasSubstr("holds 1 elements, but the shape [2] asks for 2"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"FP32","shape":[-1],"data":[1]})"), HasSubstr("/inputs/0/shape"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"INT64","shape":[1],"data":[1.5]})"),
              HasSubstr("/inputs/0/data/0 expected a whole number"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"FP32","shape":[2],"data":[1,1e300]})"),
              HasSubstr("/inputs/0/data/1 expected a number from"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"INT8","shape":[1],"data":[128]})"),
              HasSubstr("expected a number from -128 to 127"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"UINT16","shape":[2],"data":[65535,-1]})"),
              HasSubstr("/inputs/0/data/1 expected a number from 0 to 65535"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"FP32","shape":[1],"data":["1"]})"),
              HasSubstr("expected a number, found a string"));
  EXPECT_THAT(problem(R"({"name":"x","datatype":"FP32","shape":[99999999999,99999999999],"data":[]})"),
              HasSubstr("/inputs/0/shape"));
  EXPECT_THAT(problem(R"([1])"), HasSubstr("expected an object"));
}

}  // namespace
}  // namespace lepton::serving
