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

constexpr std::size_t folds = 5, few_texts = 12000;
constexpr double least_gain = 0.002;     // what is less is chance: the simpler way stays
constexpr std::size_t short_text = 300;  // bytes on average: up to there pairs of words are tried
constexpr std::array other_costs{3.0};

/// What is chosen before anything is learnt for good.
struct Way {
  runtime::TermOptions terms;
  double cost = 1;
};

class TextTrainer {
 public:
  TextTrainer(Call const& call, LabelledTexts const& train, std::vector<std::string> const& classes,
              TextOptions const& options, TextSink const& sink)
      : call_(call), train_(train), classes_(classes), options_(options), sink_(sink) {
    require_two_classes();
    way_.terms = {options.words.value_or(2), options.least_characters, options.most_characters,
                  options.gap.value_or(0)};
    way_.cost = options.cost.value_or(1);
  }

  TrainedText run(LabelledTexts const& validation) {
    auto const terms = other_terms();
    std::size_t const costs = options_.cost ? 0 : other_costs.size();
    passes_ =
        (terms.size() + costs > 0 ? rounds() * (1 + terms.size() + costs) : 0) + (validation.texts.empty() ? 1 : 2);
    if (terms.size() + costs > 0) choose(terms);
    auto learnt = learn(train_, way_);
    if (!validation.texts.empty()) {
      calibrate(held_out(learnt, validation), options_.reject, learnt.settings);
      auto settings = std::move(learnt.settings);
      LabelledTexts both = train_;
      both.texts.insert(both.texts.end(), validation.texts.begin(), validation.texts.end());
      both.classes.insert(both.classes.end(), validation.classes.begin(), validation.classes.end());
      learnt = learn(both, way_);
      settings.scale = learnt.settings.scale;
      learnt.settings = std::move(settings);
    }
    return {LinearText::write(learnt.settings, learnt.arrays), way_.terms, way_.cost};
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

  [[nodiscard]] std::size_t rounds() const { return train_.texts.size() <= few_texts ? folds : 1; }

  /// Terms to try besides the plain ones. Not where texts have several classes, which tend to be long and many.
  [[nodiscard]] std::vector<runtime::TermOptions> other_terms() const {
    std::vector<runtime::TermOptions> out;
    if (options_.several || train_.texts.size() < folds) return out;
    std::size_t bytes = 0;
    for (auto const text : train_.texts) bytes += text.size();
    if (!options_.words) {
      out.push_back(way_.terms);
      out.back().words = 3;
    }
    if (!options_.gap && bytes <= short_text * train_.texts.size()) {
      out.push_back(way_.terms);
      out.back().gap = 4;
    }
    return out;
  }

  /// First the terms, then the cost.
  void choose(std::vector<runtime::TermOptions> const& terms) {
    double best = score(way_);
    auto const consider = [&](Way const& other) {
      double const found = score(other);
      if (found < best + least_gain) return;
      best = found;
      way_ = other;
    };
    auto const plain = way_;
    for (auto const& other : terms) consider({other, plain.cost});
    if (options_.cost) return;
    for (double const cost : other_costs) consider({way_.terms, cost});
  }

  [[nodiscard]] double score(Way const& way) {
    double sum = 0;
    for (std::size_t round = 0; round < rounds(); ++round) {
      LabelledTexts taught, asked;
      for (std::size_t i = 0; i < train_.texts.size(); ++i)
        (i % folds == round ? asked : taught).add(train_.texts[i], train_.classes[i]);
      sum += score_of(held_out(learn(taught, way), asked), options_.several);
    }
    return sum / static_cast<double>(rounds());
  }

  [[nodiscard]] static HeldOut held_out(LearntText const& learnt, LabelledTexts const& asked) {
    auto const model = LinearText::parse(LinearText::write(learnt.settings, learnt.arrays));
    HeldOut held;
    for (std::size_t i = 0; i < asked.texts.size(); ++i) held.add(model, asked.texts[i], asked.classes[i]);
    return held;
  }

  [[nodiscard]] LearntText learn(LabelledTexts const& texts, Way const& way) {
    auto const before = static_cast<double>(passes_done_++), all = static_cast<double>(passes_);
    return learn_against_rest(
        call_, texts, classes_,
        {way.terms, way.cost, options_.several, options_.least_count, options_.threads, options_.seed},
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
  Way way_;
  std::size_t passes_ = 0, passes_done_ = 0;
};

}  // namespace

TrainedText train_text(Call const& call, LabelledTexts const& train, LabelledTexts const& validation,
                       std::vector<std::string> const& classes, TextOptions const& options, TextSink const& sink) {
  return TextTrainer(call, train, classes, options, sink).run(validation);
}

}  // namespace lepton::learn
