#include "learn/text_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "learn/one_against_rest.h"
#include "learn/text_calibration.h"

namespace lepton::learn {
namespace {

using runtime::LinearText;

constexpr std::size_t folds = 5;
constexpr std::size_t little_work = 50'000'000;  // bytes of text times classes
constexpr double least_gain = 0.001;             // what is less is chance
constexpr double other_cost = 3;

class TextTrainer {
 public:
  TextTrainer(Call const& call, LabelledTexts const& train, std::vector<std::string> const& classes,
              TextOptions const& options, TextSink const& sink)
      : call_(call), train_(train), classes_(classes), options_(options), sink_(sink), cost_(options.cost.value_or(1)) {
    require_two_classes();
  }

  TrainedText run(LabelledTexts const& validation) {
    bool const chooses = !options_.cost && train_.texts.size() >= folds;
    auto const rounds = chooses ? rounds_worth_it() : 0;
    passes_ = 2 * rounds + (validation.texts.empty() ? 1 : 2);
    if (chooses) choose_cost(rounds);
    auto learnt = learn(train_, terms_of(train_), cost_);
    if (!validation.texts.empty()) {
      calibrate(held_out(learnt, validation), options_.reject, learnt.settings);
      auto settings = std::move(learnt.settings);
      LabelledTexts both = train_;
      both.texts.insert(both.texts.end(), validation.texts.begin(), validation.texts.end());
      both.classes.insert(both.classes.end(), validation.classes.begin(), validation.classes.end());
      learnt = learn(both, terms_of(both), cost_);
      settings.scale = learnt.settings.scale;
      learnt.settings = std::move(settings);
    }
    return {LinearText::write(learnt.settings, learnt.arrays), cost_};
  }

 private:
  void require_two_classes() const {
    std::vector<bool> seen(classes_.size());
    for (auto const& of : train_.classes)
      for (auto const one : of) seen.at(one) = true;
    auto const occurring = std::count(seen.begin(), seen.end(), true);
    if (train_.texts.empty()) throw invalid("there is no text to learn from");
    if (occurring < (options_.several ? 1 : 2))
      throw invalid("every text has the same class: there is nothing to tell apart");
  }

  [[nodiscard]] std::size_t rounds_worth_it() const {
    std::size_t bytes = 0;
    for (auto const text : train_.texts) bytes += text.size();
    return bytes * classes_.size() <= little_work ? folds : 1;
  }

  void choose_cost(std::size_t rounds) {
    double usual = 0, other = 0;  // scores, summed up
    for (std::size_t round = 0; round < rounds; ++round) {
      LabelledTexts taught, asked;
      for (std::size_t i = 0; i < train_.texts.size(); ++i)
        (i % folds == round ? asked : taught).add(train_.texts[i], train_.classes[i]);
      auto const terms = terms_of(taught);
      auto const score = [&](double cost) {
        return score_of(held_out(learn(taught, terms, cost), asked), options_.several);
      };
      usual += score(cost_);
      other += score(other_cost);
    }
    auto const all = static_cast<double>(rounds);
    if (other / all >= usual / all + least_gain) cost_ = other_cost;
  }

  [[nodiscard]] TermMatrix terms_of(LabelledTexts const& texts) const {
    return count_terms(call_, texts.texts, options_.terms, options_.least_count);
  }

  [[nodiscard]] static HeldOut held_out(LearntText const& learnt, LabelledTexts const& asked) {
    auto const model = LinearText::parse(LinearText::write(learnt.settings, learnt.arrays));
    HeldOut held;
    for (std::size_t i = 0; i < asked.texts.size(); ++i) held.add(model, asked.texts[i], asked.classes[i]);
    return held;
  }

  [[nodiscard]] LearntText learn(LabelledTexts const& texts, TermMatrix const& terms, double cost) {
    auto const before = static_cast<double>(passes_done_++), all = static_cast<double>(passes_);
    return learn_against_rest(
        call_, texts, terms, classes_, {options_.terms, cost, options_.several, options_.threads, options_.seed},
        [&](std::size_t finished) {
          if (!sink_) return;
          double const share = static_cast<double>(finished) / static_cast<double>(classes_.size());
          sink_((before + share) / all,
                fmt::format("pass {} of {}, class {} of {}", passes_done_, passes_, finished, classes_.size()));
        });
  }

  Call const& call_;
  LabelledTexts const& train_;
  std::vector<std::string> const& classes_;
  TextOptions const& options_;
  TextSink const& sink_;
  double cost_ = 1;
  std::size_t passes_ = 0, passes_done_ = 0;
};

}  // namespace

TrainedText train_text(Call const& call, LabelledTexts const& train, LabelledTexts const& validation,
                       std::vector<std::string> const& classes, TextOptions const& options, TextSink const& sink) {
  return TextTrainer(call, train, classes, options, sink).run(validation);
}

}  // namespace lepton::learn
