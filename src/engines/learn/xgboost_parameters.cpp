#include "learn/xgboost_parameters.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"

namespace lepton::learn {
namespace {

std::string_view metric_of(StopMetric metric) {
  switch (metric) {
    case StopMetric::auc:
      return "auc";
    case StopMetric::average_precision:
      return "aucpr";
    case StopMetric::log_loss:
      break;
  }
  return "logloss";
}

}  // namespace

XgboostParameters XgboostParameters::read(json::Object const& object) {
  XgboostParameters p;
  Details problems;
  fields_detail::read(object, "/parameters", problems, p);
  auto const expect = [&](bool good, std::string_view name, std::string_view range) {
    if (!good) problems.emplace("/parameters/" + std::string(name), fmt::format("must be {}", range));
  };
  auto const share = [](double x) { return x > 0 && x <= 1; };
  auto const amount = [](double x) { return x >= 0 && std::isfinite(x); };
  expect(p.rounds >= 1 && p.rounds <= 100'000, "rounds", "between 1 and 100000");
  expect(p.early_stopping_rounds >= 0, "early_stopping_rounds", "0 (never) or more");
  expect(share(p.learning_rate), "learning_rate", "above 0 and at most 1");
  expect(p.max_depth >= 1 && p.max_depth <= 16, "max_depth", "between 1 and 16");
  expect(amount(p.min_child_weight), "min_child_weight", "0 or more");
  expect(amount(p.gamma), "gamma", "0 or more");
  expect(share(p.subsample), "subsample", "above 0 and at most 1");
  expect(share(p.colsample_bytree), "colsample_bytree", "above 0 and at most 1");
  expect(amount(p.reg_lambda), "reg_lambda", "0 or more");
  expect(amount(p.reg_alpha), "reg_alpha", "0 or more");
  expect(p.scale_pos_weight > 0 && std::isfinite(p.scale_pos_weight), "scale_pos_weight", "above 0");
  expect(p.max_bin >= 2 && p.max_bin <= 1024, "max_bin", "between 2 and 1024");
  if (!problems.empty()) {
    auto const& [pointer, problem] = *problems.begin();
    throw invalid(problems.size() == 1 ? fmt::format("{} {}", pointer.substr(1), problem)
                                       : fmt::format("{} parameters are wrong", problems.size()),
                  problems);
  }
  return p;
}

std::vector<std::pair<std::string, std::string>> XgboostParameters::settings() const {
  auto const text = [](double x) { return fmt::format("{}", x); };
  return {{"booster", "gbtree"},
          {"objective", "binary:logistic"},
          {"eval_metric", std::string(metric_of(stop_metric))},
          {"tree_method", std::string(enum_name(tree_method))},
          {"eta", text(learning_rate)},
          {"max_depth", fmt::format("{}", max_depth)},
          {"min_child_weight", text(min_child_weight)},
          {"gamma", text(gamma)},
          {"subsample", text(subsample)},
          {"colsample_bytree", text(colsample_bytree)},
          {"lambda", text(reg_lambda)},
          {"alpha", text(reg_alpha)},
          {"scale_pos_weight", text(scale_pos_weight)},
          {"max_bin", fmt::format("{}", max_bin)}};
}

}  // namespace lepton::learn
