#include "retrieval/term_search.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

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

TEST(TermSearch, FindsWhatLookingAtEverythingFinds) {
  Draw draw(5);
  Segments segments(two_fields());
  segments.add(drawn(draw, 5000, 12), 7);
  segments.add(drawn(draw, 300, 80));
  segments.add(drawn(draw, 40, 3), 2);
  segments.add({});
  for (int i = 0; i < 60; ++i) {
    auto const query = segments.query(draw.text(1 + draw.number(9)));
    auto right = search_terms_exhaustively(query, 10'000);
    for (std::size_t const most : {10'000, 100, 10, 3, 1}) {
      right.resize(std::min(right.size(), most));
      ASSERT_EQ(search_terms(a_call(), query, most), right) << i << ' ' << most;
    }
  }
}

TEST(TermSearch, APassageHasTheScoreThatASearchGivesIt) {
  Draw draw(6);
  Segments segments(two_fields());
  segments.add(drawn(draw, 500, 12));
  segments.add(drawn(draw, 100, 80));
  for (int i = 0; i < 20; ++i) {
    auto const query = segments.query(draw.text(1 + draw.number(9)));
    for (auto const& [place, score] : search_terms_exhaustively(query, 1000)) ASSERT_EQ(query.score(place), score);
  }
}

TEST(TermSearch, PiecesFindWhereTheirWordIsUnknown) {
  Segments segments({});
  segments.add({{"a", {"payment"}}, {"b", {"payments"}}});
  EXPECT_EQ(search_terms(a_call(), segments.query("payment"), 5).size(), 2u);
  EXPECT_EQ(search_terms(a_call(), segments.query("payment").finding(), 5).size(), 1u);
  EXPECT_EQ(search_terms(a_call(), segments.query("paymenz").finding(), 5).size(), 2u);
}

TEST(TermSearch, EqualPassagesComeInTheirOrder) {
  Segments segments({});
  segments.add(std::vector<Passage>(3000, Passage{"k", {"lost card"}}));
  segments.add(std::vector<Passage>(10, Passage{"k", {"lost card"}}));
  auto const found = search_terms(a_call(), segments.query("card"), 5);
  ASSERT_EQ(found.size(), 5u);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_EQ(found[i].place, (Place{0, i}));
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
  auto const found = search_terms(a_call(), segments.query("card"), 10);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NEAR(static_cast<double>(found[0].score) / score_unit, by_formula(texts, "card", 0, options), 1e-4);
  EXPECT_NEAR(static_cast<double>(found[1].score) / score_unit, by_formula(texts, "card", 1, options), 1e-4);
}

TEST(TermSearch, OfALongQuestionTheTermsThatCountMostAreTaken) {
  Draw draw(6);
  Segments segments({});
  segments.add({{"a", {draw.text(4000)}}, {"b", {"needle in a haystack"}}});
  auto const query = segments.query(draw.text(3000) + std::string("needle"));
  EXPECT_EQ(query.terms().size(), most_query_terms);
  EXPECT_EQ(search_terms(a_call(), query, 5), search_terms_exhaustively(query, 5));
}

}  // namespace
}  // namespace lepton::retrieval
