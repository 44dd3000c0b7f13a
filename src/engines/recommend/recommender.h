#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "embed/name_section.h"
#include "recommend/implicit_als.h"
#include "recommend/item_weights.h"
#include "recommend/rating_model.h"
#include "recommend/recommendation.h"
#include "runtime/model_file.h"

namespace lepton::recommend {

/// By what a recommender scores.
enum class Method {
  popularity,  ///< how many took it
  weights,     ///< from item to item: EASE or neighbours
  factors,     ///< vectors of implicit ALS
};

/// A model that recommends items to anybody with a history, kept in one file and used where it is mapped. Immutable;
/// any number of threads ask at once.
class Recommender {
 public:
  static constexpr std::string_view kind = "recommender";
  static constexpr std::uint32_t version = 1;

  /// Each writes an artifact for open() and parse(); `names` has one for each item.
  [[nodiscard]] static std::string write(std::span<float const> popularity, std::span<std::string const> names);
  [[nodiscard]] static std::string write(ItemWeights const& weights, std::span<std::string const> names);
  [[nodiscard]] static std::string write(ItemFactors const& factors, std::span<std::string const> names);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static Recommender parse(std::string_view artifact);
  [[nodiscard]] static Recommender open(std::filesystem::path const& path);

  [[nodiscard]] Method method() const { return method_; }
  [[nodiscard]] embed::NameSection const& names() const { return names_; }
  [[nodiscard]] ItemScorer const& scorer() const { return *scorer_; }

  /// Items with names of the history that the model does not know are passed over: it was trained before they came.
  [[nodiscard]] std::vector<Taken> history(std::span<std::string const> items) const;

 private:
  explicit Recommender(runtime::ModelFile file);

  runtime::ModelFile file_;
  embed::NameSection names_;
  Method method_ = Method::popularity;
  std::unique_ptr<ItemScorer const> scorer_;
};

/// A model that predicts ratings, kept as a Recommender is.
class RatingPredictor {
 public:
  static constexpr std::string_view kind = "rating-predictor";
  static constexpr std::uint32_t version = 1;

  [[nodiscard]] static std::string write(RatingFactors const& factors, std::span<std::string const> users,
                                         std::span<std::string const> items);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static RatingPredictor parse(std::string_view artifact);
  [[nodiscard]] static RatingPredictor open(std::filesystem::path const& path);

  /// A name that is not known counts as nobody's or nothing's in particular: the mean and the other's bias are left.
  [[nodiscard]] float predict(std::string_view user, std::string_view item) const {
    return view_.predict(users_.find(user).value_or(RatingView::unknown),
                         items_.find(item).value_or(RatingView::unknown));
  }
  [[nodiscard]] RatingView const& view() const { return view_; }

 private:
  explicit RatingPredictor(runtime::ModelFile file);

  runtime::ModelFile file_;
  embed::NameSection users_, items_;
  RatingView view_;
};

}  // namespace lepton::recommend

template <>
struct lepton::EnumNames<lepton::recommend::Method> {
  using enum lepton::recommend::Method;
  static constexpr std::array<std::pair<lepton::recommend::Method, std::string_view>, 3> values{
      {{popularity, "popularity"}, {weights, "weights"}, {factors, "factors"}}};
};
