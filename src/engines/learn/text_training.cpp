#include "learn/text_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/error.h"
#include "base/guarded.h"
#include "learn/linear_svm.h"
#include "text/hash.h"

namespace lepton::learn {
namespace {

using runtime::LinearText;
using runtime::TermTable;

/// Terms of one text: hash and how much it counts, before rarity. Terms of one word share its weight.
struct Weighted {
  std::uint64_t hash;
  float weight;
};

/// As LinearText counts: distinct words with their pieces, then distinct runs.
void collect_terms(runtime::TextTerms& terms, std::string_view text, std::vector<Weighted>& out) {
  terms.read(text);
  std::map<std::uint64_t, std::pair<std::uint32_t, std::size_t>> words;  // hash → times, first place
  std::map<std::uint64_t, std::uint32_t> runs;
  std::vector<std::uint64_t> list;
  for (std::size_t i = 0; i < terms.words(); ++i) {
    auto const [entry, is_new] = words.try_emplace(terms.hash(i), 0u, i);
    ++entry->second.first;
    list.clear();
    terms.add_run_terms(i, list);
    for (auto const run : list) ++runs[run];
  }
  out.clear();
  for (auto const& [hash, seen] : words) {
    list.clear();
    terms.add_word_terms(terms.word(seen.second), hash, list);
    for (auto const term : list) out.push_back({term, LinearText::damped(seen.first)});
  }
  for (auto const& [run, times] : runs) out.push_back({run, LinearText::damped(times)});
}

class TextTrainer {
 public:
  TextTrainer(Call const& call, LabelledTexts const& train, std::vector<std::string> const& classes,
              TextOptions const& options, TextSink const& sink)
      : call_(call), train_(train), options_(options), sink_(sink), terms_(options.terms) {
    settings_.classes = classes;
    settings_.terms = options.terms;
    settings_.several = options.several;
    settings_.thresholds.assign(options.several ? classes.size() : 0, 0.0);
    require_two_classes();
  }

  std::string run(LabelledTexts const& validation) {
    count_terms();
    lay_out();
    train_classes();
    if (!validation.texts.empty()) calibrate(validation);
    return LinearText::write(settings_, arrays_);
  }

 private:
  void require_two_classes() const {
    std::vector<bool> seen(settings_.classes.size());
    for (auto const& of : train_.classes)
      for (auto const one : of) seen.at(one) = true;
    auto const occurring = std::count(seen.begin(), seen.end(), true);
    if (train_.texts.empty()) throw invalid("there is no text to learn from");
    if (occurring < (options_.several ? 1 : 2))
      throw invalid("every text has the same class: there is nothing to tell apart");
  }

  void count_terms() {
    struct Seen {
      std::uint32_t texts = 0, latest = 0xFFFFFFFFu;
    };
    std::unordered_map<std::uint64_t, Seen> seen;
    for (std::uint32_t i = 0; i < train_.texts.size(); ++i) {
      if (i % 256 == 0) call_.proceed();
      collect_terms(terms_, train_.texts[i], list_);
      for (auto const& term : list_) {
        auto& entry = seen[term.hash];
        if (entry.latest != i) ++entry.texts;
        entry.latest = i;
      }
    }
    std::vector<std::pair<std::uint64_t, std::uint32_t>> kept;
    for (auto const& [hash, entry] : seen)
      if (entry.texts >= options_.least_count) kept.emplace_back(hash, entry.texts);
    std::sort(kept.begin(), kept.end());
    std::vector<std::pair<std::uint64_t, runtime::TermEntry>> entries;
    auto const texts = static_cast<double>(train_.texts.size());
    for (std::uint32_t row = 0; row < kept.size(); ++row) {
      auto const rarity = std::log((1 + texts) / (1 + kept[row].second)) + 1;
      entries.emplace_back(kept[row].first, runtime::TermEntry{row, static_cast<float>(rarity)});
      rarities_.push_back(static_cast<float>(rarity));
    }
    arrays_.terms = TermTable::build(entries);
  }

  void lay_out() {
    TermTable const table(arrays_.terms);
    std::map<std::uint32_t, float> row;
    for (auto const text : train_.texts) {
      collect_terms(terms_, text, list_);
      row.clear();
      double squares = 0;
      for (auto const& [hash, weight] : list_)
        if (auto const* const known = table.find(hash)) {
          float const value = weight * known->rarity;
          row[known->row] += value;
          squares += static_cast<double>(value) * value;
        }
      auto const length = static_cast<float>(squares > 0 ? std::sqrt(squares) : 1);
      for (auto const& [column, value] : row) {
        matrix_.column.push_back(column);
        matrix_.value.push_back(value / length);
      }
      matrix_.begin.push_back(matrix_.column.size());
    }
  }

  /// Threads take classes in turn; each class is a problem of its own, so that the result does not depend on them.
  void train_classes() {
    auto const classes = settings_.classes.size();
    weights_.resize(classes);
    Guarded<std::size_t> next(0u), finished(0u);
    Guarded<std::exception_ptr> problem;
    auto const work = [&] {
      try {
        for (;;) {
          std::size_t const one = (*next.lock())++;
          if (one >= classes) return;
          weights_[one] = train_class(static_cast<std::uint32_t>(one));
          auto const done = finished.lock();
          ++*done;
          if (sink_) sink_(*done, classes);
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
    quantise();
  }

  [[nodiscard]] std::vector<float> train_class(std::uint32_t one) const {
    std::vector<std::int8_t> side(train_.texts.size(), -1);
    bool occurs = false;
    for (std::size_t i = 0; i < side.size(); ++i)
      if (std::find(train_.classes[i].begin(), train_.classes[i].end(), one) != train_.classes[i].end()) {
        side[i] = 1;
        occurs = true;
      }
    std::vector<float> none(rarities_.size() + 1);
    none.back() = -1;
    if (!occurs) return none;
    return train_svm(call_, matrix_, rarities_.size(), side, {.cost = options_.cost, .seed = options_.seed});
  }

  void quantise() {
    auto const classes = weights_.size(), width = (classes + 7) / 8 * 8, terms = rarities_.size();
    float most = 1e-6f;
    for (auto const& of_class : weights_)
      for (std::size_t term = 0; term < terms; ++term)
        most = std::max(most, std::abs(of_class[term] * rarities_[term]));
    float const unit = most / 32767;
    settings_.scale = unit;
    arrays_.rows.assign(terms * width, 0);
    for (std::size_t one = 0; one < classes; ++one) {
      for (std::size_t term = 0; term < terms; ++term)
        arrays_.rows[term * width + one] =
            static_cast<std::int16_t>(std::lround(weights_[one][term] * rarities_[term] / unit));
      arrays_.bias.push_back(weights_[one].back());
    }
    weights_.clear();
  }

  void calibrate(LabelledTexts const& validation) {
    auto const model = LinearText::parse(LinearText::write(settings_, arrays_));
    std::vector<std::vector<float>> margins(validation.texts.size());
    for (std::size_t i = 0; i < margins.size(); ++i) model.margins(validation.texts[i], margins[i]);
    if (options_.several) choose_thresholds(margins, validation.classes);
    fit_slope(margins, validation.classes);
    if (options_.several || options_.reject <= 0) return;
    std::vector<float> best;
    for (auto const& of : margins) best.push_back(*std::max_element(of.begin(), of.end()));
    std::sort(best.begin(), best.end());
    auto const at = static_cast<std::size_t>(options_.reject * static_cast<double>(best.size()));
    settings_.reject_below = best[std::min(at, best.size() - 1)];
  }

  static bool holds(std::vector<std::uint32_t> const& classes, std::size_t one) {
    return std::find(classes.begin(), classes.end(), one) != classes.end();
  }

  static double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

  /// −log probability of the class, of which a share `doubt` is given to all classes alike.
  static double doubtful_loss(std::vector<float> const& margins, std::uint32_t actual, double slope, double doubt) {
    float const most = *std::max_element(margins.begin(), margins.end());
    double total = 0, mean = 0;
    for (auto const margin : margins) {
      total += std::exp(slope * (margin - most));
      mean += slope * (margin - most) / static_cast<double>(margins.size());
    }
    return std::log(total) - (1 - doubt) * slope * (margins[actual] - most) - doubt * mean;
  }

  /// The slope (and for `several` the shift) with the highest likelihood, by trying finer and finer steps. As Platt
  /// (1999) does, outcomes count as certain only as far as so many texts can tell: else a few that are all right would
  /// make the model sure of everything.
  void fit_slope(std::vector<std::vector<float>> const& margins,
                 std::vector<std::vector<std::uint32_t>> const& actual) {
    double const doubt = 1 / (static_cast<double>(margins.size()) + 2);
    auto const loss = [&](double slope, double shift) {
      double sum = 0;
      for (std::size_t i = 0; i < margins.size(); ++i) {
        if (!options_.several) {
          if (!actual[i].empty()) sum += doubtful_loss(margins[i], actual[i][0], slope, doubt);
          continue;
        }
        for (std::size_t j = 0; j < margins[i].size(); ++j) {
          double const line = slope * margins[i][j] + shift;
          double const target = holds(actual[i], j) ? 1 - doubt : doubt;
          sum += target * softplus(-line) + (1 - target) * softplus(line);
        }
      }
      return sum;
    };
    double best = loss(settings_.slope, 0);
    for (double step = 1; step > 0.01; step /= 2)
      for (bool better = true; better;) {
        better = false;
        for (auto const& [factor, move] :
             {std::pair{1 + step, 0.0}, {1 / (1 + step), 0.0}, {1.0, step}, {1.0, -step}}) {
          if (move != 0 && !options_.several) continue;
          double const slope = settings_.slope * factor, shift = settings_.shift + move;
          double const found = loss(slope, shift);
          if (slope > 1e3 || !(found < best - 1e-9)) continue;
          best = found;
          settings_.slope = slope;
          settings_.shift = shift;
          better = true;
        }
      }
  }

  /// For each class the margin with the best F1; classes with few examples share the one that is best over all.
  void choose_thresholds(std::vector<std::vector<float>> const& margins,
                         std::vector<std::vector<std::uint32_t>> const& actual) {
    std::vector<std::pair<float, bool>> all;
    for (std::size_t i = 0; i < margins.size(); ++i)
      for (std::size_t j = 0; j < margins[i].size(); ++j) all.emplace_back(margins[i][j], holds(actual[i], j));
    double const shared = best_threshold_of(std::move(all));
    for (std::size_t j = 0; j < settings_.classes.size(); ++j) {
      std::vector<std::pair<float, bool>> own;
      std::size_t positive = 0;
      for (std::size_t i = 0; i < margins.size(); ++i) {
        own.emplace_back(margins[i][j], holds(actual[i], j));
        positive += own.back().second;
      }
      settings_.thresholds[j] = positive < 20 ? shared : best_threshold_of(std::move(own));
    }
  }

  static double best_threshold_of(std::vector<std::pair<float, bool>> scored) {
    std::sort(scored.begin(), scored.end(), [](auto& a, auto& b) { return a.first > b.first; });
    auto const positive =
        static_cast<double>(std::count_if(scored.begin(), scored.end(), [](auto& s) { return s.second; }));
    double right = 0, best = -1, threshold = 0;
    for (std::size_t i = 0; i < scored.size(); ++i) {
      right += scored[i].second;
      double const f1 = 2 * right / (positive + static_cast<double>(i + 1));
      if (f1 > best) {
        best = f1;
        threshold = i + 1 < scored.size() ? (scored[i].first + scored[i + 1].first) / 2.0 : scored[i].first;
      }
    }
    return threshold;
  }

  Call const& call_;
  LabelledTexts const& train_;
  TextOptions options_;
  TextSink const& sink_;
  runtime::TextTerms terms_;
  std::vector<Weighted> list_;
  std::vector<float> rarities_;
  SparseRows matrix_;
  std::vector<std::vector<float>> weights_;
  runtime::LinearTextSettings settings_;
  runtime::LinearTextArrays arrays_;
};

}  // namespace

std::string train_text(Call const& call, LabelledTexts const& train, LabelledTexts const& validation,
                       std::vector<std::string> const& classes, TextOptions const& options, TextSink const& sink) {
  return TextTrainer(call, train, classes, options, sink).run(validation);
}

}  // namespace lepton::learn
