#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "embed/name_section.h"
#include "recommend/blend.h"
#include "recommend/feature_scorer.h"
#include "recommend/history_text.h"
#include "recommend/implicit_als.h"
#include "recommend/item_columns.h"
#include "recommend/item_weights.h"
#include "recommend/path_scorer.h"
#include "recommend/ranker.h"
#include "recommend/rating_model.h"
#include "recommend/recommendation.h"
#include "runtime/model_file.h"

namespace lepton::recommend {

/// What each of a recommender's scorers counts; 0: nothing, unless a ranker looks at it.
struct BlendWeights {
  double popularity = 0;  ///< of the logarithm of 1 + how many took the item
  double weights = 0;     ///< from item to item: EASE or neighbours
  double factors = 0;     ///< vectors of implicit ALS
  double features = 0;    ///< likeness by features
  double paths = 0;       ///< paths through facts

  static constexpr auto fields() {
    using W = BlendWeights;
    return std::tuple{optional("popularity", &W::popularity, "of the logarithm of how many took the item"),
                      optional("weights", &W::weights, "of weights from item to item"),
                      optional("factors", &W::factors, "of products of vectors"),
                      optional("features", &W::features, "of likeness by features"),
                      optional("paths", &W::paths, "of paths through facts")};
  }
};

/// What a recommender is written from. Views and pointers: all of it outlives the call.
struct RecommenderParts {
  std::span<std::string const> names;      ///< of the items
  std::span<float const> popularity;       ///< how many took each item
  ItemWeights const* weights = nullptr;    ///< needed where it counts
  ItemFactors const* factors = nullptr;    ///< needed where it counts
  ItemFeatures const* features = nullptr;  ///< what telling_rows() gave; kept where it is there
  std::span<std::string const> feature_names;
  std::vector<ItemColumn> columns{};  ///< that the features come from, for items that come with a request
  FactGraph const* facts = nullptr;   ///< with paths, or neither; kept where they are there
  PathTable const* paths = nullptr;
  std::span<std::string const> entity_names, relation_names;  ///< of the facts' nodes behind the items
  BlendWeights blend;
  std::string_view ranker;  ///< trees as XGBoost saves them, grown on what a CandidateReader told; empty: none
  double ranker_unit = 0;   ///< of RankedScorer
  std::size_t most = 10;    ///< items recommended
  double diversity = 0;     ///< of ChoiceOptions
};

/// A model that recommends items to anybody with a history, kept in one file. It scores by the weighted sum of what it
/// was written from, and by trees that correct the order of the best where it has a ranker; whoever has no history that
/// it knows is answered by popularity. Immutable; any number of threads ask at once.
class Recommender {
 public:
  static constexpr std::string_view kind = "recommender";
  static constexpr std::uint32_t version = 3;

  [[nodiscard]] static std::string write(RecommenderParts const& parts);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static Recommender parse(std::string_view artifact);

  [[nodiscard]] embed::NameSection const& names() const { return names_; }
  [[nodiscard]] embed::NameSection const& feature_names() const { return feature_names_; }
  [[nodiscard]] BlendWeights const& blend() const { return blend_; }
  /// Scores by features and paths alone, which know items that nobody took; null where there are neither.
  [[nodiscard]] ItemScorer const* content() const { return content_.get(); }
  /// Kinds of paths through facts that say something.
  [[nodiscard]] std::size_t path_kinds() const { return path_table_ != nullptr ? path_table_->kinds.size() : 0; }
  [[nodiscard]] std::size_t most() const { return choice_.most; }
  [[nodiscard]] std::size_t bytes() const { return file_.bytes(); }

  /// What answers to this history: everything, or popularity where the history is empty.
  [[nodiscard]] ItemScorer const& scorer_for(std::span<Taken const> history) const;
  /// As many as the model was made for, none of the history, without reasons.
  [[nodiscard]] std::vector<Recommendation> recommend(std::span<Taken const> history) const;

  /// An item that came after the training, by its features alone.
  struct Placed {
    std::string name;
    double score = 0;
    std::vector<SharedFeature> shared;  ///< by falling part
  };
  /// Throws Error{invalid} for a name that the model knows, a column that it does not, and a field that cannot be read.
  [[nodiscard]] Placed place(std::span<Taken const> history, NewItem const& item) const;

  /// Why an item has its score, which is the sum of what these say. That the same people took it and items of the
  /// history, by falling part;
  [[nodiscard]] std::vector<Reason> taken_together(std::span<Taken const> history, std::uint32_t item) const;
  /// that it shares features with them, by falling part;
  [[nodiscard]] std::vector<SharedFeature> shared_features(std::span<Taken const> history, std::uint32_t item) const;
  /// that facts lead from them to it, the few paths that say most;
  [[nodiscard]] std::vector<TellingPath> paths(std::span<Taken const> history, std::uint32_t item,
                                               std::size_t most) const;
  /// that many took it;
  [[nodiscard]] double popularity_part(std::span<Taken const> history, std::uint32_t item) const;
  /// and what the ranker adds to the score of each candidate, whose items rise; nothing without a ranker.
  [[nodiscard]] std::vector<RankedScorer::Correction> corrections(std::span<Taken const> history) const;

  /// "Heat –director→ Michael Mann ←director– Ali"; of a relation that is an IRI, what stands behind its last / or #.
  [[nodiscard]] std::string text_of(TellingPath const& path) const;

 private:
  explicit Recommender(runtime::ModelFile file);
  void read_features(std::size_t items);
  void read_paths(std::size_t items, std::size_t steps);
  void put_together(std::vector<BlendPart> parts, double ranker_unit);
  [[nodiscard]] std::string_view node_name(std::uint32_t node) const;

  runtime::ModelFile file_;
  embed::NameSection names_, feature_names_, entity_names_, relation_names_;
  BlendWeights blend_;
  std::vector<ItemColumn> columns_;
  ChoiceOptions choice_;
  std::span<float const> logarithms_;
  std::unique_ptr<PopularityScorer const> popularity_;
  std::unique_ptr<ItemScorer const> weights_, factors_, together_, content_, all_;
  std::unique_ptr<FeatureScorer const> features_;
  std::unique_ptr<FactGraph const> facts_;
  std::unique_ptr<PathTable const> path_table_;
  std::unique_ptr<PathScorer const> paths_;
  std::unique_ptr<RankedScorer const> ranked_;
  std::unique_ptr<ItemLikeness const> likeness_;
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
