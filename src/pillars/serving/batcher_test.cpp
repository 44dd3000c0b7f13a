#include "serving/batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <future>

#include "serving/test_model.h"

namespace lepton::serving {
namespace {

using Answer = Expected<runtime::Prediction>;

class BatcherTest : public testing::Test {
 protected:
  Batcher& start(BatchLimits limits) {
    model_ = std::make_shared<SumModel>(&gate_);
    batcher_ = std::make_unique<Batcher>(model_, limits, clock_, metrics_);
    return *batcher_;
  }
  ~BatcherTest() override { gate_.open(); }

  static Batcher::Work work(float a, float b, std::promise<Answer>& answer) {
    Batcher::Work out;
    out.rows = runtime::Matrix(1, 2);
    out.rows.numbers.at(0, 0) = a;
    out.rows.numbers.at(0, 1) = b;
    out.done = [&answer](Answer result) { answer.set_value(std::move(result)); };
    return out;
  }
  std::promise<Answer>& submit(float a, float b = 0) {
    auto& answer = answers_.emplace_back();
    auto item = work(a, b, answer);
    EXPECT_TRUE(batcher_->submit(item));
    return answer;
  }
  double value(std::size_t i) { return answers_[i].get_future().get().value().at(0, 0); }

  ManualClock clock_;
  Metrics registry_;
  Histogram& rows_ = registry_.histogram("rows", "rows", {1, 2, 4, 8});
  Counter& shed_ = registry_.counter("shed", "shed");
  Gauge& queued_ = registry_.gauge("queued", "queued");
  BatchMetrics metrics_{shed_, queued_, rows_};
  TestGate gate_;
  std::deque<std::promise<Answer>> answers_;
  std::shared_ptr<SumModel> model_;
  std::unique_ptr<Batcher> batcher_;
};

TEST_F(BatcherTest, AnIdleModelAnswersAtOnceAndABusyOneBatchesWhatHasQueued) {
  start({});
  gate_.close();
  submit(1);
  gate_.await(1);
  for (int i = 2; i <= 7; ++i) submit(static_cast<float>(i), 0.5f);
  gate_.open();
  EXPECT_EQ(value(0), 1);
  for (std::size_t i = 1; i < 7; ++i) EXPECT_EQ(value(i), static_cast<double>(i) + 1.5);
  EXPECT_THAT(model_->batches(), testing::ElementsAre(1, 6));
}

TEST_F(BatcherTest, ABatchHasAMostNumberOfRows) {
  start({.max_rows = 2});
  gate_.close();
  submit(1);
  gate_.await(1);
  for (int i = 0; i < 5; ++i) submit(2);
  gate_.open();
  batcher_->drain();
  EXPECT_THAT(model_->batches(), testing::ElementsAre(1, 2, 2, 1));
}

/// In one batch, each keeps its own text, and only who asked hears why; a failure to say so is the asker's alone.
TEST_F(BatcherTest, TextsAndReasonsGoToWhoAsked) {
  Batcher batcher(std::make_shared<EchoModel>(gate_), {}, clock_, metrics_);
  std::deque<std::promise<Answer>> answers;
  auto const ask = [&](std::string const& text, bool explain) {
    Batcher::Work item = work(0, 0, answers.emplace_back());
    item.rows = runtime::Rows(runtime::Matrix(1, 1));
    item.rows.texts = {{text}};
    item.explain = explain;
    EXPECT_TRUE(batcher.submit(item));
  };
  gate_.close();
  ask("first", false);
  gate_.await(1);
  ask("a", false);
  ask("b", true);
  ask("", true);
  gate_.open();
  EXPECT_EQ(answers[1].get_future().get().value().texts[0][0], "a");
  auto const explained = answers[2].get_future().get().value();
  EXPECT_EQ(explained.texts[0][0], "b");
  EXPECT_THAT(explained.explanations, testing::ElementsAre(testing::HasSubstr(R"("answer":"b")")));
  auto const refused = answers[3].get_future().get();
  ASSERT_FALSE(refused.has_value());
  EXPECT_STREQ(refused.error().what(), "nothing to say");
}

TEST_F(BatcherTest, AFullQueueSheds) {
  start({.max_queued = 2});
  gate_.close();
  submit(1);
  gate_.await(1);
  submit(2);
  submit(3);
  std::promise<Answer> unused;
  auto fourth = work(4, 0, unused);
  try {
    (void)batcher_->submit(fourth);
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_EQ(error.reason(), "overloaded");
    EXPECT_TRUE(error.retry_after().has_value());
  }
  EXPECT_EQ(shed_.value(), 1u);
  gate_.open();
  EXPECT_EQ(value(2), 3);
}

TEST_F(BatcherTest, WhatCannotBeAnsweredInTimeIsDroppedUnrun) {
  start({});
  gate_.close();
  submit(1);
  gate_.await(1);
  auto& late = answers_.emplace_back();
  auto item = work(2, 0, late);
  item.deadline = clock_.steady() + std::chrono::milliseconds(5);
  EXPECT_TRUE(batcher_->submit(item));
  clock_.advance(std::chrono::milliseconds(10));
  gate_.open();
  auto const answer = late.get_future().get();
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().reason(), "deadline_exceeded");
  batcher_->drain();
  EXPECT_THAT(model_->batches(), testing::ElementsAre(1));
}

TEST_F(BatcherTest, TheMostUrgentGoesFirst) {
  start({.max_rows = 1});
  gate_.close();
  submit(1);
  gate_.await(1);
  std::mutex mutex;
  std::vector<int> order;
  for (int const seconds : {9, 3, 6}) {
    Batcher::Work item;
    item.rows = runtime::Matrix(1, 2);
    item.deadline = clock_.steady() + std::chrono::seconds(seconds);
    item.done = [&, seconds](Answer const&) {
      std::lock_guard const lock(mutex);
      order.push_back(seconds);
    };
    EXPECT_TRUE(batcher_->submit(item));
  }
  gate_.open();
  batcher_->drain();
  EXPECT_THAT(order, testing::ElementsAre(3, 6, 9));
}

TEST_F(BatcherTest, ARequestThatTheModelRefusesFailsAlone) {
  start({});
  gate_.close();
  submit(1);
  gate_.await(1);
  submit(2);
  submit(std::numeric_limits<float>::infinity());
  submit(4);
  gate_.open();
  EXPECT_EQ(value(1), 2);
  EXPECT_EQ(answers_[2].get_future().get().error().code(), Code::invalid);
  EXPECT_EQ(value(3), 4);
}

TEST_F(BatcherTest, DrainingAnswersWhatWasTakenAndLeavesTheRest) {
  start({.max_queued = 1});
  gate_.close();
  submit(1);
  gate_.await(1);
  submit(2);
  std::thread drainer([&] { batcher_->drain(); });
  std::promise<Answer> unused;
  auto refused = work(3, 0, unused);
  bool taken = true;
  while (taken) {  // the queue is full until it is closed
    try {
      taken = batcher_->submit(refused);
    } catch (Error const&) {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(refused.rows.rows(), 1u);
  gate_.open();
  drainer.join();
  EXPECT_EQ(value(0), 1);
  EXPECT_EQ(value(1), 2);
}

}  // namespace
}  // namespace lepton::serving
