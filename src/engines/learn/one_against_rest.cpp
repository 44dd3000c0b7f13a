#include "learn/one_against_rest.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include "base/guarded.h"

namespace lepton::learn {
namespace {

using Weights = std::vector<std::vector<float>>;  ///< of each class: its terms and the bias

class ClassLearner {
 public:
  ClassLearner(Call const& call, LabelledTexts const& texts, TermMatrix const& matrix,
               AgainstRestOptions const& options)
      : call_(call), texts_(texts), matrix_(matrix), options_(options) {}

  /// Threads take classes in turn; each class is a problem of its own, so that the result does not depend on them.
  [[nodiscard]] Weights run(std::size_t classes, std::function<void(std::size_t)> const& finished) const {
    Weights weights(classes);
    Guarded<std::size_t> next(0u), learnt(0u);
    Guarded<std::exception_ptr> problem;
    auto const work = [&] {
      try {
        for (;;) {
          std::size_t const one = (*next.lock())++;
          if (one >= classes) return;
          weights[one] = learn(static_cast<std::uint32_t>(one));
          auto const done = learnt.lock();
          finished(++*done);
        }
      } catch (...) {  // a thread's edge: handed to the caller below
        *problem.lock() = std::current_exception();
      }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < options_.threads; ++i) others.emplace_back(work);
    work();
    for (auto& other : others) other.join();
    if (auto const found = *problem.lock()) std::rethrow_exception(found);
    return weights;
  }

 private:
  [[nodiscard]] std::vector<float> learn(std::uint32_t one) const {
    std::vector<std::int8_t> side(texts_.texts.size(), -1);
    bool occurs = false;
    for (std::size_t i = 0; i < side.size(); ++i)
      if (std::find(texts_.classes[i].begin(), texts_.classes[i].end(), one) != texts_.classes[i].end()) {
        side[i] = 1;
        occurs = true;
      }
    auto const columns = matrix_.columns();
    std::vector<float> weights(columns + 1);
    weights.back() = -1;
    if (!occurs) return weights;
    weights = train_svm(call_, matrix_.rows, columns, side, {.cost = options_.cost, .seed = options_.seed});
    if (options_.ratios) {
      auto const ratios = ratios_of(side);
      auto rows = matrix_.rows;
      for (std::size_t i = 0; i < rows.value.size(); ++i) rows.value[i] *= ratios[rows.column[i]];
      auto const others = train_svm(call_, rows, columns, side, {.cost = 1, .seed = options_.seed});
      for (std::size_t i = 0; i <= columns; ++i)
        weights[i] = (weights[i] + others[i] * (i < columns ? ratios[i] : 1)) / 2;
    }
    return weights;
  }

  /// Of each column; 1 of those of a context.
  [[nodiscard]] std::vector<float> ratios_of(std::vector<std::int8_t> const& side) const {
    auto const& rows = matrix_.rows;
    auto const terms = matrix_.rarities.size();
    std::vector<double> within(terms, 1), outside(terms, 1);
    double all_within = static_cast<double>(terms), all_outside = all_within;
    for (std::size_t i = 0; i < side.size(); ++i)
      for (auto at = rows.begin[i]; at < rows.begin[i + 1] && rows.column[at] < terms; ++at) {
        (side[i] > 0 ? within : outside)[rows.column[at]] += rows.value[at];
        (side[i] > 0 ? all_within : all_outside) += rows.value[at];
      }
    std::vector<float> ratios(matrix_.columns(), 1);
    for (std::size_t term = 0; term < terms; ++term)
      ratios[term] = static_cast<float>(std::log(within[term] / all_within * all_outside / outside[term]));
    return ratios;
  }

  Call const& call_;
  LabelledTexts const& texts_;
  TermMatrix const& matrix_;
  AgainstRestOptions const& options_;
};

/// Multinomial naive Bayes over the terms of a matrix: log likelihoods less their mean over the classes that occur.
class BayesWeights {
 public:
  BayesWeights(LabelledTexts const& texts, TermMatrix const& matrix, std::size_t classes)
      : matrix_(matrix), weights_(classes) {
    auto const& rows = matrix.rows;
    auto const terms = matrix.rarities.size();
    std::vector<double> texts_of(classes);
    for (std::size_t i = 0; i < rows.rows(); ++i)
      for (auto const one : texts.classes[i]) {
        ++texts_of[one];
        weights_[one].resize(terms + 1);
        for (auto at = rows.begin[i]; at < rows.begin[i + 1] && rows.column[at] < terms; ++at)
          weights_[one][rows.column[at]] += rows.value[at];
      }
    for (std::size_t one = 0; one < classes; ++one)
      if (!weights_[one].empty()) take_logarithms(weights_[one], texts_of[one]);
    subtract_mean();
  }

  /// Adds them to the weights of machines, with such a factor that on the rows learnt from they vary `share` as much
  /// among classes.
  void add_to(Weights& weights, double share) const {
    double const machines = spread(weights, matrix_.columns());
    double const factor = share * machines / spread(weights_, matrix_.rarities.size());
    if (!std::isfinite(factor)) return;
    for (std::size_t one = 0; one < weights.size(); ++one) {
      auto const& own = weights_[one];
      if (own.empty()) {
        weights[one].back() -= static_cast<float>(2 * share * machines);  // below what others lose
        continue;
      }
      for (std::size_t term = 0; term + 1 < own.size(); ++term)
        weights[one][term] += static_cast<float>(factor) * own[term];
      weights[one].back() += static_cast<float>(factor) * own.back();
    }
  }

 private:
  static constexpr double once_more = 0.03;  // of each term in each class
  static constexpr std::size_t most_rows = 2000;

  static void take_logarithms(std::vector<float>& counts, double texts) {
    double all = 0;
    for (std::size_t term = 0; term + 1 < counts.size(); ++term) all += counts[term] + once_more;
    for (std::size_t term = 0; term + 1 < counts.size(); ++term)
      counts[term] = static_cast<float>(std::log((counts[term] + once_more) / all));
    counts.back() = static_cast<float>(std::log(texts));
  }

  void subtract_mean() {
    auto const occurring = std::count_if(weights_.begin(), weights_.end(), [](auto& own) { return !own.empty(); });
    for (std::size_t term = 0; term <= matrix_.rarities.size(); ++term) {
      double mean = 0;
      for (auto const& own : weights_)
        if (!own.empty()) mean += static_cast<double>(own[term]) / static_cast<double>(occurring);
      for (auto& own : weights_)
        if (!own.empty()) own[term] -= static_cast<float>(mean);
    }
  }

  /// Of margins about their mean in a text, over some of the rows and the classes that occur.
  [[nodiscard]] double spread(Weights const& weights, std::size_t columns) const {
    auto const& rows = matrix_.rows;
    double squares = 0, count = 0;
    std::vector<double> margins;
    for (std::size_t i = 0; i < rows.rows(); i += rows.rows() / most_rows + 1) {
      margins.clear();
      for (std::size_t one = 0; one < weights.size(); ++one) {
        if (weights_[one].empty()) continue;
        double sum = weights[one].back();
        for (auto at = rows.begin[i]; at < rows.begin[i + 1] && rows.column[at] < columns; ++at)
          sum += static_cast<double>(weights[one][rows.column[at]]) * rows.value[at];
        margins.push_back(sum);
      }
      double const mean = std::accumulate(margins.begin(), margins.end(), 0.0) / static_cast<double>(margins.size());
      for (auto const margin : margins) squares += (margin - mean) * (margin - mean);
      count += static_cast<double>(margins.size());
    }
    return std::sqrt(squares / count);
  }

  TermMatrix const& matrix_;
  Weights weights_;  ///< of a class that no text has: none
};

/// What a context's columns add to a text is a sum over its terms: their share goes to each of them.
void fold_context(TermMatrix const& matrix, std::vector<float>& weights) {
  if (matrix.context == nullptr) return;
  auto const terms = matrix.rarities.size();
  std::vector<float> const learnt(weights.begin() + static_cast<std::ptrdiff_t>(terms), weights.end() - 1);
  for (std::size_t term = 0; term < terms; ++term) {
    if (matrix.context_of[term] == TermMatrix::no_context) continue;
    auto const vector = matrix.context->vector(matrix.context_of[term]);
    float sum = 0;
    for (std::size_t k = 0; k < learnt.size(); ++k) sum += learnt[k] * vector[k];
    weights[term] += matrix.context_scale * sum;
  }
}

/// Weights times rarities as whole numbers of one unit.
void quantise(Weights const& weights, std::vector<float> const& rarities, LearntText& out) {
  auto const classes = weights.size(), width = (classes + 7) / 8 * 8, terms = rarities.size();
  float most = 1e-6f;
  for (auto const& of_class : weights)
    for (std::size_t term = 0; term < terms; ++term) most = std::max(most, std::abs(of_class[term] * rarities[term]));
  float const unit = most / 32767;
  out.settings.scale = unit;
  out.arrays.rows.assign(terms * width, 0);
  for (std::size_t one = 0; one < classes; ++one) {
    for (std::size_t term = 0; term < terms; ++term)
      out.arrays.rows[term * width + one] =
          static_cast<std::int16_t>(std::lround(weights[one][term] * rarities[term] / unit));
    out.arrays.bias.push_back(weights[one].back());
  }
}

}  // namespace

LearntText learn_against_rest(Call const& call, LabelledTexts const& texts, TermMatrix const& matrix,
                              std::vector<std::string> const& classes, AgainstRestOptions const& options,
                              std::function<void(std::size_t classes)> const& finished) {
  LearntText out;
  out.settings.classes = classes;
  out.settings.terms = options.terms;
  out.settings.several = options.several;
  out.settings.unseen = matrix.unseen;
  out.settings.thresholds.assign(options.several ? classes.size() : 0, 0.0);
  auto weights = ClassLearner(call, texts, matrix, options).run(classes.size(), finished);
  if (options.bayes > 0) BayesWeights(texts, matrix, classes.size()).add_to(weights, options.bayes);
  for (auto& of_class : weights) fold_context(matrix, of_class);
  quantise(weights, matrix.rarities, out);
  out.arrays.terms = matrix.terms;
  return out;
}

}  // namespace lepton::learn
