#include "learn/one_against_rest.h"

#include <algorithm>
#include <cmath>
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
    auto const terms = matrix_.rarities.size();
    std::vector<float> none(terms + 1);
    none.back() = -1;
    if (!occurs) return none;
    return train_svm(call_, matrix_.rows, terms, side, {.cost = options_.cost, .seed = options_.seed});
  }

  Call const& call_;
  LabelledTexts const& texts_;
  TermMatrix const& matrix_;
  AgainstRestOptions const& options_;
};

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
  out.settings.thresholds.assign(options.several ? classes.size() : 0, 0.0);
  quantise(ClassLearner(call, texts, matrix, options).run(classes.size(), finished), matrix.rarities, out);
  out.arrays.terms = matrix.terms;
  return out;
}

}  // namespace lepton::learn
