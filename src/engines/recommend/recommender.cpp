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

/// Which scorers stand in the file.
struct KeptScorers {
  bool weights = false, factors = false;
  std::int64_t path_steps = 0;
  double ranker_unit = 0;

  static constexpr auto fields() {
    using K = KeptScorers;
    return std::tuple{required("weights", &K::weights, "from item to item"),
                      required("factors", &K::factors, "vectors of items"),
                      required("path_steps", &K::path_steps, "most facts of a path; 0: no facts"),
                      required("ranker_unit", &K::ranker_unit, "what a unit of the trees counts; 0: no ranker")};
  }
};

struct RecommenderSettings {
  BlendWeights blend;
  AlsOptions factors;
  KeptScorers kept;
  std::vector<ItemColumn> columns;
  std::int64_t most = 10;
  double diversity = 0;

  static constexpr auto fields() {
    using S = RecommenderSettings;
    return std::tuple{required("blend", &S::blend, "what each scorer counts"),
                      optional("factors", &S::factors, "of the training of factors"),
                      required("kept", &S::kept, "scorers of the file"),
                      required("columns", &S::columns, "that features come from"),
                      required("most", &S::most, "items recommended"),
                      required("diversity", &S::diversity, "0 to 1")};
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

void write_paths(runtime::ModelFileWriter& writer, FactGraph const& graph, PathTable const& table) {
  std::vector<std::uint32_t> facts;
  for (auto const& [head, relation, tail] : graph.facts())
    for (auto const number : {head, relation, tail}) facts.push_back(number);
  writer.add("facts", facts);
  writer.add("path-kinds", table.kinds);
  writer.add("path-weights", table.weights);
  writer.add("path-ends", table.ends);
  writer.add("path-items", table.items);
  writer.add("path-parts", table.parts);
}

template <typename T>
std::vector<T> copied(runtime::ModelFile const& file, std::string_view section) {
  auto const values = file.array<T>(section);
  return {values.begin(), values.end()};
}

/// What stands behind the last / or # of an IRI.
std::string_view local_name(std::string_view name) {
  if (name.find("://") == std::string_view::npos) return name;
  auto const at = name.find_last_of("/#");
  return at + 1 < name.size() ? name.substr(at + 1) : name;
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
  check((parts.facts == nullptr) == (parts.paths == nullptr), "paths lead along facts");
  check(parts.blend.paths == 0 || parts.paths != nullptr, "paths that count");
  check(parts.ranker.empty() == (parts.ranker_unit == 0), "what a ranker adds is counted");
  RecommenderSettings settings{parts.blend,    {}, {}, parts.columns, static_cast<std::int64_t>(parts.most),
                               parts.diversity};
  if (parts.factors != nullptr) settings.factors = parts.factors->options;
  settings.factors.threads = 1;  // of the training: equal models are equal bytes
  settings.kept = {parts.weights != nullptr, parts.factors != nullptr,
                   parts.paths != nullptr ? static_cast<std::int64_t>(parts.paths->steps) : 0, parts.ranker_unit};
  runtime::ModelFileWriter writer{std::string(kind), version};
  writer.add("settings", json::write(to_json(settings)));
  embed::write_names(writer, "item", parts.names);
  embed::write_names(writer, "feature", parts.feature_names);
  std::vector<float> logarithms;
  for (float const count : parts.popularity) logarithms.push_back(std::log1p(count));
  writer.add("popularity", logarithms);
  if (parts.weights != nullptr) writer.add("weights", parts.weights->values);
  if (parts.factors != nullptr) writer.add("factors", parts.factors->rows);
  if (parts.features != nullptr) write_features(writer, *parts.features);
  embed::write_names(writer, "entity", parts.entity_names);
  embed::write_names(writer, "relation", parts.relation_names);
  if (parts.paths != nullptr) write_paths(writer, *parts.facts, *parts.paths);
  if (!parts.ranker.empty()) writer.add("ranker", std::string(parts.ranker));
  return writer.finish();
}

Recommender Recommender::parse(std::string_view artifact) {
  return Recommender(runtime::ModelFile::parse(artifact, kind, version));
}

Recommender::Recommender(runtime::ModelFile file)
    : file_(std::move(file)),
      names_(file_, "item"),
      feature_names_(file_, "feature"),
      entity_names_(file_, "entity"),
      relation_names_(file_, "relation") {
  auto const settings = from_json<RecommenderSettings>(json::parse(file_.section("settings")));
  check_options(settings.factors);
  auto const items = names_.size();
  if (items == 0 || settings.most < 1 || settings.most > most_recommended ||
      !(settings.diversity >= 0 && settings.diversity <= 1))
    throw invalid("the model file is damaged: it has no items, or recommends none");
  blend_ = settings.blend;
  columns_ = settings.columns;
  auto const& kept = settings.kept;
  choice_ = {static_cast<std::size_t>(settings.most), 0, settings.diversity};
  logarithms_ = numbers(file_, "popularity", items);
  popularity_ = std::make_unique<PopularityScorer>(logarithms_);
  std::vector<BlendPart> parts;
  if (kept.weights) {
    auto const values = numbers(file_, "weights", items * items);
    weights_ = std::make_unique<WeightScorer>(static_cast<std::uint32_t>(items), values);
    likeness_ = std::make_unique<RowLikeness>(values, items);
    parts.push_back({weights_.get(), blend_.weights});
  }
  if (kept.factors) {
    auto const dimension = static_cast<std::size_t>(settings.factors.dimension);
    auto const rows = numbers(file_, "factors", items * dimension);
    factors_ = std::make_unique<FactorScorer>(settings.factors, rows);
    likeness_ = std::make_unique<RowLikeness>(rows, dimension);
    parts.push_back({factors_.get(), blend_.factors});
  }
  if (!parts.empty()) together_ = std::make_unique<BlendScorer>(parts);
  if (feature_names_.size() > 0) read_features(items);
  if (kept.path_steps != 0) read_paths(items, static_cast<std::size_t>(kept.path_steps));
  bool const lacks = (blend_.weights != 0 && !kept.weights) || (blend_.factors != 0 && !kept.factors) ||
                     (blend_.features != 0 && features_ == nullptr) || (blend_.paths != 0 && paths_ == nullptr);
  if (lacks) throw invalid("the model file is damaged: it lacks what it scores by");
  if (choice_.diversity > 0 && features_ == nullptr && likeness_ == nullptr)
    throw invalid("the model file is damaged: it cannot tell which items are alike");
  put_together(std::move(parts), kept.ranker_unit);
}

void Recommender::put_together(std::vector<BlendPart> parts, double ranker_unit) {
  RankerView view{.popularity = popularity_.get(),
                  .weights = weights_.get(),
                  .factors = factors_.get(),
                  .features = features_.get(),
                  .paths = paths_.get(),
                  .logarithms = logarithms_,
                  .counts = {blend_.popularity},
                  .most = choice_.most};
  for (auto const& part : parts) view.counts.push_back(part.weight);
  parts.push_back({popularity_.get(), blend_.popularity});
  std::vector<BlendPart> content;
  if (features_ != nullptr) content.push_back({features_.get(), blend_.features});
  if (paths_ != nullptr) content.push_back({paths_.get(), blend_.paths});
  for (auto& part : content) {
    parts.push_back(part);
    view.counts.push_back(part.weight);
    if (!(part.weight > 0)) part.weight = 1;  // the others make up for it, where there are others
  }
  if (!content.empty()) content_ = std::make_unique<BlendScorer>(std::move(content));
  all_ = std::make_unique<BlendScorer>(std::move(parts));
  if (ranker_unit != 0)
    ranked_ = std::make_unique<RankedScorer>(std::move(view), runtime::BoostedTrees::parse(file_.section("ranker")),
                                             ranker_unit);
}

void Recommender::read_paths(std::size_t items, std::size_t steps) {
  auto const numbers_of = file_.array<std::uint32_t>("facts");
  if (numbers_of.size() % 3 != 0) throw invalid("the model file is damaged: a fact has three parts");
  std::vector<embed::Triple> facts;
  for (std::size_t i = 0; i < numbers_of.size(); i += 3)
    facts.push_back({numbers_of[i], numbers_of[i + 1], numbers_of[i + 2]});
  facts_ = std::make_unique<FactGraph>(std::move(facts), static_cast<std::uint32_t>(items),
                                       static_cast<std::uint32_t>(items + entity_names_.size()),
                                       static_cast<std::uint32_t>(relation_names_.size()));
  path_table_ = std::make_unique<PathTable>(
      PathTable{steps, copied<std::uint64_t>(file_, "path-kinds"), copied<float>(file_, "path-weights"),
                copied<std::uint64_t>(file_, "path-ends"), copied<std::uint32_t>(file_, "path-items"),
                copied<float>(file_, "path-parts")});
  path_table_->require_sound(static_cast<std::uint32_t>(items));
  paths_ = std::make_unique<PathScorer>(*facts_, *path_table_);
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
  if (history.empty()) return *popularity_;
  return ranked_ != nullptr ? static_cast<ItemScorer const&>(*ranked_) : *all_;
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

Recommender::Placed Recommender::place(std::span<Taken const> history, NewItem const& item) const {
  auto const refuse = [&](std::string_view column, std::string_view problem) {
    throw invalid(fmt::format("item '{}', \"{}\": {}", item.name, column, problem));
  };
  if (names_.find(item.name)) refuse("item", "the model knows an item of this name; new ones alone are described");
  std::vector<std::uint32_t> features;
  for (auto const& [name, field] : item.fields) {
    auto const same = [&name = name](ItemColumn const& column) { return column.name == name; };
    auto const column = std::find_if(columns_.begin(), columns_.end(), same);
    if (column == columns_.end()) refuse(name, "the model was given no such column");
    try {
      for (auto const& feature : column->features(field))
        if (auto const number = feature_names_.find(feature)) features.push_back(*number);
    } catch (Error const& error) {
      refuse(name, error.what());
    }
  }
  std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
  Placed placed{item.name, 0, {}};
  if (features_ == nullptr || history.empty()) return placed;
  placed.shared = features_->shared(history, features_->telling(features));
  for (auto& one : placed.shared) placed.score += one.part *= blend_.features;
  return placed;
}

std::vector<TellingPath> Recommender::paths(std::span<Taken const> history, std::uint32_t item,
                                            std::size_t most) const {
  if (paths_ == nullptr) return {};
  auto telling = paths_->paths(history, item, most);
  for (auto& one : telling) one.part *= blend_.paths;
  return telling;
}

std::vector<RankedScorer::Correction> Recommender::corrections(std::span<Taken const> history) const {
  if (ranked_ == nullptr || history.empty()) return {};
  return ranked_->corrections(history);
}

std::string_view Recommender::node_name(std::uint32_t node) const {
  return node < names_.size() ? names_[node] : entity_names_[node - static_cast<std::uint32_t>(names_.size())];
}

std::string Recommender::text_of(TellingPath const& path) const {
  std::string text(names_[path.from]);
  for (std::size_t i = 0; i < path.path.length; ++i) {
    auto const& [relation, node] = path.path.steps[i];
    auto const said = local_name(relation_names_[relation / 2]);
    text += relation % 2 == 0 ? fmt::format(" –{}→ {}", said, node_name(node))
                              : fmt::format(" ←{}– {}", said, node_name(node));
  }
  return text;
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
