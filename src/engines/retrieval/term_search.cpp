#include "retrieval/term_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <queue>
#include <unordered_map>

#include "retrieval/terms.h"

namespace lepton::retrieval {
namespace {

constexpr std::uint32_t window_size = 2048;

bool better(ScoredPlace const& a, ScoredPlace const& b) {
  return a.score != b.score ? a.score > b.score : a.place < b.place;
}

/// Keeps the best of what comes in the order of places.
class Best {
 public:
  explicit Best(std::size_t most) : most_(most) {}

  /// What comes must have more.
  [[nodiscard]] Score threshold() const { return heap_.size() < most_ ? 0 : heap_.top().score; }
  void offer(ScoredPlace const& found) {
    if (found.score <= threshold()) return;
    if (heap_.size() == most_) heap_.pop();
    heap_.push(found);
  }
  [[nodiscard]] std::vector<ScoredPlace> take() {
    std::vector<ScoredPlace> out;
    for (; !heap_.empty(); heap_.pop()) out.push_back(heap_.top());
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  struct Worse {
    bool operator()(ScoredPlace const& a, ScoredPlace const& b) const { return better(a, b); }
  };
  std::size_t most_;
  std::priority_queue<ScoredPlace, std::vector<ScoredPlace>, Worse> heap_;
};

/// Walks the postings of one term in one segment.
class TermCursor {
 public:
  TermCursor(TermQuery const& query, Segment const& segment, QueryTerm const& term, TermEntry const& entry,
             double stretch)
      : query_(&query), segment_(&segment), term_(&term), blocks_(segment.blocks(entry)), stretch_(stretch) {}

  /// At least what the term can add to any passage of [begin, end). Windows come in order.
  [[nodiscard]] Score bound(std::uint32_t begin, std::uint32_t end) {
    while (window_ < blocks_.size() && blocks_[window_].last < begin) ++window_;
    float most = 0;
    for (auto i = window_; i < blocks_.size() && blocks_[i].first < end; ++i) most = std::max(most, blocks_[i].most);
    return most > 0 ? query_->contribution(*term_, static_cast<double>(most) * stretch_) + 1 : 0;
  }

  /// Calls `take(passage, score)` for each posting in [begin, end).
  template <typename Take>
  void for_each(std::uint32_t begin, std::uint32_t end, Take const& take) {
    for (seek(begin); block_ < blocks_.size() && postings_[at_].passage < end; next())
      take(postings_[at_].passage, score());
  }

  /// What the term adds to the passage. Passages come in order.
  [[nodiscard]] Score score_of(std::uint32_t passage) {
    seek(passage);
    return block_ < blocks_.size() && postings_[at_].passage == passage ? score() : 0;
  }

 private:
  [[nodiscard]] Score score() const {
    auto const& posting = postings_[at_];
    return query_->contribution(
        *term_, pseudo_frequency(posting, segment_->lengths(posting.passage), query_->means(), query_->options()));
  }

  void next() {
    if (++at_ == postings_.size() && ++block_ < blocks_.size()) load();
  }

  void load() {
    segment_->read(blocks_[block_], postings_);
    loaded_ = block_;
    at_ = 0;
  }

  /// To the first posting of `passage` or after it.
  void seek(std::uint32_t passage) {
    while (block_ < blocks_.size() && blocks_[block_].last < passage) ++block_;
    if (block_ == blocks_.size()) return;
    if (loaded_ != block_) load();
    while (postings_[at_].passage < passage) ++at_;
  }

  TermQuery const* query_;
  Segment const* segment_;
  QueryTerm const* term_;
  std::span<PostingBlock const> blocks_;
  double stretch_;
  std::size_t window_ = 0;
  std::size_t block_ = 0, at_ = 0;
  std::optional<std::size_t> loaded_;
  std::vector<Posting> postings_;
};

/// Bounds of blocks hold for the mean lengths of their segment; for those of all segments this much more is enough,
/// because a frequency grows at most as much as its field's mean length does.
double stretch_of(Segment const& segment, std::span<double const> means) {
  auto const own = mean_lengths(segment.total_lengths(), segment.size());
  double stretch = 1;
  for (std::size_t field = 0; field < own.size(); ++field) stretch = std::max(stretch, means[field] / own[field]);
  return stretch * (1 + 1e-9);
}

/// One segment, window by window.
class SegmentSearch {
 public:
  SegmentSearch(TermQuery const& query, std::uint32_t number, Best& best)
      : segment_(query.segments()[number]), number_(number), best_(best) {
    double const stretch = stretch_of(segment_, query.means());
    for (auto const& term : query.terms())
      if (auto const* const entry = segment_.find_term(term.hash))
        cursors_.emplace_back(query, segment_, term, *entry, stretch);
    scores_.assign(window_size, 0);
  }

  void run(Call const& call) {
    for (std::uint32_t begin = 0; begin < segment_.size(); begin += window_size) {
      call.proceed();
      search(begin, std::min(segment_.size(), begin + window_size));
    }
  }

 private:
  struct Bounded {
    Score bound;
    TermCursor* cursor;
  };

  void search(std::uint32_t begin, std::uint32_t end) {
    terms_.clear();
    for (auto& cursor : cursors_)
      if (auto const bound = cursor.bound(begin, end); bound > 0) terms_.push_back({bound, &cursor});
    std::stable_sort(terms_.begin(), terms_.end(), [](auto const& a, auto const& b) { return a.bound < b.bound; });
    sums_.assign(1, 0);  // of the bounds of the first 0, 1, 2 … terms
    for (auto const& term : terms_) sums_.push_back(sums_.back() + term.bound);
    std::size_t optional = 0;  // terms that alone cannot bring a passage into the result
    while (optional < terms_.size() && sums_[optional + 1] <= best_.threshold()) ++optional;
    if (optional == terms_.size()) return;
    for (std::size_t i = optional; i < terms_.size(); ++i)
      terms_[i].cursor->for_each(begin, end, [&](std::uint32_t passage, Score score) {
        auto const at = passage - begin;
        scores_[at] += score;
        touched_[at / 64] |= std::uint64_t{1} << at % 64;
      });
    for (std::uint32_t word = 0; word < touched_.size(); ++word)
      for (auto bits = std::exchange(touched_[word], 0); bits != 0; bits &= bits - 1) {
        auto const at = 64 * word + static_cast<std::uint32_t>(std::countr_zero(bits));
        auto const score = std::exchange(scores_[at], 0);
        if (!segment_.gone(begin + at)) finish(begin + at, score, optional);
      }
  }

  /// Adds what the optional terms give, the strongest first, as long as the passage can still win.
  void finish(std::uint32_t passage, Score score, std::size_t optional) {
    auto const threshold = best_.threshold();
    for (; optional > 0 && score + sums_[optional] > threshold; --optional)
      score += terms_[optional - 1].cursor->score_of(passage);
    if (optional == 0) best_.offer({{number_, passage}, score});
  }

  Segment const& segment_;
  std::uint32_t number_;
  Best& best_;
  std::vector<TermCursor> cursors_;
  std::vector<Bounded> terms_;
  std::vector<Score> sums_;
  std::vector<Score> scores_;                              // of the window; 0 between windows
  std::array<std::uint64_t, window_size / 64> touched_{};  // a bit for each that has a score
};

double weight_of(IndexOptions const& options, TermKind kind) {
  switch (kind) {
    case TermKind::word:
      return options.word_weight;
    case TermKind::pair:
      return options.pair_weight;
    case TermKind::piece:
      return options.piece_weight;
  }
  return 0;
}

}  // namespace

TermQuery::TermQuery(std::span<Segment const> segments, IndexOptions const& options, std::string_view question)
    : segments_(segments), options_(options) {
  std::uint64_t passages = 0;
  std::vector<std::uint64_t> totals(options.fields_of_passages.size(), 0);
  for (auto const& segment : segments) {
    passages += segment.size();
    for (std::size_t field = 0; field < totals.size(); ++field) totals[field] += segment.total_lengths()[field];
  }
  means_ = mean_lengths(totals, passages);
  struct Counted {
    TermKind kind;
    std::uint32_t times = 0;
    std::uint64_t passages = 0;
    bool finds = false;
  };
  std::map<std::uint64_t, Counted> counts;
  bool word_is_known = false;
  for (auto const& term : terms_of(question)) {
    auto const [at, fresh] = counts.try_emplace(term.hash, Counted{term.kind});
    auto& counted = at->second;
    for (auto const& segment : segments)
      if (auto const* const entry = fresh ? segment.find_term(term.hash) : nullptr) counted.passages += entry->passages;
    ++counted.times;
    if (term.kind == TermKind::word) word_is_known = counted.passages > 0;
    counted.finds = counted.finds || term.kind != TermKind::piece || !word_is_known;
  }
  for (auto const& [hash, counted] : counts) {
    double const weight = weight_of(options, counted.kind);
    if (counted.passages == 0 || weight == 0) continue;
    double const all = static_cast<double>(passages), some = static_cast<double>(counted.passages);
    double const idf = std::log(1 + (all - some + 0.5) / (some + 0.5));
    terms_.push_back({hash, weight * std::min(counted.times, 1000U) * idf, counted.passages, counted.finds});
  }
  if (terms_.size() > most_query_terms) {
    std::stable_sort(terms_.begin(), terms_.end(), [](auto const& a, auto const& b) { return a.factor > b.factor; });
    terms_.resize(most_query_terms);
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> numbers;
  for (std::uint32_t i = 0; i < terms_.size(); ++i) numbers.emplace_back(terms_[i].hash, i);
  numbers_ = text::HashedTable<std::uint32_t>::build(numbers);
}

std::uint64_t TermQuery::postings() const {
  std::uint64_t sum = 0;
  for (auto const& term : terms_) sum += term.passages;
  return sum;
}

TermQuery TermQuery::finding() const {
  auto out = *this;
  std::erase_if(out.terms_, [](QueryTerm const& term) { return !term.finds; });
  out.numbers_.clear();
  return out;
}

Score TermQuery::score(Place place) const {
  text::HashedTable<std::uint32_t> const numbers(numbers_);
  auto const& segment = segments_[place.segment];
  std::vector<Posting> postings(terms_.size(), Posting{place.passage, {}});
  for (std::size_t field = 0; field < means_.size(); ++field)
    for (auto const& term : terms_of(segment.text(place.passage, field)))
      if (auto const* const number = numbers.find(term.hash)) {
        auto& times = postings[*number].times[field];
        times = static_cast<std::uint16_t>(std::min(times + 1, 0xFFFF));
      }
  Score sum = 0;
  for (std::size_t i = 0; i < terms_.size(); ++i)
    sum += contribution(terms_[i], pseudo_frequency(postings[i], segment.lengths(place.passage), means_, options_));
  return sum;
}

std::vector<ScoredPlace> search_terms(Call const& call, TermQuery const& query, std::size_t most) {
  Best best(most);
  if (most == 0) return {};
  for (std::uint32_t number = 0; number < query.segments().size(); ++number)
    SegmentSearch(query, number, best).run(call);
  return best.take();
}

std::vector<ScoredPlace> search_terms_exhaustively(TermQuery const& query, std::size_t most) {
  std::map<Place, Score> scores;
  std::vector<Posting> postings;
  for (std::uint32_t number = 0; number < query.segments().size(); ++number) {
    auto const& segment = query.segments()[number];
    for (auto const& term : query.terms()) {
      auto const* const entry = segment.find_term(term.hash);
      if (entry == nullptr) continue;
      for (auto const& block : segment.blocks(*entry)) {
        segment.read(block, postings);
        for (auto const& posting : postings)
          if (!segment.gone(posting.passage))
            scores[{number, posting.passage}] += query.contribution(
                term, pseudo_frequency(posting, segment.lengths(posting.passage), query.means(), query.options()));
      }
    }
  }
  std::vector<ScoredPlace> out;
  for (auto const& [place, score] : scores)
    if (score > 0) out.push_back({place, score});
  std::sort(out.begin(), out.end(), better);
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace lepton::retrieval
