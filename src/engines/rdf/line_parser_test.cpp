#include "rdf/line_parser.h"

#include <gmock/gmock.h>

#include "rdf/parse_testing.h"

namespace lepton::rdf {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(LineParser, ReadsEveryKindOfTerm) {
  auto const quads = read(Syntax::nquads,
                          "<urn:s> <urn:p> \"a\\t\\u00e9\\U0001F600\"@en-GB _:g .\n"
                          "_:s <urn:p> \"1\"^^<urn:t>.# comment\n\n  # comment\n"
                          "_:s.1 <urn:p> _:o.");
  ASSERT_EQ(quads.size(), 3u);
  EXPECT_EQ(quads[0], Quad(iri("urn:s"), iri("urn:p"), language_literal("a\té😀", "en-GB"), blank("g")));
  EXPECT_EQ(quads[1], Quad(blank("s"), iri("urn:p"), literal("1", "urn:t")));
  EXPECT_EQ(quads[2], Quad(blank("s.1"), iri("urn:p"), blank("o")));
}

TEST(LineParser, GivesTheSameWhereverTheBytesAreCut) {
  std::string const text = "\xEF\xBB\xBF<urn:s> <urn:é> \"\\u00e9é😀\"@en .\r\n_:a.b <urn:p> \"\"^^<urn:t> .\n";
  auto const whole = read(Syntax::ntriples, text);
  ASSERT_EQ(whole.size(), 2u);
  for (std::size_t step = 1; step < 8; ++step) EXPECT_EQ(read(Syntax::ntriples, text, {}, step), whole) << step;
}

TEST(LineParser, SaysWhereAndWhat) {
  EXPECT_THAT(complaint(Syntax::ntriples, "<urn:a> <urn:b> <urn:c> .\n<urn:é> <urn:b> oops ."),
              StartsWith("line 2, column 17: expected an IRI, a blank node or a string as object, found 'o'"));
  EXPECT_THAT(complaint(Syntax::ntriples, "<a> <urn:b> <urn:c> ."), StartsWith("line 1, column 1: IRIs are absolute"));
  EXPECT_THAT(complaint(Syntax::ntriples, "<urn:a> <urn:b> \"x"), HasSubstr("column 17: this string has no closing"));
  EXPECT_THAT(complaint(Syntax::ntriples, "<urn:a> <urn:b> \"\xC3(\" ."), HasSubstr("column 18: these bytes are not"));
  EXPECT_THAT(complaint(Syntax::ntriples, "<urn:a> <urn:b> \"\xED\xA0\x80\" ."), HasSubstr("not UTF-8"));
  EXPECT_THAT(complaint(Syntax::ntriples, "<urn:a> <urn:b> \"\\uD800\" ."), HasSubstr("not a Unicode character"));
  EXPECT_THAT(complaint(Syntax::ntriples, "<urn:a> <urn:b> <urn:c>"), HasSubstr("but the document ends here"));
}

TEST(LineParser, KnowsTheColumnOfALineLongerThanItsWindow) {
  std::string const text = "<urn:s> <urn:p> \"" + std::string(200'000, 'x') + "é\" oops .";
  EXPECT_THAT(complaint(Syntax::ntriples, text), StartsWith("line 1, column 200021: "));
  std::string const open = "<urn:s> <urn:é> \"" + std::string(200'000, 'x');
  EXPECT_THAT(complaint(Syntax::ntriples, open), StartsWith("line 1, column 17: this string has no closing"));
}

TEST(LineParser, SkipsBadLinesWhereAsked) {
  std::vector<std::size_t> lines;
  ParseOptions options;
  options.recover = [&](Problem const& problem) { lines.push_back(problem.position.line); };
  auto const quads =
      read(Syntax::ntriples,
           "<urn:a> <urn:b> <urn:c> .\nnonsense\n<urn:a> <urn:b> \"open .\n<urn:a> <urn:b> <urn:d> .\nx", options);
  EXPECT_EQ(statements(quads), "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:d> .\n");
  EXPECT_EQ(lines, (std::vector<std::size_t>{2, 3, 5}));
}

TEST(LineParser, GivesUpAfterTooManyProblems) {
  ParseOptions options;
  options.limits.problems = 3;
  options.recover = [](Problem const&) {};
  EXPECT_THAT(complaint(Syntax::ntriples, "x\nx\nx\nx\n", options), StartsWith("line 3, column 1: gave up after 3"));
}

TEST(LineParser, RefusesHugeTokens) {
  ParseOptions options;
  options.limits.token = 100'000;
  EXPECT_THAT(complaint(Syntax::ntriples, "<urn:" + std::string(150'000, 'x'), options), HasSubstr("longer than"));
  EXPECT_THAT(complaint(Syntax::ntriples, "_:a" + std::string(150'000, '.'), options), HasSubstr("longer than"));
}

TEST(LineParser, EndsWhenTheCallDoes) {
  std::stop_source stop;
  SystemClock const clock;
  Call const call = system_call(clock, stop.get_token());
  stop.request_stop();
  StringSource source("<urn:a> <urn:b> <urn:c> .\n");
  QuadCollector collected;
  EXPECT_THROW(parse(call, Syntax::ntriples, source, collected), Error);
}

}  // namespace
}  // namespace lepton::rdf
