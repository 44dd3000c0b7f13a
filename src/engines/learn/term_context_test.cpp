#include "learn/term_context.h"

#include <gmock/gmock.h>

#include <string>

#include "base/error.h"
#include "runtime/text_terms.h"

namespace lepton::learn {
namespace {

std::vector<std::string> company_texts() {
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i)
    for (auto const* one : {"lost", "misplaced", "mislaid"}) {
      texts.push_back(fmt::format("Somebody {} the card number {} in a bus.", one, i));
      texts.push_back(fmt::format("Banks {} money abroad within {} days.", i % 2 ? "transfer" : "wire", i));
      texts.push_back("银行利率上升。银行汇率上升。");
    }
  return texts;
}

TermContext company_context() {
  SystemClock const clock;
  auto const texts = company_texts();
  std::vector<std::string_view> const views(texts.begin(), texts.end());
  return learn_term_context(system_call(clock), views);
}

/// The last term of what `word` is as a text: the word, or the whole run of its characters.
std::uint64_t company_hash(std::string_view word) {
  runtime::TextTerms terms({.words = 3});
  terms.read(word);
  std::vector<std::uint64_t> found{terms.hash(0)};
  terms.add_run_terms(0, found);
  return found.back();
}

double company_product(TermContext const& context, std::string_view a, std::string_view b) {
  auto const first = context.vector(context.terms.at(company_hash(a)).number),
             second = context.vector(context.terms.at(company_hash(b)).number);
  double sum = 0;
  for (std::size_t k = 0; k < first.size(); ++k) sum += first[k] * second[k];
  return sum;
}

TEST(TermContext, PutsWordsOfLikeCompanyNearEachOther) {
  auto const context = company_context();
  EXPECT_GT(company_product(context, "lost", "MISPLACED"), 0.2);
  EXPECT_GT(company_product(context, "lost", "misplaced"), company_product(context, "lost", "wire") + 0.2);
}

TEST(TermContext, KnowsChineseWordsAsRunsOfCharacters) {
  auto const context = company_context();
  EXPECT_EQ(context.terms.at(company_hash("利率")).words, 2u);
  EXPECT_EQ(context.terms.at(company_hash("bus")).words, 1u);
  EXPECT_GT(company_product(context, "利率", "汇率"), company_product(context, "利率", "lost"));
}

TEST(TermContext, IsTheSameForTheSameTextsAndWantsSome) {
  EXPECT_EQ(company_context().values, company_context().values);
  SystemClock const clock;
  EXPECT_THROW((void)learn_term_context(system_call(clock), {}), Error);
}

}  // namespace
}  // namespace lepton::learn
