#include "retrieval/index.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "retrieval/index_content.h"

namespace lepton::retrieval {
namespace {

constexpr double rank_constant = 60;

/// A passage on its way to be a hit.
struct Candidate {
  Place place;
  Score words = 0;
  double cosine = 0;
  std::int64_t fused = 0;  ///< in units of a score
};

std::int64_t fixed(double points) {
  return std::llround(points * score_unit);
}

/// One search: finds candidates by words and by vectors, and fuses them.
class Search {
 public:
  Search(std::span<Segment const> segments, TermVectors const& vectors, IndexOptions const& index,
         SearchOptions const& options)
      : segments_(segments),
        vectors_(vectors),
        index_(index),
        options_(options),
        vector_weight_(options.vector_weight.value_or(index.vector_weight)) {}

  [[nodiscard]] std::vector<Candidate> run(Call const& call, std::string_view question) {
    auto const depth = std::max(options_.most, options_.candidates);
    if (options_.fusion != Fusion::vectors)
      for (auto const& [place, score] : search_terms(call, {segments_, index_, question}, depth)) {
        by_words_.push_back(place);
        candidates_[place].words = score;
      }
    bool const wanted = options_.fusion != Fusion::words && (options_.fusion != Fusion::sum || vector_weight_ > 0);
    if (wanted && !vectors_.empty()) add_neighbours(call, question, depth);
    fuse();
    return best();
  }

 private:
  void add_neighbours(Call const& call, std::string_view question, std::size_t depth) {
    auto const query = quantise(vectors_.of_question(question));
    std::vector<std::pair<double, Place>> nearest;  // negative, so that less is nearer
    for (std::uint32_t number = 0; number < segments_.size(); ++number) {
      call.proceed();
      auto const& segment = segments_[number];
      for (auto const& [passage, cosine] : segment.vectors().nearest(query, depth, segment.marks(), options_.effort))
        nearest.emplace_back(-cosine, Place{number, passage});
    }
    std::sort(nearest.begin(), nearest.end());
    if (nearest.size() > depth) nearest.resize(depth);
    for (auto const& [distance, place] : nearest) {
      by_vectors_.push_back(place);
      (void)candidates_[place];
    }
    for (auto& [place, candidate] : candidates_)
      candidate.cosine = query.length * segments_[place.segment].vectors().cosine(query, place.passage);
  }

  void fuse() {
    for (auto& [place, candidate] : candidates_) {
      candidate.place = place;
      if (options_.fusion == Fusion::sum)
        candidate.fused = static_cast<std::int64_t>(candidate.words) + fixed(vector_weight_ * candidate.cosine);
      if (options_.fusion == Fusion::words) candidate.fused = static_cast<std::int64_t>(candidate.words);
      if (options_.fusion == Fusion::vectors) candidate.fused = fixed(candidate.cosine);
    }
    if (options_.fusion != Fusion::ranks) return;
    for (auto const* const order : {&by_words_, &by_vectors_})
      for (std::size_t rank = 0; rank < order->size(); ++rank)
        candidates_[(*order)[rank]].fused += fixed(1 / (rank_constant + 1 + static_cast<double>(rank)));
  }

  [[nodiscard]] std::vector<Candidate> best() const {
    std::vector<Candidate> out;
    for (auto const& [place, candidate] : candidates_)
      if (candidate.fused > 0) out.push_back(candidate);
    std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.fused > b.fused; });
    if (out.size() > options_.most) out.resize(options_.most);
    return out;
  }

  std::span<Segment const> segments_;
  TermVectors const& vectors_;
  IndexOptions const& index_;
  SearchOptions const& options_;
  double vector_weight_;
  std::map<Place, Candidate> candidates_;
  std::vector<Place> by_words_, by_vectors_;
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
