#include "recommend/recommender.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/error.h"

namespace lepton::recommend {
namespace {

struct RecommenderSettings {
  Method method = Method::popularity;
  AlsOptions factors;

  static constexpr auto fields() {
    using S = RecommenderSettings;
    return std::tuple{required("method", &S::method, "popularity, weights or factors"),
                      optional("factors", &S::factors, "of the training of factors")};
  }
};

struct RatingSettings {
  RatingOptions options;
  double mean = 0, least = 0, greatest = 0;

  static constexpr auto fields() {
    using S = RatingSettings;
    return std::tuple{required("options", &S::options, "of the training"), required("mean", &S::mean, "rating"),
                      required("least", &S::least, "rating"), required("greatest", &S::greatest, "rating")};
  }
};

std::string write_recommender(RecommenderSettings const& settings, std::span<std::string const> names,
                              std::vector<float> const& values) {
  runtime::ModelFileWriter writer{std::string(Recommender::kind), Recommender::version};
  writer.add("settings", json::write(to_json(settings)));
  embed::write_names(writer, "item", names);
  writer.add("values", values);
  return writer.finish();
}

std::span<float const> numbers(runtime::ModelFile const& file, std::string const& section, std::size_t expected) {
  auto const values = file.array<float>(section);
  if (values.size() != expected)
    throw invalid(fmt::format("the model file is damaged: its section '{}' has {} numbers, expected {}", section,
                              values.size(), expected));
  return values;
}

}  // namespace

std::string Recommender::write(std::span<float const> popularity, std::span<std::string const> names) {
  check(popularity.size() == names.size(), "every item has a name");
  return write_recommender({Method::popularity, {}}, names, {popularity.begin(), popularity.end()});
}

std::string Recommender::write(ItemWeights const& weights, std::span<std::string const> names) {
  check(weights.items == names.size(), "every item has a name");
  return write_recommender({Method::weights, {}}, names, weights.values);
}

std::string Recommender::write(ItemFactors const& factors, std::span<std::string const> names) {
  check(factors.items == names.size(), "every item has a name");
  return write_recommender({Method::factors, factors.options}, names, factors.rows);
}

Recommender Recommender::parse(std::string_view artifact) {
  return Recommender(runtime::ModelFile::parse(artifact, kind, version));
}

Recommender Recommender::open(std::filesystem::path const& path) {
  return Recommender(runtime::ModelFile::open(path, kind, version));
}

Recommender::Recommender(runtime::ModelFile file) : file_(std::move(file)), names_(file_, "item") {
  auto const settings = from_json<RecommenderSettings>(json::parse(file_.section("settings")));
  check_options(settings.factors);
  method_ = settings.method;
  auto const items = names_.size();
  if (method_ == Method::popularity)
    scorer_ = std::make_unique<PopularityScorer>(numbers(file_, "values", items));
  else if (method_ == Method::weights)
    scorer_ =
        std::make_unique<WeightScorer>(static_cast<std::uint32_t>(items), numbers(file_, "values", items * items));
  else
    scorer_ = std::make_unique<FactorScorer>(
        settings.factors, numbers(file_, "values", items * static_cast<std::size_t>(settings.factors.dimension)));
}

std::vector<Taken> Recommender::history(std::span<std::string const> items) const {
  std::vector<Taken> history;
  for (auto const& name : items)
    if (auto const item = names_.find(name)) history.push_back({*item, 1});
  std::sort(history.begin(), history.end(), [](auto const& a, auto const& b) { return a.item < b.item; });
  history.erase(
      std::unique(history.begin(), history.end(), [](auto const& a, auto const& b) { return a.item == b.item; }),
      history.end());
  return history;
}

std::string RatingPredictor::write(RatingFactors const& factors, std::span<std::string const> users,
                                   std::span<std::string const> items) {
  check(users.size() == factors.user_biases.size() && items.size() == factors.item_biases.size(),
        "everybody and everything has a name");
  runtime::ModelFileWriter writer{std::string(kind), version};
  writer.add("settings", json::write(to_json(RatingSettings{factors.options, static_cast<double>(factors.mean),
                                                            static_cast<double>(factors.least),
                                                            static_cast<double>(factors.greatest)})));
  embed::write_names(writer, "user", users);
  embed::write_names(writer, "item", items);
  writer.add("user-biases", factors.user_biases);
  writer.add("item-biases", factors.item_biases);
  writer.add("user-rows", factors.user_rows);
  writer.add("item-rows", factors.item_rows);
  return writer.finish();
}

RatingPredictor RatingPredictor::parse(std::string_view artifact) {
  return RatingPredictor(runtime::ModelFile::parse(artifact, kind, version));
}

RatingPredictor RatingPredictor::open(std::filesystem::path const& path) {
  return RatingPredictor(runtime::ModelFile::open(path, kind, version));
}

RatingPredictor::RatingPredictor(runtime::ModelFile file)
    : file_(std::move(file)), users_(file_, "user"), items_(file_, "item") {
  auto const settings = from_json<RatingSettings>(json::parse(file_.section("settings")));
  check_options(settings.options);
  if (!(settings.least <= settings.greatest) || !std::isfinite(settings.mean))
    throw invalid("the model file is damaged: its range of ratings is none");
  view_.mean = static_cast<float>(settings.mean);
  view_.least = static_cast<float>(settings.least);
  view_.greatest = static_cast<float>(settings.greatest);
  view_.dimension = static_cast<std::size_t>(settings.options.dimension * settings.options.members);
  view_.user_biases = numbers(file_, "user-biases", users_.size());
  view_.item_biases = numbers(file_, "item-biases", items_.size());
  view_.user_rows = numbers(file_, "user-rows", users_.size() * view_.dimension);
  view_.item_rows = numbers(file_, "item-rows", items_.size() * view_.dimension);
}

}  // namespace lepton::recommend
