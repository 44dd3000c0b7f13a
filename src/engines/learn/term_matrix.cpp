#include "learn/term_matrix.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace lepton::learn {
namespace {

using runtime::LinearText;
using runtime::TermTable;

constexpr std::uint32_t least_often = 2;
constexpr std::size_t texts_between_checks = 256;

enum class Term : std::uint8_t { word, piece, run, pair };

/// A term of one text, and how much it counts before rarity.
struct Weighted {
  std::uint64_t hash;
  float weight;
  Term kind;
};

/// As LinearText counts: distinct words with their pieces, then distinct runs and pairs. Terms of one word share its
/// weight.
class TermCounter {
 public:
  explicit TermCounter(runtime::TermOptions const& options) : terms_(options) {}

  /// Valid until the next text.
  [[nodiscard]] std::vector<Weighted> const& count(std::string_view text) {
    terms_.read(text);
    words_.clear();
    runs_.clear();
    for (std::size_t i = 0; i < terms_.words(); ++i) {
      words_.emplace_back(terms_.hash(i), i);
      list_.clear();
      terms_.add_run_terms(i, list_);
      for (std::size_t term = 0; term < list_.size(); ++term)
        runs_.emplace_back(list_[term], terms_.end_of(i, term).is_pair ? Term::pair : Term::run);
    }
    std::sort(words_.begin(), words_.end());
    std::sort(runs_.begin(), runs_.end());
    out_.clear();
    for (std::size_t i = 0, next = 0; i < words_.size(); i = next) {
      while (next < words_.size() && words_[next].first == words_[i].first) ++next;
      list_.clear();
      terms_.add_word_terms(terms_.word(words_[i].second), words_[i].first, list_);
      float const weight = LinearText::damped(static_cast<std::uint32_t>(next - i));
      for (std::size_t term = 0; term < list_.size(); ++term)
        out_.push_back({list_[term], weight, term == 0 ? Term::word : Term::piece});
    }
    for (std::size_t i = 0, next = 0; i < runs_.size(); i = next) {
      while (next < runs_.size() && runs_[next].first == runs_[i].first) ++next;
      out_.push_back({runs_[i].first, LinearText::damped(static_cast<std::uint32_t>(next - i)), runs_[i].second});
    }
    return out_;
  }

 private:
  runtime::TextTerms terms_;
  std::vector<std::pair<std::uint64_t, std::size_t>> words_;  ///< hash and place
  std::vector<std::pair<std::uint64_t, Term>> runs_;
  std::vector<std::uint64_t> list_;
  std::vector<Weighted> out_;
};

struct Seen {
  std::uint32_t texts = 0, latest = 0xFFFFFFFFu;
  Term kind = Term::word;

  [[nodiscard]] bool often_enough(std::uint32_t least_count) const {
    return texts >= (kind == Term::piece || kind == Term::pair ? std::max(least_count, least_often) : least_count);
  }
};

void choose_terms(Call const& call, std::span<std::string_view const> texts, TermCounter& counter,
                  std::uint32_t least_count, std::uint32_t longest_run, double power, TermMatrix& out) {
  std::unordered_map<std::uint64_t, Seen> seen;
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    if (i % texts_between_checks == 0) call.proceed();
    for (auto const& term : counter.count(texts[i])) {
      auto& entry = seen[term.hash];
      if (entry.latest != i) ++entry.texts;
      entry.latest = i;
      entry.kind = term.kind;
    }
  }
  std::vector<std::pair<std::uint64_t, Seen>> kept;
  for (auto const& [hash, entry] : seen)
    if (entry.often_enough(least_count)) kept.emplace_back(hash, entry);
  if (out.context != nullptr)
    for (auto const& [hash, term] : out.context->terms) {
      auto const found = seen.find(hash);
      bool const known = found != seen.end() && found->second.often_enough(least_count);
      if (!known && term.words <= longest_run) kept.emplace_back(hash, Seen{.kind = Term::word});
    }
  std::sort(kept.begin(), kept.end(), [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<std::pair<std::uint64_t, runtime::TermEntry>> entries;
  auto const all = static_cast<double>(texts.size());
  auto const rarity_of = [&](std::uint32_t with) { return std::pow(std::log((1 + all) / (1 + with)) + 1, power); };
  out.unseen = rarity_of(0);
  for (std::uint32_t row = 0; row < kept.size(); ++row) {
    auto const& [hash, entry] = kept[row];
    double const rarity = rarity_of(entry.texts) * (entry.kind == Term::piece ? LinearText::piece_share : 1);
    out.rarities.push_back(static_cast<float>(rarity));
    entries.emplace_back(hash, runtime::TermEntry{row, entry.texts > 0 ? out.rarities.back() : 0.0f});
    if (out.context == nullptr) continue;
    auto const vector = out.context->terms.find(hash);
    out.context_of.push_back(vector == out.context->terms.end() ? TermMatrix::no_context : vector->second.number);
  }
  out.terms = TermTable::build(entries);
}

void add_rows(Call const& call, std::span<std::string_view const> texts, TermCounter& counter, TermMatrix& out) {
  TermTable const table(out.terms);
  std::vector<std::pair<std::uint32_t, float>> row;
  std::vector<float> context;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i % texts_between_checks == 0) call.proceed();
    row.clear();
    context.assign(out.context != nullptr ? out.context->dimensions : 0, 0);
    double squares = 0;
    for (auto const& term : counter.count(texts[i]))
      if (auto const* const known = table.find(term.hash)) {
        if (out.context != nullptr && out.context_of[known->row] != TermMatrix::no_context) {
          auto const vector = out.context->vector(out.context_of[known->row]);
          float const share = term.weight * out.rarities[known->row];
          for (std::size_t k = 0; k < context.size(); ++k) context[k] += share * vector[k];
        }
        if (known->rarity == 0) continue;
        float const value = term.weight * known->rarity;
        row.emplace_back(known->row, value);
        squares += static_cast<double>(value) * value;
      }
    std::sort(row.begin(), row.end());
    auto const length = static_cast<float>(squares > 0 ? std::sqrt(squares) : 1);
    for (std::size_t at = 0, next = 0; at < row.size(); at = next) {
      float value = 0;
      for (; next < row.size() && row[next].first == row[at].first; ++next) value += row[next].second;
      out.rows.column.push_back(row[at].first);
      out.rows.value.push_back(value / length);
    }
    for (std::size_t k = 0; k < context.size(); ++k) {
      out.rows.column.push_back(static_cast<std::uint32_t>(out.rarities.size() + k));
      out.rows.value.push_back(context[k] / length);
      out.context_values.push_back(context[k] / length);
    }
    out.rows.begin.push_back(out.rows.column.size());
  }
}

}  // namespace

void TermMatrix::scale_context(float scale) {
  if (context == nullptr) return;
  for (std::size_t i = 0, next = 0; i < rows.column.size(); ++i)
    if (rows.column[i] >= rarities.size()) rows.value[i] = scale * context_values[next++];
  context_scale = scale;
}

TermMatrix count_terms(Call const& call, std::span<std::string_view const> texts, runtime::TermOptions const& options,
                       std::uint32_t least_count, TermContext const* context, double power) {
  TermCounter counter(options);
  TermMatrix out;
  out.context = context;
  out.context_scale = context != nullptr ? 1 : 0;
  choose_terms(call, texts, counter, least_count, static_cast<std::uint32_t>(options.words), power, out);
  add_rows(call, texts, counter, out);
  return out;
}

}  // namespace lepton::learn
