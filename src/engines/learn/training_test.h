#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "learn/training.h"
#include "runtime/model.h"

namespace lepton::learn {

/// Trains from a table as a job does, and keeps what was said on the way.
class TrainingTest : public testing::Test {
 protected:
  TrainingResult train(std::string const& csv, std::string const& spec) {
    write_file_atomically(directory_.path() / "data.csv", csv);
    observed_.clear();
    return run_training(system_call(clock_), directory_.path(), parse_training_spec(json::parse(spec)),
                        [&](Progress const& p) { observed_.push_back(p); });
  }
  /// Puts a further table beside the one that is learnt from.
  void give(std::string const& name, std::string const& csv) { write_file_atomically(directory_.path() / name, csv); }
  /// What was refused; "accepted" when nothing was.
  std::string refusal(std::string const& csv, std::string const& spec) {
    try {
      (void)train(csv, spec);
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), Code::invalid);
      details_ = error.details();
      return error.what();
    }
    return "accepted";
  }
  /// Answers of the model that will serve to one column of texts.
  static runtime::Prediction ask(TrainingResult const& result, std::vector<std::string> const& texts) {
    runtime::Rows rows(runtime::Matrix(texts.size(), 1));
    rows.texts = {texts};
    return runtime::load(result.artifact, result.signature)->predict(rows.view());
  }

  SystemClock clock_;
  TemporaryDirectory directory_;
  std::vector<Progress> observed_;
  Details details_;
};

}  // namespace lepton::learn
