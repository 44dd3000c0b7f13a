// Searching texts by the store's index against searching them one by one.
#include "sparql/text_condition.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/file.h"
#include "sparql/engine.h"
#include "sparql/parser.h"
#include "sparql/text_match.h"

namespace lepton::sparql {
namespace {

class IndexedTexts : public testing::Test {
 protected:
  void insert(rdf::Transaction& transaction, int number, rdf::Term const& text,
              std::optional<std::string> const& graph) {
    auto& terms = transaction.dictionary();
    transaction.insert({terms.intern(rdf::iri_view("e:" + std::to_string(number))),
                        terms.intern(rdf::iri_view("e:text")), terms.intern(text.view()),
                        graph ? terms.intern(rdf::iri_view(*graph)) : rdf::TermId::default_graph()});
  }

  /// English, Chinese and both, in every spelling, some of them short, some no strings.
  std::string random_text() {
    static std::vector<std::string> const words{
        "credit",   "Credit", "CREDITS",     "card",  "cards", "risk-free",    "can't",
        "3.14",     "Kelvin", "\u212Aelvin", "naïve", "naive", "ＣＲＥＤＩＴ", "Straße",
        "信用卡",   "信用",   "违约预测",    "。",    "股",    "A股",          "e\u0301t\u0301e",
        "İstanbul", "a_b",    "x@y.cn",      "2008年"};
    std::string text;
    for (std::size_t n = random_() % 5 + 1; n > 0; --n) {
      text += words[random_() % words.size()];
      if (random_() % 4 != 0) text += random_() % 3 == 0 ? ", " : " ";
    }
    return text;
  }

  void add(int from, int to) {
    auto transaction = store_->begin(call_);
    for (int i = from; i < to; ++i) {
      auto const text = random_text();
      auto const term = i % 7 == 0    ? rdf::language_literal(text, "zh")
                        : i % 11 == 0 ? rdf::literal(text, "e:type")
                                      : rdf::literal(text + (i % 2 == 0 ? "" : " no " + std::to_string(i)));
      insert(transaction, i, term, i % 5 == 0 ? std::optional<std::string>("e:graph") : std::nullopt);
    }
    transaction.commit();
  }

  std::vector<std::string> rows(std::string const& query) {
    ResultCollector results;
    rdf::QuadCollector graph;
    (void)run_query(call_, parse_query(query), store_->snapshot(), results, graph);
    std::vector<std::string> rows;
    for (auto const& row : results.rows) rows.push_back(row.at(0)->value);
    std::ranges::sort(rows);
    return rows;
  }

  /// What every query answers now.
  std::vector<std::vector<std::string>> answers() {
    std::vector<std::vector<std::string>> all;
    for (auto const& query : queries()) all.push_back(rows(query));
    return all;
  }

  static std::vector<std::string> queries() {
    std::vector<std::string> all;
    for (auto const* words :
         {"credit",  "CREDIT card", "cred*", "naïve",  "can't", "3.14",     "信用卡", "信用", "违约*", "股", "。",
          "strasse", "kelvin",      "été",   "x@y.cn", "2008",  "istanbul", "absent", "a_b",  "risk",  ""}) {
      all.push_back(fmt::format("SELECT ?s {{ ?s <e:text> ?t . ?t <urn:lepton:text:matches> \"{}\" }}", words));
      all.push_back(fmt::format("SELECT ?t {{ ?t <urn:lepton:text:matches> \"{}\" }}", words));
      all.push_back(fmt::format("SELECT ?t {{ GRAPH <e:graph> {{ ?t <urn:lepton:text:matches> \"{}\" }} }}", words));
    }
    for (auto const* condition : {"CONTAINS(?t, \"redi\")",
                                  "CONTAINS(?t, \"Credit c\")",
                                  "CONTAINS(?t, \"用卡\")",
                                  "CONTAINS(?t, \"e\")",
                                  "CONTAINS(?t, \"信用\"@zh)",
                                  "CONTAINS(LCASE(?t), \"kelvin\")",
                                  "CONTAINS(LCASE(STR(?t)), \"credit\")",
                                  "CONTAINS(STR(?t), \"no 12\")",
                                  "STRSTARTS(?t, \"card\")",
                                  "STRENDS(?t, \"7\")",
                                  "STRENDS(STR(?t), \"信用\")",
                                  "REGEX(?t, \"^credit.*cards?\")",
                                  "REGEX(?t, \"kelvin\", \"i\")",
                                  "REGEX(STR(?t), \"STRASSE|stra\", \"i\")",
                                  "REGEX(?t, \"a.b\", \"q\")",
                                  "CONTAINS(?t, \"card\") || CONTAINS(?t, \"违约\")",
                                  "CONTAINS(?t, \"card\") || STRLEN(?t) < 9",
                                  "!CONTAINS(?t, \"credit\")",
                                  "CONTAINS(?t, \"card\") && !CONTAINS(?t, \"risk\")",
                                  "CONTAINS(?t, \"no 1\") && REGEX(?t, \"股\")"})
      all.push_back(fmt::format("SELECT ?s {{ ?s <e:text> ?t FILTER({}) }}", condition));
    return all;
  }

  std::mt19937_64 random_{7};
  TemporaryDirectory directory_;
  SystemClock clock_;
  Call call_ = system_call(clock_);
  std::unique_ptr<rdf::Store> store_ = rdf::Store::open(directory_.path() / "store");
};

TEST_F(IndexedTexts, AnswersAreThoseOfAScan) {
  add(0, 3500);
  auto const plain = answers();
  ASSERT_EQ(store_->figures().text_index_bytes, 0U);
  store_->index_texts(call_);
  auto const indexed = answers();
  std::size_t found = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_EQ(indexed[i], plain[i]) << queries()[i];
    found += plain[i].size();
  }
  EXPECT_GT(found, 5000U);
}

TEST_F(IndexedTexts, WhatIsNotIndexedYetIsFoundAndWhatIsGoneIsNot) {
  add(0, 2000);
  store_->index_texts(call_);
  add(2000, 2600);
  auto transaction = store_->begin(call_);
  transaction.clear({.subject = *store_->dictionary().find(rdf::iri_view("e:12"))});
  transaction.clear({.graph = *store_->dictionary().find(rdf::iri_view("e:graph"))});
  transaction.commit();
  auto const indexed = answers();
  // A copy has no index.
  store_->backup(call_, directory_.path() / "copy");
  store_ = rdf::Store::open(directory_.path() / "copy");
  auto const plain = answers();
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_EQ(indexed[i], plain[i]) << queries()[i];
}

TEST_F(IndexedTexts, OfAllTextsFewAreRead) {
  add(0, 4000);
  store_->index_texts(call_);
  auto const excluded = [&](std::vector<text::KeyPattern> const& patterns) {
    auto const found = store_->dictionary().texts_with(call_, patterns, 4000);
    return found ? static_cast<double>(found->ids.size()) / static_cast<double>(found->indexed) : 1;
  };
  EXPECT_LT(excluded(TextMatch("违约预测").patterns()), 0.2);
  EXPECT_LT(excluded(TextMatch("kelvin").patterns()), 0.3);
  EXPECT_LT(excluded(TextMatch("no 1234").patterns()), 0.01);
  EXPECT_EQ(excluded({{"r", true, true}}), 1) << "nothing is known of what most texts have";
}

}  // namespace
}  // namespace lepton::sparql
