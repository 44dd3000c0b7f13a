#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "learn/examples.h"

namespace lepton::learn {

/// "1.7.4": of the library that is loaded.
[[nodiscard]] std::string xgboost_version();

/// The training matrix of libxgboost, a copy of the examples. One thread.
class BoosterData {
 public:
  BoosterData(Examples const& examples, int threads);
  ~BoosterData();
  BoosterData(BoosterData const&) = delete;
  BoosterData& operator=(BoosterData const&) = delete;
  /// Rows that are ranked against each other: the lengths of runs of them, which together are all rows.
  void group(std::vector<unsigned> const& sizes);
  /// What each row's sum begins with, instead of one number for all.
  void begin_with(std::vector<float> const& sums);
  [[nodiscard]] void* handle() const { return handle_; }

 private:
  void* handle_ = nullptr;
};

/// A booster of libxgboost. One thread. A failure inside the library is thrown as Error{internal} with its words.
class Booster {
 public:
  /// The data outlives the booster.
  explicit Booster(std::vector<BoosterData const*> const& data);
  ~Booster();
  Booster(Booster&& other) noexcept : handle_(other.handle_) { other.handle_ = nullptr; }
  Booster& operator=(Booster&&) = delete;

  void set(std::string const& name, std::string const& value);
  void name_features(std::vector<std::string> const& names);
  void update(int round, BoosterData const& data);
  /// The value of the one evaluation metric on each of the data sets.
  [[nodiscard]] std::vector<double> evaluate(int round, std::vector<BoosterData const*> const& data);
  /// The first `rounds` rounds alone.
  [[nodiscard]] Booster first(int rounds) const;
  /// Takes the place of what was learnt so far.
  void load(std::string const& artifact);
  /// XGBoost's JSON model format.
  [[nodiscard]] std::string save() const;
  /// "gain", "weight", …: for the features in use.
  [[nodiscard]] std::map<std::string, double> importance(std::string const& type) const;
  [[nodiscard]] std::vector<float> predict(BoosterData const& data) const;
  /// What each feature added to the sum, and behind them the mean sum, for each row and each output: exact TreeSHAP.
  [[nodiscard]] std::vector<float> contributions(BoosterData const& data) const;

 private:
  explicit Booster(void* handle) : handle_(handle) {}
  void* handle_ = nullptr;
};

}  // namespace lepton::learn
