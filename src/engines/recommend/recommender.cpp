#include "recommend/recommender.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/error.h"
#include "recommend/blend.h"

namespace lepton::recommend {
namespace {

constexpr std::int64_t most_recommended = 1000;

struct RecommenderSettings {
  BlendWeights blend;
  AlsOptions factors;
  std::int64_t most = 10;
  double diversity = 0;

  static constexpr auto fields() {
    using S = RecommenderSettings;
    return std::tuple{required("blend", &S::blend, "what each scorer counts"),
                      optional("factors", &S::factors, "of the training of factors"),
                      required("most", &S::most, "items recommended"), required("diversity", &S::diversity, "0 to 1")};
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

/// A sparse matrix as three arrays.
void write_features(runtime::ModelFileWriter& writer, ItemFeatures const& features) {
  std::vector<std::uint64_t> ends;
  std::vector<std::uint32_t> numbers;
  std::vector<float> values;
  for (std::uint32_t item = 0; item < features.users(); ++item) {
    for (auto const& [feature, value] : features.of(item)) {
      numbers.push_back(feature);
      values.push_back(value);
    }
    ends.push_back(numbers.size());
  }
  writer.add("has-ends", ends);
  writer.add("has-features", numbers);
  writer.add("has-values", values);
}

std::span<float const> numbers(runtime::ModelFile const& file, std::string const& section, std::size_t expected) {
  auto const values = file.array<float>(section);
  if (values.size() != expected)
    throw invalid(fmt::format("the model file is damaged: its section '{}' has {} numbers, expected {}", section,
                              values.size(), expected));
  return values;
}

}  // namespace

std::string Recommender::write(RecommenderParts const& parts) {
  auto const items = parts.names.size();
  check(parts.popularity.size() == items, "every item has a name");
  check(parts.blend.weights == 0 || (parts.weights != nullptr && parts.weights->items == items), "weights that count");
  check(parts.blend.factors == 0 || (parts.factors != nullptr && parts.factors->items == items), "factors that count");
  RecommenderSettings settings{parts.blend, {}, static_cast<std::int64_t>(parts.most), parts.diversity};
  if (parts.blend.factors != 0) settings.factors = parts.factors->options;
  runtime::ModelFileWriter writer{std::string(kind), version};
  writer.add("settings", json::write(to_json(settings)));
  embed::write_names(writer, "item", parts.names);
  embed::write_names(writer, "feature", parts.feature_names);
  std::vector<float> logarithms;
  for (float const count : parts.popularity) logarithms.push_back(std::log1p(count));
  writer.add("popularity", logarithms);
  if (parts.blend.weights != 0) writer.add("weights", parts.weights->values);
  if (parts.blend.factors != 0) writer.add("factors", parts.factors->rows);
  if (parts.features != nullptr) write_features(writer, *parts.features);
  return writer.finish();
}

Recommender Recommender::parse(std::string_view artifact) {
  return Recommender(runtime::ModelFile::parse(artifact, kind, version));
}

Recommender::Recommender(runtime::ModelFile file)
    : file_(std::move(file)), names_(file_, "item"), feature_names_(file_, "feature") {
  auto const settings = from_json<RecommenderSettings>(json::parse(file_.section("settings")));
  check_options(settings.factors);
  auto const items = names_.size();
  if (items == 0 || settings.most < 1 || settings.most > most_recommended ||
      !(settings.diversity >= 0 && settings.diversity <= 1))
    throw invalid("the model file is damaged: it has no items, or recommends none");
  blend_ = settings.blend;
  choice_ = {static_cast<std::size_t>(settings.most), 0, settings.diversity};
  logarithms_ = numbers(file_, "popularity", items);
  popularity_ = std::make_unique<PopularityScorer>(logarithms_);
  std::vector<BlendPart> parts;
  if (blend_.weights != 0) {
    auto const values = numbers(file_, "weights", items * items);
    weights_ = std::make_unique<WeightScorer>(static_cast<std::uint32_t>(items), values);
    likeness_ = std::make_unique<RowLikeness>(values, items);
    parts.push_back({weights_.get(), blend_.weights});
  }
  if (blend_.factors != 0) {
    auto const dimension = static_cast<std::size_t>(settings.factors.dimension);
    auto const rows = numbers(file_, "factors", items * dimension);
    factors_ = std::make_unique<FactorScorer>(settings.factors, rows);
    likeness_ = std::make_unique<RowLikeness>(rows, dimension);
    parts.push_back({factors_.get(), blend_.factors});
  }
  if (!parts.empty()) together_ = std::make_unique<BlendScorer>(parts);
  parts.push_back({popularity_.get(), blend_.popularity});
  if (feature_names_.size() > 0) read_features(items);
  if (blend_.features != 0 && features_ == nullptr) throw invalid("the model file is damaged: it lacks its features");
  if (features_ != nullptr) parts.push_back({features_.get(), blend_.features});
  if (choice_.diversity > 0 && features_ == nullptr && likeness_ == nullptr)
    throw invalid("the model file is damaged: it cannot tell which items are alike");
  all_ = std::make_unique<BlendScorer>(std::move(parts));
}

void Recommender::read_features(std::size_t items) {
  auto const ends = file_.array<std::uint64_t>("has-ends");
  auto const numbers_of = file_.array<std::uint32_t>("has-features");
  auto const values = numbers(file_, "has-values", numbers_of.size());
  if (ends.size() != items || !std::is_sorted(ends.begin(), ends.end()) || ends.back() != numbers_of.size())
    throw invalid("the model file is damaged: its features do not fit together");
  std::vector<Interaction> list;
  for (std::uint32_t item = 0; item < items; ++item)
    for (auto i = item == 0 ? 0 : ends[item - 1]; i < ends[item]; ++i) list.push_back({item, numbers_of[i], values[i]});
  features_ = std::make_unique<FeatureScorer>(ItemFeatures(list, static_cast<std::uint32_t>(items),
                                                           static_cast<std::uint32_t>(feature_names_.size()),
                                                           "features of the model file"));
}

ItemScorer const& Recommender::scorer_for(std::span<Taken const> history) const {
  return history.empty() ? static_cast<ItemScorer const&>(*popularity_) : *all_;
}

std::vector<Recommendation> Recommender::recommend(std::span<Taken const> history) const {
  ItemLikeness const* const likeness = features_ != nullptr ? features_.get() : likeness_.get();
  return recommend::recommend(scorer_for(history), history, {}, choice_, likeness);
}

std::vector<Reason> Recommender::taken_together(std::span<Taken const> history, std::uint32_t item) const {
  if (together_ == nullptr) return {};
  auto reasons = together_->reasons(history, item);
  std::stable_sort(reasons.begin(), reasons.end(), [](auto const& a, auto const& b) { return a.part > b.part; });
  return reasons;
}

std::vector<SharedFeature> Recommender::shared_features(std::span<Taken const> history, std::uint32_t item) const {
  if (features_ == nullptr) return {};
  auto shared = features_->shared(history, item);
  for (auto& one : shared) one.part *= blend_.features;
  return shared;
}

double Recommender::popularity_part(std::span<Taken const> history, std::uint32_t item) const {
  return (history.empty() ? 1 : blend_.popularity) * static_cast<double>(logarithms_[item]);
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
