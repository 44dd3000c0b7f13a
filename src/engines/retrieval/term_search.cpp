#include "retrieval/term_search.h"

#include <algorithm>
#include <numeric>

namespace lepton::retrieval {
namespace {

/// Passages whose points are added up together: what is touched fits into the cache next to the processor.
constexpr std::uint32_t window_size = 32768;
/// Points of a passage are whole numbers of 16 bits: the lists give at most so much together, and 1 each.
constexpr double most_points = 30000;
/// Words that are not in the question find when they have this share of what the strongest word has, and as many.
constexpr float least_share = 0.1F;
constexpr std::size_t most_alike = 256;
/// Words that are looked at to find those that are like the question's.
constexpr std::size_t most_compared = 300'000;

/// A list to read, and what a passage gets for being in it.
struct WeightedList {
  TermLists::List list;
  double strength = 0;
  std::uint32_t points = 0;  // of the greatest impact
  std::size_t at = 0;        // what is before it has been read
};

/// The lists of a segment that tell most about a question.
class ListChoice {
 public:
  ListChoice(TermQuery const& query, Segment const& segment)
      : query_(query), segment_(segment), strengths_(segment.word_lists().size(), 0.0F) {}

  [[nodiscard]] std::vector<WeightedList> choose(std::uint64_t most_postings) {
    add_asked();
    add_alike();
    std::stable_sort(lists_.begin(), lists_.end(),
                     [](auto const& a, auto const& b) { return a.strength > b.strength; });
    std::uint64_t postings = 0;
    double sum = 0;
    std::vector<WeightedList> chosen;
    for (auto const& list : lists_) {
      auto const size = list.list.passages.size();
      if (!chosen.empty() && postings + size > most_postings) continue;
      postings += size;
      sum += list.strength;
      chosen.push_back(list);
    }
    for (auto& list : chosen) list.points = static_cast<std::uint32_t>(list.strength * most_points / sum);
    return chosen;
  }

 private:
  /// Words and pairs of the question. A word counts with its pieces.
  void add_asked() {
    for (auto const& term : query_.terms()) {
      if (term.term.kind == TermKind::piece) {
        if (auto const piece = segment_.pieces().find(term.term.hash)) pieces_.emplace_back(*piece, term.factor);
        continue;
      }
      auto const& lists = term.term.kind == TermKind::word ? segment_.word_lists() : segment_.pair_lists();
      auto const number = lists.find(term.term.hash);
      if (!number) continue;
      if (term.term.kind == TermKind::word)
        words_.emplace_back(*number, term.factor);
      else
        lists_.push_back({lists[*number], term.factor});
    }
    std::sort(pieces_.begin(), pieces_.end());
    for (auto const& [word, factor] : words_) {
      double strength = factor;
      for (auto const piece : segment_.pieces().of_word(word)) strength += factor_of(piece);
      lists_.push_back({segment_.word_lists()[word], strength});
    }
  }

  [[nodiscard]] double factor_of(std::uint32_t piece) const {
    auto const at = std::lower_bound(pieces_.begin(), pieces_.end(), std::pair(piece, 0.0));
    return at != pieces_.end() && at->first == piece ? at->second : 0;
  }

  /// Words that share pieces with the question.
  void add_alike() {
    auto rarest = pieces_;
    auto const size = [&](auto const& piece) { return segment_.pieces().words_with(piece.first).size(); };
    std::stable_sort(rarest.begin(), rarest.end(), [&](auto const& a, auto const& b) { return size(a) < size(b); });
    std::vector<std::uint32_t> touched;
    std::size_t compared = 0;
    for (auto const& [piece, factor] : rarest) {
      auto const words = segment_.pieces().words_with(piece);
      compared += words.size();
      if (compared > most_compared) break;
      for (auto const word : words) {
        if (strengths_[word] == 0) touched.push_back(word);
        strengths_[word] += static_cast<float>(factor);
      }
    }
    for (auto const& [word, factor] : words_) strengths_[word] = 0;
    float most = 0;
    for (auto const& list : lists_) most = std::max(most, static_cast<float>(list.strength));
    for (auto const word : touched) most = std::max(most, strengths_[word]);
    std::erase_if(touched, [&](auto word) { return strengths_[word] == 0 || strengths_[word] < least_share * most; });
    auto const kept = static_cast<std::ptrdiff_t>(std::min(touched.size(), most_alike));
    std::partial_sort(touched.begin(), touched.begin() + kept, touched.end(), [&](auto a, auto b) {
      return strengths_[a] != strengths_[b] ? strengths_[a] > strengths_[b] : a < b;
    });
    touched.resize(static_cast<std::size_t>(kept));
    for (auto const word : touched) lists_.push_back({segment_.word_lists()[word], strengths_[word]});
  }

  TermQuery const& query_;
  Segment const& segment_;
  std::vector<float> strengths_;                          // of words that are not in the question
  std::vector<std::pair<std::uint32_t, double>> pieces_;  // of the question, with their factors
  std::vector<std::pair<std::uint32_t, double>> words_;
  std::vector<WeightedList> lists_;
};

/// Keeps the passages of most points.
class MostPoints {
 public:
  explicit MostPoints(std::size_t most) : most_(most) {}

  [[nodiscard]] std::int16_t least() const { return least_; }
  void add(std::int16_t points, std::uint32_t passage) {
    kept_.push_back({points, passage});
    if (kept_.size() >= 4 * most_ + 64) drop();
  }
  /// `unit` points of BM25 are one point here.
  [[nodiscard]] FoundByTerms take(double unit) {
    drop();
    FoundByTerms found;
    for (auto const& kept : kept_) found.passages.push_back({kept.passage, kept.points * unit});
    std::sort(found.passages.begin(), found.passages.end(),
              [](auto const& a, auto const& b) { return a.passage < b.passage; });
    found.others = (least_ - 1) * unit;
    return found;
  }

 private:
  struct Kept {
    std::int16_t points;
    std::uint32_t passage;
  };
  void drop() {
    if (kept_.size() <= most_ || most_ == 0) return;
    auto const better = [](Kept const& a, Kept const& b) {
      return a.points != b.points ? a.points > b.points : a.passage < b.passage;
    };
    std::nth_element(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(most_ - 1), kept_.end(), better);
    least_ =
        static_cast<std::int16_t>(kept_[most_ - 1].points + 1);  // passages come in order: an equal one is too late
    kept_.resize(most_);
  }

  std::size_t most_;
  std::int16_t least_ = 1;
  std::vector<Kept> kept_;
};

/// `strongest`: what a term of full strength and impact gives.
FoundByTerms read_lists(Call const& call, Segment const& segment, std::vector<WeightedList> lists, double strongest,
                        std::size_t most) {
  double sum_of_strengths = 0;
  for (auto const& list : lists) sum_of_strengths += list.strength;
  MostPoints best(most);
  std::vector<std::int16_t> points(window_size, 0);
  for (std::uint64_t begin = 0; begin < segment.size(); begin += window_size) {
    call.proceed();
    auto const end = begin + window_size;
    bool touched = false;
    for (auto& list : lists) {
      auto const passages = list.list.passages;
      auto const from = list.at;
      list.at = static_cast<std::size_t>(
          std::lower_bound(passages.begin() + static_cast<std::ptrdiff_t>(from), passages.end(), end) -
          passages.begin());
      touched = touched || list.at > from;
      for (auto i = from; i < list.at; ++i) {
        auto& sum = points[passages[i] - begin];
        sum = static_cast<std::int16_t>(sum + 1 + static_cast<int>(list.points * list.list.impacts[i] >> 8U));
      }
    }
    if (!touched) continue;
    constexpr std::size_t step = 64;
    for (std::size_t i = 0; i < window_size; i += step) {
      std::int16_t greatest = 0;
      for (std::size_t k = i; k < i + step; ++k) greatest = std::max(greatest, points[k]);
      if (greatest < best.least()) continue;
      for (std::size_t k = i; k < i + step; ++k) {
        auto const passage = static_cast<std::uint32_t>(begin + k);
        if (points[k] >= best.least() && !segment.gone(passage)) best.add(points[k], passage);
      }
    }
    std::fill(points.begin(), points.end(), std::int16_t{0});
  }
  return best.take(strongest * sum_of_strengths / most_points);
}

}  // namespace

FoundByTerms find_by_terms(Call const& call, TermQuery const& query, Segment const& segment,
                           FindingOptions const& options) {
  if (segment.words() > options.scanned_words)
    return read_lists(call, segment, ListChoice(query, segment).choose(options.most_postings),
                      query.options().saturation + 1, options.most);
  FoundByTerms all{{}, 0, true};
  for (std::uint32_t passage = 0; passage < segment.size(); ++passage)
    if (!segment.gone(passage)) all.passages.push_back({passage});
  return all;
}

}  // namespace lepton::retrieval
