#include "retrieval/term_search.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "retrieval/passage_scorer.h"
#include "retrieval/retrieval_testing.h"
#include "retrieval/terms.h"

namespace lepton::retrieval {
namespace {

/// Segments in memory, with every `gone_every`-th passage marked.
class Segments {
 public:
  explicit Segments(IndexOptions options) : options_(std::move(options)) {}

  void add(std::vector<Passage> const& passages, std::uint32_t gone_every = 0) {
    runtime::ModelFileWriter writer("test", 1);
    write_segment(a_call(), writer, "s", passages, options_, {});
    auto file = runtime::ModelFile::parse(writer.finish(), "test", 1);
    if (gone_every > 0) {
      std::vector<std::uint8_t> gone(passages.size(), 0);
      for (std::size_t i = 0; i < gone.size(); i += gone_every) gone[i] = 1;
      runtime::ModelFileWriter marked("test", 1);
      copy_segment(file, "s", marked, "s", gone);
      file = runtime::ModelFile::parse(marked.finish(), "test", 1);
    }
    files_.push_back(file);
    segments_.emplace_back(files_.back(), "s", options_.fields_of_passages.size(), 0);
  }

  [[nodiscard]] TermQuery query(std::string_view question) const { return {segments_, options_, question}; }
  [[nodiscard]] Segment const& operator[](std::size_t i) const { return segments_[i]; }

 private:
  IndexOptions options_;
  std::vector<runtime::ModelFile> files_;
  std::vector<Segment> segments_;
};

std::vector<Passage> drawn(Draw& draw, std::size_t count, std::uint64_t longest) {
  std::vector<Passage> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back({fmt::format("k{}", i), {draw.text(draw.number(4)), draw.text(1 + draw.number(longest))}});
  return out;
}

IndexOptions two_fields() {
  IndexOptions options;
  options.fields_of_passages = {{"title", 2.5}, {"text", 1}};
  return options;
}

/// The points of a passage, from its texts: what looking at the words of the segment has to give.
Score points_of_texts(TermQuery const& query, Segment const& segment, std::uint32_t passage) {
  std::map<std::uint64_t, std::array<double, most_fields>> times;
  auto const lengths = segment.lengths(passage);
  auto const fields = query.means().size();
  for (std::size_t field = 0; field < fields; ++field)
    for (auto const& term : terms_of(segment.text(passage, field))) ++times[term.hash][field];
  auto const scales = field_scales(std::span(lengths).first(fields), query.means(), query.options());
  Score sum = 0;
  for (auto const& term : query.terms()) {
    double frequency = 0;
    for (std::size_t field = 0; field < fields; ++field) frequency += scales[field] * times[term.term.hash][field];
    sum += query.contribution(term, frequency);
  }
  return sum;
}

TEST(TermSearch, AWordsNumberGivesThePointsOfItsText) {
  Draw draw(6);
  Segments segments(two_fields());
  segments.add(drawn(draw, 500, 12));
  segments.add(drawn(draw, 100, 80));
  segments.add({});
  for (int i = 0; i < 20; ++i) {
    auto const query = segments.query(draw.text(1 + draw.number(9)));
    Score sum = 0;
    for (auto const& segment : query.segments()) {
      PassageScorer scorer(query, segment);
      for (std::uint32_t passage = 0; passage < segment.size(); ++passage) {
        auto const score = scorer.score(passage);
        ASSERT_EQ(score, points_of_texts(query, segment, passage)) << i << ' ' << passage;
        sum += score;
      }
    }
    EXPECT_GT(sum, 0u);
  }
}

std::vector<std::uint32_t> passages_of(FoundByTerms const& found) {
  std::vector<std::uint32_t> passages;
  for (auto const& [passage, points] : found.passages) passages.push_back(passage);
  return passages;
}

/// How many of the ten best passages are among `found`, of how many.
std::pair<std::size_t, std::size_t> share_found(TermQuery const& query, std::vector<std::uint32_t> const& found) {
  auto const& segment = query.segments()[0];
  PassageScorer scorer(query, segment);
  std::vector<std::pair<Score, std::uint32_t>> scores;
  for (std::uint32_t passage = 0; passage < segment.size(); ++passage)
    if (auto const score = scorer.score(passage); score > 0 && !segment.gone(passage))
      scores.emplace_back(score, passage);
  std::sort(scores.rbegin(), scores.rend());
  std::size_t common = 0;
  auto const best = std::min<std::size_t>(10, scores.size());
  for (std::size_t i = 0; i < best; ++i)
    common += std::binary_search(found.begin(), found.end(), scores[i].second) ? 1 : 0;
  return {common, best};
}

TEST(TermSearch, ListsFindNearlyAllOfTheBest) {
  Draw draw(5);
  Segments segments(two_fields());
  segments.add(drawn(draw, 100'000, 12), 7);
  std::size_t found = 0, best = 0;
  for (int i = 0; i < 20; ++i) {
    auto const query = segments.query(draw.text(1 + draw.number(9)));
    FindingOptions const options{.most = 200, .most_postings = 100'000, .scanned_words = 0};
    auto const candidates = passages_of(find_by_terms(a_call(), query, segments[0], options));
    EXPECT_LE(candidates.size(), options.most);
    for (auto const passage : candidates) ASSERT_FALSE(segments[0].gone(passage));
    auto const [common, all] = share_found(query, candidates);
    found += common;
    best += all;
  }
  EXPECT_GE(static_cast<double>(found), 0.95 * static_cast<double>(best));
}

TEST(TermSearch, WhatIsFoundHasAboutItsPoints) {
  Draw draw(5);
  Segments segments(two_fields());
  segments.add(drawn(draw, 2000, 12));
  auto const query = segments.query(draw.text(4));
  PassageScorer scorer(query, segments[0]);
  auto const found = find_by_terms(a_call(), query, segments[0], {.most = 100, .scanned_words = 0});
  ASSERT_EQ(found.passages.size(), 100u);
  for (auto const& [passage, points] : found.passages) {
    EXPECT_GE(points, found.others);
    EXPECT_NEAR(points, static_cast<double>(scorer.score(passage)) / score_unit, 0.3 * points) << passage;
  }
}

TEST(TermSearch, ASmallSegmentIsLookedAtAsAWhole) {
  Draw draw(5);
  Segments segments(two_fields());
  segments.add(drawn(draw, 500, 12), 7);
  auto const query = segments.query("zzzz");
  auto const all = find_by_terms(a_call(), query, segments[0], {.most = 3});
  EXPECT_TRUE(all.whole);
  EXPECT_EQ(all.passages.size(), segments[0].alive());
  EXPECT_TRUE(find_by_terms(a_call(), query, segments[0], {.most = 3, .scanned_words = 0}).passages.empty());
}

TEST(TermSearch, PiecesFindOtherFormsOfAWord) {
  Segments segments({});
  segments.add({{"a", {"payment"}}, {"b", {"payments"}}, {"c", {"other"}}});
  FindingOptions const options{.scanned_words = 0};
  for (auto const* const question : {"payment", "paymenz"})
    EXPECT_THAT(passages_of(find_by_terms(a_call(), segments.query(question), segments[0], options)),
                testing::ElementsAre(0u, 1u));
}

TEST(TermSearch, OfListsThatAreTooLongThoseThatCountMostAreRead) {
  Segments segments({});
  std::vector<Passage> passages(3000, Passage{"k", {"common"}});
  passages.push_back({"k", {"common scarce"}});
  segments.add(passages);
  auto const query = segments.query("common scarce");
  FindingOptions const few{.most = 5, .most_postings = 10, .scanned_words = 0};
  EXPECT_THAT(passages_of(find_by_terms(a_call(), query, segments[0], few)), testing::ElementsAre(3000u));
  EXPECT_THAT(passages_of(find_by_terms(a_call(), query, segments[0], {.most = 3, .scanned_words = 0})),
              testing::ElementsAre(0u, 1u, 3000u));
  // a single list is read whatever its length
  EXPECT_EQ(find_by_terms(a_call(), segments.query("common"), segments[0], few).passages.size(), 5u);
}

/// BM25F by its formula, from the words themselves.
double by_formula(std::vector<std::string> const& texts, std::string const& word, std::size_t wanted,
                  IndexOptions const& options) {
  double total = 0, with = 0;
  for (auto const& text : texts) {
    auto const words = words_of(text);
    total += static_cast<double>(words.size());
    with += std::count(words.begin(), words.end(), words_of(word)[0]) > 0 ? 1 : 0;
  }
  auto const words = words_of(texts[wanted]);
  auto const times = static_cast<double>(std::count(words.begin(), words.end(), words_of(word)[0]));
  auto const n = static_cast<double>(texts.size());
  double const norm = 1 - options.length + options.length * static_cast<double>(words.size()) / (total / n);
  double const idf = std::log(1 + (n - with + 0.5) / (with + 0.5));
  return idf * times / norm * (options.saturation + 1) / (times / norm + options.saturation);
}

TEST(TermSearch, ScoresAreThoseOfTheFormula) {
  std::vector<std::string> const texts{"card card lost", "my card", "an account without one and a long tail of words",
                                       "b"};
  IndexOptions options;
  options.pair_weight = options.piece_weight = 0;
  Segments segments(options);
  std::vector<Passage> passages;
  for (auto const& text : texts) passages.push_back({text, {text}});
  segments.add({passages.begin(), passages.begin() + 1});
  segments.add({passages.begin() + 1, passages.end()});
  auto const query = segments.query("card");
  PassageScorer first(query, segments[0]), second(query, segments[1]);
  EXPECT_NEAR(static_cast<double>(first.score(0)) / score_unit, by_formula(texts, "card", 0, options), 1e-4);
  EXPECT_NEAR(static_cast<double>(second.score(0)) / score_unit, by_formula(texts, "card", 1, options), 1e-4);
  EXPECT_EQ(second.score(1), 0u);
}

TEST(TermSearch, OfALongQuestionTheTermsThatCountMostAreTaken) {
  Draw draw(6);
  Segments segments({});
  segments.add({{"a", {draw.text(4000)}}, {"b", {"needle in a haystack"}}});
  auto const query = segments.query(draw.text(3000) + std::string("needle"));
  EXPECT_EQ(query.terms().size(), most_query_terms);
  for (std::uint32_t passage = 0; passage < 2; ++passage)
    EXPECT_EQ(PassageScorer(query, segments[0]).score(passage), points_of_texts(query, segments[0], passage));
}

}  // namespace
}  // namespace lepton::retrieval
