#pragma once

#include <condition_variable>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "runtime/model.h"

namespace lepton::serving {

/// Holds a model's thread until a test lets it go, and tells how often it was there.
class TestGate {
 public:
  void close() {
    std::lock_guard const lock(mutex_);
    open_ = false;
  }
  void open() {
    std::lock_guard const lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  /// Blocks until `count` have come to the gate.
  void await(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int arrived_ = 0;
};

inline runtime::Signature test_signature(std::vector<std::string> const& inputs = {"a", "b"}) {
  runtime::Signature signature;
  for (auto const& name : inputs) signature.inputs.push_back({name, runtime::DataType::fp32, true, ""});
  signature.outputs.push_back({"score", runtime::DataType::fp64, false, ""});
  return signature;
}

/// Answers the sum of a row; refuses a batch in which some value is infinite.
class SumModel : public runtime::Model {
 public:
  explicit SumModel(TestGate* gate = nullptr) : Model(test_signature()), gate_(gate) {}
  [[nodiscard]] std::string_view platform() const override { return "test"; }
  [[nodiscard]] std::size_t memory_bytes() const override { return 0; }
  [[nodiscard]] std::vector<std::size_t> batches() const {
    std::lock_guard const lock(mutex_);
    return batches_;
  }

 private:
  void run(runtime::RowsView rows, runtime::Prediction& out) const override {
    auto const& input = rows.numbers;
    {
      std::lock_guard const lock(mutex_);
      batches_.push_back(input.rows);
    }
    if (gate_ != nullptr) gate_->pass();
    for (std::size_t row = 0; row < input.rows; ++row) {
      double sum = 0;
      for (float const value : input.row(row)) sum += value;
      if (sum == std::numeric_limits<double>::infinity()) throw invalid("infinite");
      out.values[row] = sum;
    }
  }

  TestGate* gate_;
  mutable std::mutex mutex_;
  mutable std::vector<std::size_t> batches_;
};

/// Answers the text itself and explains it by itself; says nothing of an empty one.
class EchoModel : public runtime::Model {
 public:
  explicit EchoModel(TestGate& gate) : Model(echo_signature()), gate_(gate) {}
  [[nodiscard]] std::string_view platform() const override { return "echo"; }
  [[nodiscard]] std::size_t memory_bytes() const override { return 0; }

 private:
  static runtime::Signature echo_signature() {
    runtime::Signature signature;
    signature.inputs.push_back({"text", runtime::DataType::bytes, false, ""});
    signature.outputs.push_back({"echo", runtime::DataType::bytes, false, ""});
    return signature;
  }
  void run(runtime::RowsView input, runtime::Prediction& out) const override {
    gate_.pass();
    out.texts = {input.texts[0]};
  }
  [[nodiscard]] std::vector<runtime::Explanation> explain_row(runtime::RowsView input, std::size_t row) const override {
    auto const& text = input.texts[0][row];
    if (text.empty()) throw invalid("nothing to say");
    return {{text, 0, {}}};
  }

  TestGate& gate_;
};

}  // namespace lepton::serving
