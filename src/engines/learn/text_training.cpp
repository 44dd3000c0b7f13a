#include "learn/text_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "learn/one_against_rest.h"
#include "learn/text_calibration.h"

namespace lepton::learn {
namespace {

using runtime::LinearText;

constexpr std::size_t folds = 5;
constexpr std::size_t little_work = 50'000'000;  // bytes of text times classes
constexpr double least_gain = 0.001;
constexpr double least_errors = 1;  // of a standard error; what is less is chance
constexpr double other_cost = 3;
constexpr std::array contexts{0.5, 0.25, 1.0, 0.0};
constexpr double other_rarity = 2;
constexpr double bayes_share = 0.5;
constexpr std::size_t many_classes = 4;             // topics and intents rather than moods: naive Bayes helps these
constexpr std::size_t most_classes_by_ratios = 20;  // a machine more for each, of scaled copies of all rows

/// Whether most bytes are of characters beyond ASCII, which Chinese words are made of.
bool mostly_chinese(LabelledTexts const& texts) {
  std::size_t beyond = 0, all = 0;
  for (auto const text : texts.texts) {
    for (char const c : text) beyond += static_cast<unsigned char>(c) >= 0x80 ? 1 : 0;
    all += text.size();
  }
  return 2 * beyond > all;
}

class TextTrainer {
 public:
  TextTrainer(Call const& call, LabelledTexts const& train, std::vector<std::string> const& classes,
              TextOptions const& options, TextSink const& sink)
      : call_(call), train_(train), classes_(classes), options_(options), sink_(sink) {
    require_two_classes();
    choice_.cost = options.cost.value_or(1);
    choice_.words = options.terms.words;
    chooses_ = !options.cost && train.texts.size() >= folds;
    if (options.context == nullptr || (chooses_ && mostly_chinese(train))) choice_.context = 0;
    choice_.ratios = chooses_ && !options.several && classes.size() == 2;
    if (chooses_ && !options.several && classes.size() >= many_classes) choice_.bayes = bayes_share;
  }

  TrainedText run(LabelledTexts const& validation) {
    auto const others = chooses_ ? other_choices() : std::vector<Change>();
    auto const rounds = rounds_worth_it();
    passes_ = (chooses_ ? (others.size() + 1) * rounds : 0) + (validation.texts.empty() ? 1 : 2);
    if (chooses_) choose(others, rounds);
    auto learnt = learn(train_, terms_of(train_, choice_), choice_);
    if (!validation.texts.empty()) {
      calibrate(held_out(learnt, validation), options_.reject, learnt.settings);
      auto settings = std::move(learnt.settings);
      LabelledTexts both = train_;
      both.texts.insert(both.texts.end(), validation.texts.begin(), validation.texts.end());
      both.classes.insert(both.classes.end(), validation.classes.begin(), validation.classes.end());
      learnt = learn(both, terms_of(both, choice_), choice_);
      settings.scale = learnt.settings.scale;
      settings.unseen = learnt.settings.unseen;
      learnt.settings = std::move(settings);
    }
    return {LinearText::write(learnt.settings, learnt.arrays), choice_};
  }

 private:
  using Change = std::function<void(TextChoice&)>;
  struct Fold {
    LabelledTexts taught, asked;
    TermMatrix terms;
    int words = 0;      ///< longest run among the terms; 0: not counted yet
    double rarity = 0;  ///< of the terms
  };
  struct Trial {
    double score = 0;
    std::vector<bool> right;  ///< of each text; several classes: none
  };

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

  /// What is worth trying, each from the best so far.
  [[nodiscard]] std::vector<Change> other_choices() const {
    std::vector<Change> changes{[](TextChoice& choice) { choice.rarity = other_rarity; },
                                [](TextChoice& choice) { choice.cost = other_cost; }};
    if (options_.context != nullptr)
      for (double const context : contexts)
        if (context != choice_.context) changes.emplace_back([=](TextChoice& choice) { choice.context = context; });
    if (!options_.several && classes_.size() <= most_classes_by_ratios)
      changes.emplace_back([](TextChoice& choice) { choice.ratios = !choice.ratios; });
    if (!options_.several)
      changes.emplace_back([](TextChoice& choice) { choice.bayes = choice.bayes > 0 ? 0 : bayes_share; });
    if (options_.choose_words && mostly_chinese(train_))
      changes.emplace_back([](TextChoice& choice) { ++choice.words; });
    return changes;
  }

  void choose(std::vector<Change> const& changes, std::size_t rounds) {
    std::vector<Fold> parts(rounds);
    for (std::size_t i = 0; i < train_.texts.size(); ++i)
      for (std::size_t round = 0; round < rounds; ++round)
        (i % folds == round ? parts[round].asked : parts[round].taught).add(train_.texts[i], train_.classes[i]);
    auto best = try_choice(choice_, parts);
    for (auto const& change : changes) {
      auto other = choice_;
      change(other);
      auto trial = try_choice(other, parts);
      if (trial.score < best.score + std::max(least_gain, least_errors * error_between(best, trial))) continue;
      best = std::move(trial);
      choice_ = other;
    }
  }

  [[nodiscard]] Trial try_choice(TextChoice const& choice, std::vector<Fold>& parts) {
    Trial trial;
    for (auto& fold : parts) {
      if (fold.words != choice.words || fold.rarity != choice.rarity) fold.terms = terms_of(fold.taught, choice);
      fold.words = choice.words;
      fold.rarity = choice.rarity;
      fold.terms.scale_context(static_cast<float>(choice.context));
      auto const held = held_out(learn(fold.taught, fold.terms, choice), fold.asked);
      if (options_.several) {
        trial.score += best_f1(held) / static_cast<double>(parts.size());
      } else {
        auto const right = right_of(held);
        trial.right.insert(trial.right.end(), right.begin(), right.end());
      }
    }
    if (!trial.right.empty())
      trial.score = static_cast<double>(std::count(trial.right.begin(), trial.right.end(), true)) /
                    static_cast<double>(trial.right.size());
    return trial;
  }

  /// Standard error of the difference of two scores, of the texts on which they differ.
  [[nodiscard]] static double error_between(Trial const& one, Trial const& other) {
    if (one.right.empty()) return 0;
    auto const texts = static_cast<double>(one.right.size());
    double differ = 0;
    for (std::size_t i = 0; i < one.right.size(); ++i) differ += one.right[i] != other.right[i] ? 1 : 0;
    double const mean = one.score - other.score;
    return std::sqrt((differ / texts - mean * mean) / texts);
  }

  [[nodiscard]] runtime::TermOptions term_options(TextChoice const& choice) const {
    auto terms = options_.terms;
    terms.words = choice.words;
    return terms;
  }

  [[nodiscard]] TermMatrix terms_of(LabelledTexts const& texts, TextChoice const& choice) const {
    auto terms =
        count_terms(call_, texts.texts, term_options(choice), options_.least_count, options_.context, choice.rarity);
    terms.scale_context(static_cast<float>(choice.context));
    return terms;
  }

  [[nodiscard]] static HeldOut held_out(LearntText const& learnt, LabelledTexts const& asked) {
    auto const model = LinearText::parse(LinearText::write(learnt.settings, learnt.arrays));
    HeldOut held;
    for (std::size_t i = 0; i < asked.texts.size(); ++i) held.add(model, asked.texts[i], asked.classes[i]);
    return held;
  }

  [[nodiscard]] LearntText learn(LabelledTexts const& texts, TermMatrix const& terms, TextChoice const& choice) {
    auto const before = static_cast<double>(passes_done_++), all = static_cast<double>(passes_);
    return learn_against_rest(
        call_, texts, terms, classes_,
        {term_options(choice), choice.cost, choice.ratios, choice.bayes, options_.several, options_.threads,
         options_.seed},
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
  TextChoice choice_;
  bool chooses_ = false;
  std::size_t passes_ = 0, passes_done_ = 0;
};

}  // namespace

TrainedText train_text(Call const& call, LabelledTexts const& train, LabelledTexts const& validation,
                       std::vector<std::string> const& classes, TextOptions const& options, TextSink const& sink) {
  return TextTrainer(call, train, classes, options, sink).run(validation);
}

}  // namespace lepton::learn
