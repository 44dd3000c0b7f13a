#include "retrieval/index.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "retrieval/index_content.h"
#include "retrieval/passage_scorer.h"
#include "retrieval/term_search.h"

namespace lepton::retrieval {
namespace {

constexpr double rank_constant = 60;

/// A passage on its way to be a hit.
struct Candidate {
  Place place;
  bool by_words = false;  ///< found by words
  bool surely = false;    ///< has its points counted, whatever it promises
  double promise = 0;     ///< points that it has by what found it, about
  Score words = 0;
  double cosine = 0;
  std::int64_t fused = 0;  ///< in units of a score
};

/// Passages that are loaded before they are looked at.
constexpr std::size_t ahead = 8;

std::int64_t fixed(double points) {
  return std::llround(points * score_unit);
}

/// One search: words and vectors find candidates, each of which then has its points counted exactly.
class Search {
 public:
  Search(std::span<Segment const> segments, TermVectors const& vectors, IndexOptions const& index,
         SearchOptions const& options)
      : segments_(segments),
        vectors_(vectors),
        index_(index),
        options_(options),
        depth_(std::max(options.most, options.candidates)),
        vector_weight_(options.vector_weight.value_or(index.vector_weight)) {}

  [[nodiscard]] std::vector<Candidate> run(Call const& call, std::string_view question) {
    bool const by_words = options_.fusion != Fusion::vectors;
    bool const by_vectors = options_.fusion != Fusion::words && (options_.fusion != Fusion::sum || vector_weight_ > 0);
    QuantisedVector vector;
    if (by_vectors && !vectors_.empty()) {
      vector = quantise(vectors_.of_question(question));
      find_neighbours(call, vector);
    }
    TermQuery const query(segments_, index_, by_words ? question : std::string_view());
    if (by_words) find_by_words(call, query);
    std::sort(candidates_.begin(), candidates_.end(), by_place);
    auto const same = [](Candidate const& a, Candidate const& b) { return a.place == b.place; };
    candidates_.erase(std::unique(candidates_.begin(), candidates_.end(), same), candidates_.end());
    measure(call, vector);
    if (options_.fusion == Fusion::sum || options_.fusion == Fusion::words) keep_promising();
    if (by_words) count_points(call, query);
    fuse();
    return best();
  }

 private:
  /// What words found before the same that vectors found.
  static bool by_place(Candidate const& a, Candidate const& b) {
    return a.place != b.place ? a.place < b.place : a.by_words > b.by_words;
  }

  void find_neighbours(Call const& call, QuantisedVector const& vector) {
    std::vector<std::pair<double, Place>> nearest;  // negative, so that less is nearer
    for (std::uint32_t number = 0; number < segments_.size(); ++number) {
      call.proceed();
      auto const& segment = segments_[number];
      auto const effort = options_.exact ? 1 : options_.effort;
      for (auto const& [passage, cosine] : segment.vectors().nearest(vector, depth_, segment.marks(), effort))
        nearest.emplace_back(-cosine, Place{number, passage});
    }
    std::sort(nearest.begin(), nearest.end());
    if (nearest.size() > depth_) nearest.resize(depth_);
    for (auto const& [distance, place] : nearest) {
      by_vectors_.push_back(place);
      candidates_.push_back({place});
    }
  }

  void find_by_words(Call const& call, TermQuery const& query) {
    FindingOptions finding{.most = depth_, .most_postings = options_.most_postings};
    if (options_.exact) finding.scanned_words = std::uint64_t(-1);
    others_.assign(segments_.size(), 0);
    for (std::uint32_t number = 0; number < segments_.size(); ++number) {
      auto const found = find_by_terms(call, query, segments_[number], finding);
      others_[number] = found.others;
      for (auto const& [passage, points] : found.passages)
        candidates_.push_back({{number, passage}, true, found.whole, points});
    }
  }

  void measure(Call const& call, QuantisedVector const& vector) {
    if (vector.values.empty()) return;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (i % 1024 == 0) call.proceed();
      if (i + ahead < candidates_.size()) {
        auto const next = candidates_[i + ahead].place;
        segments_[next.segment].vectors().prefetch(next.passage);
      }
      auto const place = candidates_[i].place;
      candidates_[i].cosine = vector.length * segments_[place.segment].vectors().cosine(vector, place.passage);
    }
  }

  /// Of large segments, drops what will not be among the best even if its points are more than it seems. What vectors
  /// alone found may have as many points of words as what words did not find.
  void keep_promising() {
    auto const most = std::max(options_.most, options_.scored);
    std::vector<double> promises;
    double const weight = options_.fusion == Fusion::sum ? vector_weight_ : 0;
    for (auto& candidate : candidates_) {
      if (!candidate.by_words) candidate.promise = others_[candidate.place.segment];
      candidate.promise += weight * candidate.cosine;
      if (!candidate.surely) promises.push_back(candidate.promise);
    }
    if (promises.size() <= most) return;
    auto const last = promises.begin() + static_cast<std::ptrdiff_t>(most - 1);
    std::nth_element(promises.begin(), last, promises.end(), std::greater<>());
    std::erase_if(candidates_, [&](auto const& candidate) { return !candidate.surely && candidate.promise < *last; });
  }

  void count_points(Call const& call, TermQuery const& query) {
    std::optional<PassageScorer> scorer;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (i % 64 == 0) call.proceed();
      auto& candidate = candidates_[i];
      if (!scorer || number != candidate.place.segment) {
        number = candidate.place.segment;
        scorer.emplace(query, segments_[number]);
      }
      if (i + ahead < candidates_.size())
        segments_[candidates_[i + ahead].place.segment].prefetch(candidates_[i + ahead].place.passage);
      candidate.words = scorer->score(candidate.place.passage);
    }
  }

  void fuse() {
    for (auto& candidate : candidates_) {
      if (options_.fusion == Fusion::sum)
        candidate.fused = static_cast<std::int64_t>(candidate.words) + fixed(vector_weight_ * candidate.cosine);
      if (options_.fusion == Fusion::words) candidate.fused = static_cast<std::int64_t>(candidate.words);
      if (options_.fusion == Fusion::vectors) candidate.fused = fixed(candidate.cosine);
    }
    if (options_.fusion != Fusion::ranks) return;
    auto by_words = candidates_;
    std::erase_if(by_words, [](auto const& candidate) { return candidate.words == 0; });
    std::stable_sort(by_words.begin(), by_words.end(), [](auto const& a, auto const& b) { return a.words > b.words; });
    if (by_words.size() > depth_) by_words.resize(depth_);
    for (std::size_t rank = 0; rank < by_words.size(); ++rank) add_rank(by_words[rank].place, rank);
    for (std::size_t rank = 0; rank < by_vectors_.size(); ++rank) add_rank(by_vectors_[rank], rank);
  }
  void add_rank(Place place, std::size_t rank) {
    auto const at = std::lower_bound(candidates_.begin(), candidates_.end(), place,
                                     [](Candidate const& candidate, Place wanted) { return candidate.place < wanted; });
    at->fused += fixed(1 / (rank_constant + 1 + static_cast<double>(rank)));
  }

  [[nodiscard]] std::vector<Candidate> best() const {
    std::vector<Candidate> out;
    for (auto const& candidate : candidates_)
      if (candidate.fused > 0) out.push_back(candidate);
    auto const kept = std::min(options_.most, out.size());
    std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(kept), out.end(),
                      [](Candidate const& a, Candidate const& b) {
                        return a.fused != b.fused ? a.fused > b.fused : a.place < b.place;
                      });
    out.resize(kept);
    return out;
  }

  std::span<Segment const> segments_;
  TermVectors const& vectors_;
  IndexOptions const& index_;
  SearchOptions const& options_;
  std::size_t depth_;
  double vector_weight_;
  std::vector<Place> by_vectors_;      // the nearest first
  std::vector<Candidate> candidates_;  // by place
  std::vector<double> others_;         // of each segment: points of what words did not find, at most, about
};

AboutIndex read_about(runtime::ModelFile const& file) {
  auto about = from_json<AboutIndex>(json::parse(file.section("about")));
  validate(about.options);
  if (about.segments < 0 || about.segments > 1000) throw invalid("the index is damaged: it has too many segments");
  return about;
}

}  // namespace

Index::Content::Content(runtime::ModelFile opened)
    : file(std::move(opened)),
      about(read_about(*file)),
      vectors(*file, static_cast<std::size_t>(about.options.dimensions)) {
  for (std::int64_t number = 0; number < about.segments; ++number)
    segments.emplace_back(*file, segment_name(static_cast<std::size_t>(number)),
                          about.options.fields_of_passages.size(), vectors.dimensions());
}

Index::Index(IndexOptions const& options) {
  validate(options);
  content_ = std::make_shared<Content>(options);
}

Index Index::open(std::filesystem::path const& path) {
  return Index(std::make_shared<Content const>(runtime::ModelFile::open(path, index_kind, index_format)));
}

Index Index::parse(std::string_view bytes) {
  return Index(std::make_shared<Content const>(runtime::ModelFile::parse(bytes, index_kind, index_format)));
}

std::uint64_t Index::version() const {
  return content_->about.version;
}

std::uint64_t Index::size() const {
  std::uint64_t sum = 0;
  for (auto const& segment : content_->segments) sum += segment.alive();
  return sum;
}

bool Index::has_vectors() const {
  return !content_->vectors.empty();
}

IndexOptions const& Index::options() const {
  return content_->about.options;
}

std::optional<Passage> Index::find(std::string_view key) const {
  for (auto const& segment : content_->segments)
    if (auto const number = segment.find(key); number && !segment.gone(*number)) return segment.passage(*number);
  return std::nullopt;
}

std::vector<Hit> Index::search(Call const& call, std::string_view question, SearchOptions const& options) const {
  Search search(content_->segments, content_->vectors, content_->about.options, options);
  std::vector<Hit> hits;
  for (auto const& found : search.run(call, question))
    hits.push_back({std::string(content_->segments[found.place.segment].key(found.place.passage)),
                    static_cast<double>(found.fused) / score_unit, static_cast<double>(found.words) / score_unit,
                    found.cosine});
  return hits;
}

}  // namespace lepton::retrieval
