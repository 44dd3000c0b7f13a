#include "runtime/linear_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/guarded.h"
#include "base/json.h"
#include "runtime/hash_numbers.h"

namespace lepton::runtime {

namespace {

constexpr double most_rarity = 1e6;
constexpr std::size_t most_prefetched = 256;  // classes of a row

/// e to a power of at most 0, to six digits; below −87 what it is there. Without a branch or a call, so that a loop
/// over it works on several at once.
inline float exp_below(float power) {
  constexpr float round = 12582912;  // adding 1.5·2²³ leaves the nearest whole number in the low bits
  float const bounded = std::max(power, -87.0f);
  float const shifted = bounded * 1.44269504f + round, twos = shifted - round;
  float const rest = (bounded - twos * 0.693359375f) + twos * 2.12194440e-4f;  // of ln 2, in two parts
  float sum = 1.0f / 5040;
  for (float const factor : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f}) sum = sum * rest + factor;
  return sum *
         std::bit_cast<float>((std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(round) + 127) << 23);
}

// The same bits with either instruction set: neither joins a product and a sum.
#if defined(__x86_64__)
#define LEPTON_TWO_WIDTHS __attribute__((target_clones("avx2", "default")))
#else
#define LEPTON_TWO_WIDTHS
#endif

/// Adds a row of a table, weighted.
LEPTON_TWO_WIDTHS
void add_row(float* __restrict out, std::int16_t const* row, float weight, std::size_t width) {
  for (std::size_t j = 0; j < width; ++j) out[j] += weight * static_cast<float>(row[j]);
}

LEPTON_TWO_WIDTHS
void add_sums(float* __restrict out, std::int32_t const* sums, float weight, std::size_t width) {
  for (std::size_t j = 0; j < width; ++j) out[j] += weight * static_cast<float>(sums[j]);
}

/// Probabilities that add up to 1, by the exponential of slope × margin.
LEPTON_TWO_WIDTHS
void share_out(double* __restrict out, float const* margins, std::size_t classes, float slope) {
  float const most = *std::max_element(margins, margins + classes);
  for (std::size_t j = 0; j < classes; ++j) out[j] = static_cast<double>(exp_below(slope * (margins[j] - most)));
  std::array<double, 4> sums{};  // of every fourth: one after the other they would wait for each other
  for (std::size_t j = 0; j < classes; ++j) sums[j % 4] += out[j];
  double const share = 1 / (sums[0] + sums[1] + sums[2] + sums[3]);
  for (std::size_t j = 0; j < classes; ++j) out[j] *= share;
}

}  // namespace

/// What one thread needs while it classifies; keeps the sums of words it has seen.
struct LinearText::Scratch {
  explicit Scratch(LinearText const& model) : terms(model.settings_.terms) {}

  /// A word or a run within one text.
  struct Found {
    std::uint32_t number = 0;  ///< of the word, or of the run's row
    std::uint32_t times = 0;
  };

  TextTerms terms;
  HashNumbers numbers;
  std::vector<std::int32_t> sums;  ///< per word: width
  std::vector<float> squares;      ///< per word: of its terms' rarities
  std::vector<float> unseen;       ///< per word: how many of its terms are not known, a piece as its square says
  std::vector<std::uint64_t> list;
  std::vector<Found> words;
  struct FoundRun {
    std::uint32_t row = 0;
    float rarity = 0;
    std::uint32_t times = 0;
    std::uint32_t first = 0, number = 0;  ///< of its first occurrence: word, and term among those it begins

    friend bool operator<(FoundRun const& a, FoundRun const& b) {
      return std::tie(a.row, a.first, a.number) < std::tie(b.row, b.first, b.number);
    }
  };
  std::vector<FoundRun> runs;
  std::vector<std::uint32_t> word_place, first_word;  ///< where a word, by number, stands in `words`; 0 when nowhere
  std::vector<std::size_t> run_ends;                  ///< of the runs that each word begins, in `list`
  std::uint32_t unseen_runs = 0;
};

struct LinearText::Pool {
  Guarded<std::vector<std::unique_ptr<Scratch>>> idle;
};

class LinearText::Lease {
 public:
  explicit Lease(LinearText const& model) : pool_(*model.pool_) {
    if (auto idle = pool_.idle.lock(); !idle->empty()) {
      scratch_ = std::move(idle->back());
      idle->pop_back();
    }
    if (!scratch_) scratch_ = std::make_unique<Scratch>(model);
  }
  ~Lease() { pool_.idle.lock()->push_back(std::move(scratch_)); }
  Lease(Lease const&) = delete;
  Lease& operator=(Lease const&) = delete;
  [[nodiscard]] Scratch& operator*() { return *scratch_; }

 private:
  Pool& pool_;
  std::unique_ptr<Scratch> scratch_;
};

std::string LinearText::write(LinearTextSettings const& settings, LinearTextArrays const& arrays) {
  ModelFileWriter writer{std::string(kind), version};
  writer.add("settings", json::write(to_json(settings)));
  writer.add("terms", arrays.terms);
  writer.add("rows", arrays.rows);
  writer.add("bias", arrays.bias);
  return writer.finish();
}

LinearText LinearText::parse(std::string_view artifact) {
  return LinearText(ModelFile::parse(artifact, kind, version));
}

LinearText LinearText::open(std::filesystem::path const& path) {
  return LinearText(ModelFile::open(path, kind, version));
}

LinearText::LinearText(ModelFile file) : file_(std::move(file)), pool_(std::make_unique<Pool>()) {
  settings_ = from_json<LinearTextSettings>(json::parse(file_.section("settings")));
  auto const classes = settings_.classes.size();
  width_ = (classes + 7) / 8 * 8;
  auto const slots = file_.array<TermTable::Slot>("terms");
  if (!slots.empty() && !std::has_single_bit(slots.size())) throw invalid("the classifier's table has an odd size");
  terms_ = TermTable(slots);
  rows_ = file_.array<std::int16_t>("rows");
  bias_ = file_.array<float>("bias");
  bool const several_fit = !settings_.several || settings_.thresholds.size() == classes;
  auto const& terms = settings_.terms;
  bool const terms_fit = terms.words >= 1 && terms.words <= 8 && terms.least_characters >= 1 &&
                         terms.most_characters >= 0 && terms.most_characters <= 16 && terms.gap >= 0 && terms.gap <= 16;
  bool const unseen_fits = settings_.unseen >= 0 && settings_.unseen <= most_rarity;
  if (classes < 1 || !unseen_fits || rows_.size() % width_ != 0 || bias_.size() != classes || !several_fit ||
      !terms_fit)
    throw invalid("the classifier's arrays do not fit its classes");
}

LinearText::~LinearText() = default;
LinearText::LinearText(LinearText&&) noexcept = default;
LinearText& LinearText::operator=(LinearText&&) noexcept = default;

float LinearText::damped(std::uint32_t times) {
  return times == 1 ? 1.0f : 1.0f + std::log(static_cast<float>(times));
}

TermEntry const* LinearText::find_term(std::uint64_t term) const {
  auto const* const known = terms_.find(term);
  return known != nullptr && (std::size_t{known->row} + 1) * width_ <= rows_.size() ? known : nullptr;
}

std::uint32_t LinearText::word_of(Scratch& scratch, std::size_t i) const {
  auto const [number, is_new] =
      scratch.numbers.number(scratch.terms.hash(i), static_cast<std::uint32_t>(scratch.squares.size()));
  if (!is_new) return number;
  auto const at = scratch.sums.size();
  scratch.sums.resize(at + width_);
  scratch.word_place.push_back(0);
  scratch.list.clear();
  scratch.terms.add_word_terms(scratch.terms.word(i), scratch.terms.hash(i), scratch.list);
  constexpr auto piece_square = static_cast<float>(piece_share * piece_share);
  float squares = 0, unseen = 0;
  for (auto const& term : scratch.list) {
    auto const* const known = find_term(term);
    if (known == nullptr || known->rarity == 0) unseen += &term == scratch.list.data() ? 1.0F : piece_square;
    if (known == nullptr) continue;
    squares += known->rarity * known->rarity;
    for (std::size_t j = 0; j < width_; ++j) scratch.sums[at + j] += rows_[known->row * width_ + j];
  }
  scratch.squares.push_back(squares);
  scratch.unseen.push_back(unseen);
  return number;
}

/// Distinct words and known runs of the text, with how often each came.
void LinearText::gather(Scratch& scratch, std::string_view text) const {
  if (scratch.squares.size() > most_words) scratch = Scratch(*this);
  scratch.terms.read(text);
  for (auto const& found : scratch.words) scratch.word_place[found.number] = 0;
  scratch.words.clear();
  scratch.first_word.clear();
  for (std::size_t i = 0; i < scratch.terms.words(); ++i) scratch.numbers.prefetch(scratch.terms.hash(i));
  for (std::size_t i = 0; i < scratch.terms.words(); ++i) {
    auto const number = word_of(scratch, i);
    auto& place = scratch.word_place[number];
    if (place == 0) {
      scratch.words.push_back({number, 0});
      scratch.first_word.push_back(static_cast<std::uint32_t>(i));
      place = static_cast<std::uint32_t>(scratch.words.size());
    }
    ++scratch.words[place - 1].times;
  }
  gather_runs(scratch);
}

/// The table is far larger than a cache: all slots are asked for before the first is looked at.
void LinearText::gather_runs(Scratch& scratch) const {
  auto& list = scratch.list;
  list.clear();
  scratch.run_ends.clear();
  for (std::size_t i = 0; i < scratch.terms.words(); ++i) {
    auto const begin = list.size();
    scratch.terms.add_run_terms(i, list);
    for (auto at = begin; at < list.size(); ++at) terms_.prefetch(list[at]);
    scratch.run_ends.push_back(list.size());
  }
  auto& runs = scratch.runs;
  runs.clear();
  scratch.unseen_runs = 0;
  for (std::size_t i = 0, at = 0; i < scratch.terms.words(); ++i)
    for (auto const begin = at; at < scratch.run_ends[i]; ++at) {
      auto const* const known = find_term(list[at]);
      if (known == nullptr || known->rarity == 0) ++scratch.unseen_runs;
      if (known == nullptr) continue;
      for (std::size_t j = 0; j < std::min(width_, most_prefetched); j += 32)
        __builtin_prefetch(&rows_[known->row * width_ + j]);
      runs.push_back(
          {known->row, known->rarity, 1, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(at - begin)});
    }
  std::sort(runs.begin(), runs.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (kept > 0 && runs[kept - 1].row == runs[i].row)
      ++runs[kept - 1].times;
    else
      runs[kept++] = runs[i];
  }
  runs.resize(kept);
}

float LinearText::margins(std::string_view text, std::vector<float>& out) const {
  Lease lease(*this);
  auto& scratch = *lease;
  gather(scratch, text);
  out.assign(width_, 0);
  float squares = 0;
  auto unseen = static_cast<float>(scratch.unseen_runs);
  for (auto const& [number, times] : scratch.words) {
    float const weight = damped(times);
    squares += scratch.squares[number] * weight * weight;
    unseen += scratch.unseen[number] * weight * weight;
    add_sums(out.data(), scratch.sums.data() + number * width_, weight, width_);
  }
  for (auto const& run : scratch.runs) {
    float const weight = damped(run.times);
    squares += run.rarity * run.rarity * weight * weight;
    add_row(out.data(), rows_.data() + run.row * width_, weight, width_);
  }
  float const factor = squares > 0 ? static_cast<float>(settings_.scale) / std::sqrt(squares) : 0;
  out.resize(bias_.size());
  for (std::size_t j = 0; j < out.size(); ++j) out[j] = out[j] * factor + bias_[j];
  auto const best = static_cast<std::size_t>(std::max_element(out.begin(), out.end()) - out.begin());
  float const all = squares + unseen * static_cast<float>(settings_.unseen * settings_.unseen);
  return squares > 0 ? bias_[best] + (out[best] - bias_[best]) * std::sqrt(squares / all) : bias_[best];
}

std::vector<double> LinearText::to_probabilities(std::vector<float> const& margins) const {
  std::vector<double> out(margins.size());
  if (settings_.several || out.size() == 1) {
    for (std::size_t j = 0; j < out.size(); ++j)
      out[j] = 1 / (1 + std::exp(-(settings_.slope * margins[j] + settings_.shift)));
    return out;
  }
  share_out(out.data(), margins.data(), out.size(), static_cast<float>(settings_.slope));
  return out;
}

std::vector<double> LinearText::probabilities(std::string_view text) const {
  std::vector<float> found;
  margins(text, found);
  return to_probabilities(found);
}

TextAnswer LinearText::classify(std::string_view text) const {
  std::vector<float> found;
  TextAnswer answer;
  answer.scope = static_cast<double>(margins(text, found));
  answer.best = static_cast<std::uint32_t>(std::max_element(found.begin(), found.end()) - found.begin());
  answer.probabilities = to_probabilities(found);
  answer.probability = answer.probabilities[answer.best];
  answer.in_scope = settings_.several || answer.scope >= settings_.reject_below;
  for (std::uint32_t i = 0; settings_.several && i < found.size(); ++i)
    if (found[i] >= settings_.thresholds[i]) answer.holds.push_back(i);
  return answer;
}

std::vector<TermReason> LinearText::explain(std::string_view text, std::uint32_t of_class, std::size_t most) const {
  if (of_class >= settings_.classes.size()) throw invalid("there is no class of that number");
  Lease lease(*this);
  auto& scratch = *lease;
  gather(scratch, text);
  float squares = 0;
  std::vector<TermReason> reasons;
  for (std::size_t i = 0; i < scratch.words.size(); ++i) {
    auto const& [number, times] = scratch.words[i];
    float const weight = damped(times);
    squares += scratch.squares[number] * weight * weight;
    reasons.push_back({std::string(scratch.terms.word(scratch.first_word[i])),
                       static_cast<double>(weight) * scratch.sums[number * width_ + of_class]});
  }
  for (auto const& run : scratch.runs) {
    float const weight = damped(run.times);
    squares += run.rarity * run.rarity * weight * weight;
    auto const [last, is_pair] = scratch.terms.end_of(run.first, run.number);
    std::string words(scratch.terms.word(run.first));
    if (is_pair) words += " …";
    for (std::size_t i = is_pair ? last : run.first + 1; i <= last; ++i) {
      words += ' ';
      words += scratch.terms.word(i);
    }
    reasons.push_back({std::move(words), static_cast<double>(weight) * rows_[run.row * width_ + of_class]});
  }
  double const factor = squares > 0 ? settings_.scale / std::sqrt(squares) : 0;
  for (auto& reason : reasons) reason.weight *= factor;
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](auto& a, auto& b) { return std::abs(a.weight) > std::abs(b.weight); });
  std::erase_if(reasons, [](auto& reason) { return reason.weight == 0; });
  if (reasons.size() > most) reasons.resize(most);
  return reasons;
}

}  // namespace lepton::runtime
