#include "embed/resolve/candidate_pairs.h"

#include <algorithm>
#include <atomic>
#include <functional>

#include "embed/thread_team.h"

namespace lepton::embed {
namespace {

/// Which records have a term, term by term.
class Postings {
 public:
  /// `terms_of(record)` gives term numbers below `terms`.
  template <typename TermsOf>
  Postings(std::size_t begin, std::size_t end, std::size_t terms, TermsOf terms_of) : begin_(terms + 1) {
    for (auto record = begin; record < end; ++record)
      for (auto const term : terms_of(record)) ++begin_[term + 1];
    for (std::size_t i = 0; i < terms; ++i) begin_[i + 1] += begin_[i];
    records_.resize(begin_.back());
    auto next = begin_;
    for (auto record = begin; record < end; ++record)
      for (auto const term : terms_of(record)) records_[next[term]++] = static_cast<std::uint32_t>(record);
  }
  [[nodiscard]] std::span<std::uint32_t const> of(std::size_t term) const {
    return {records_.data() + begin_[term], records_.data() + begin_[term + 1]};
  }

 private:
  std::vector<std::size_t> begin_;
  std::vector<std::uint32_t> records_;
};

/// One way to be near: terms, what each counts, and the length of a record's vector of them.
struct Nearness {
  std::size_t terms;
  std::function<void(std::size_t record, std::vector<std::uint32_t>& terms)> terms_of;
  std::function<float(std::uint32_t term)> weight;
};

Nearness by_words(ComparableRecords const& records, std::size_t field) {
  return {records.word_table().size(),
          [&records, field](std::size_t record, std::vector<std::uint32_t>& terms) {
            auto const words = records.words(record, field);
            terms.assign(words.begin(), words.end());
          },
          [&records](std::uint32_t term) { return records.word_table().rarity(term); }};
}

Nearness by_pieces(ComparableRecords const& records, std::size_t field) {
  return {ComparableRecords::piece_slots,
          [&records, field](std::size_t record, std::vector<std::uint32_t>& terms) {
            terms.clear();
            for (auto const piece : records.pieces(record, field))
              terms.push_back(piece % ComparableRecords::piece_slots);
          },
          [&records](std::uint32_t term) { return records.piece_rarity(term); }};
}

class Search {
 public:
  Search(ComparableRecords const& records, Nearness const& nearness, std::size_t begin, std::size_t end)
      : nearness_(nearness),
        postings_(
            begin, end, nearness.terms,
            [&, terms = std::vector<std::uint32_t>() ](std::size_t record) mutable -> auto const& {
              nearness.terms_of(record, terms);
              return terms;
            }),
        norms_(records.size()) {
    std::vector<std::uint32_t> terms;
    for (std::size_t record = 0; record < records.size(); ++record) {
      nearness.terms_of(record, terms);
      float squares = 1e-6f;
      for (auto const term : terms) squares += nearness.weight(term) * nearness.weight(term);
      norms_[record] = std::sqrt(squares);
    }
  }

  struct Scratch {
    explicit Scratch(std::size_t records) : score(records) {}
    std::vector<float> score;
    std::vector<std::uint32_t> touched, terms;
  };

  /// Those nearest to the record, itself left out.
  void find(std::uint32_t record, std::size_t nearest, Scratch& scratch, std::vector<CandidatePair>& out) const {
    nearness_.terms_of(record, scratch.terms);
    auto const rarer = [&](std::uint32_t a, std::uint32_t b) {
      auto const count_a = postings_.of(a).size(), count_b = postings_.of(b).size();
      return count_a != count_b ? count_a < count_b : a < b;
    };
    std::sort(scratch.terms.begin(), scratch.terms.end(), rarer);
    std::size_t read = 0;
    for (auto const term : scratch.terms) {
      auto const with_it = postings_.of(term);
      if (read > 0 && read + with_it.size() > most_postings) break;
      if (with_it.size() > 4 * most_postings) break;
      read += with_it.size();
      float const weight = nearness_.weight(term) * nearness_.weight(term);
      for (auto const other : with_it) {
        if (scratch.score[other] == 0) scratch.touched.push_back(other);
        scratch.score[other] += weight;
      }
    }
    keep_nearest(record, nearest, scratch, out);
  }

 private:
  void keep_nearest(std::uint32_t record, std::size_t nearest, Scratch& scratch,
                    std::vector<CandidatePair>& out) const {
    auto& touched = scratch.touched;
    std::erase(touched, record);
    auto const value = [&](std::uint32_t other) { return scratch.score[other] / norms_[other]; };
    auto const nearer = [&](std::uint32_t a, std::uint32_t b) {
      return value(a) != value(b) ? value(a) > value(b) : a < b;
    };
    std::size_t const keep = std::min(nearest, touched.size());
    std::partial_sort(touched.begin(), touched.begin() + static_cast<std::ptrdiff_t>(keep), touched.end(), nearer);
    for (std::size_t i = 0; i < keep; ++i) out.push_back({std::min(record, touched[i]), std::max(record, touched[i])});
    for (auto const other : touched) scratch.score[other] = 0;
    scratch.score[record] = 0;
    touched.clear();
  }

  Nearness const& nearness_;
  Postings postings_;
  std::vector<float> norms_;
};

/// Questions of records `from` to `to` among records `begin` to `end`.
void search_all(Call const& call, ComparableRecords const& records, Nearness const& nearness, Share asking, Share asked,
                std::size_t nearest, std::size_t threads, std::vector<CandidatePair>& out) {
  Search const search(records, nearness, asked.begin, asked.end);
  std::vector<std::vector<CandidatePair>> found(threads);
  std::atomic<bool> stop = false;
  Team(threads).run([&](std::size_t thread) {
    Search::Scratch scratch(records.size());
    auto const [from, to] = share_of(asking.end - asking.begin, thread, threads);
    for (auto i = asking.begin + from; i < asking.begin + to && !stop; ++i) {
      if (i % 256 == 0 && call.stop.stop_requested()) stop = true;
      search.find(static_cast<std::uint32_t>(i), nearest, scratch, found[thread]);
    }
  });
  call.proceed();
  for (auto const& part : found) out.insert(out.end(), part.begin(), part.end());
}

}  // namespace

std::vector<CandidatePair> candidate_pairs(Call const& call, ComparableRecords const& records, std::size_t nearest,
                                           std::size_t threads) {
  std::vector<Nearness> ways{by_words(records, records.fields().size()), by_words(records, records.key_field())};
  if (records.profile(records.key_field()).kind == FieldKind::short_text)
    ways.push_back(by_pieces(records, records.key_field()));
  std::vector<CandidatePair> pairs;
  Share const left{0, records.left_size()}, right{records.left_size(), records.size()};
  for (auto const& way : ways) {
    if (right.begin == right.end) {
      search_all(call, records, way, left, left, nearest, threads, pairs);
    } else {
      search_all(call, records, way, left, right, nearest, threads, pairs);
      search_all(call, records, way, right, left, nearest, threads, pairs);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

}  // namespace lepton::embed
