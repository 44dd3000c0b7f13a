#include "rdf/turtle_parser.h"

#include <gmock/gmock.h>

#include "rdf/parse_testing.h"

namespace lepton::rdf {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view rich = R"(@prefix : <http://e/> . PREFIX é: <http://é/>
BASE <http://b/c/>
:s a <d#e>, é:x.y ; :n 1, -2.5, .5, 3e4, +1.E-2, true, false.
:s :l """a "quoted" ""
line"""@en-x , 'it\'' ; .
[ :p ( 1 [ :q :r ] () ) ] :t _:a.
( :m ) :p\,q%20 "x"^^:dt .
)";

TEST(TurtleParser, ReadsTheWholeLanguage) {
  std::string const xsd = "http://www.w3.org/2001/XMLSchema#";
  auto const quads = read(Syntax::turtle, rich);
  ASSERT_EQ(quads.size(), 23u) << statements(quads);
  EXPECT_EQ(quads[0].object, iri("http://b/c/d#e"));
  EXPECT_EQ(quads[1].object, iri("http://é/x.y"));
  EXPECT_EQ(quads[3].object, literal("-2.5", xsd + "decimal"));
  EXPECT_EQ(quads[6].object, literal("+1.E-2", xsd + "double"));
  EXPECT_EQ(quads[9].object, language_literal("a \"quoted\" \"\"\nline", "en-x"));
  EXPECT_EQ(quads.back().predicate, iri("http://e/p,q%20"));
}

TEST(TurtleParser, GivesTheSameWhereverTheBytesAreCut) {
  auto const whole = read(Syntax::turtle, rich);
  for (std::size_t step = 1; step < 12; ++step) EXPECT_EQ(read(Syntax::turtle, rich, {}, step), whole) << step;
}

TEST(TurtleParser, KeepsNamelessNodesApartFromNamedOnes) {
  EXPECT_EQ(read_as_nquads(Syntax::turtle, "_:anon1 <urn:p> [] ."), "_:anonx1 <urn:p> _:anon1 .\n");
}

TEST(TurtleParser, EndsNamesBeforeTheStatementsDot) {
  EXPECT_EQ(read_as_nquads(Syntax::turtle, "@prefix p: <urn:> . p:a.b p:c p:d..e.\n p:s p:a p:. p:s p:a p:t.p:u."),
            "<urn:a.b> <urn:c> <urn:d..e> .\n<urn:s> <urn:a> <urn:> .\n<urn:s> <urn:a> <urn:t.p:u> .\n");
}

TEST(TurtleParser, SaysWhereAndWhat) {
  EXPECT_THAT(complaint(Syntax::turtle, "<urn:s> <urn:p>\n  x:y ."),
              StartsWith("line 2, column 3: the prefix 'x:' is not declared"));
  EXPECT_THAT(complaint(Syntax::turtle, "<urn:s> <p> 1 ."), HasSubstr("column 9: <p> is relative, and no base IRI"));
  EXPECT_THAT(complaint(Syntax::turtle, "<urn:s> <urn:p> 1 , ."), HasSubstr("expected an object, found '.'"));
  EXPECT_THAT(complaint(Syntax::turtle, "<urn:s> <urn:p> tru ."), HasSubstr("'tru' is neither a keyword"));
  EXPECT_THAT(complaint(Syntax::turtle, "<urn:s> <urn:p> 1\n<urn:t> <urn:p> 1 ."), StartsWith("line 2, column 1: "));
  EXPECT_THAT(complaint(Syntax::turtle, "<urn:s> <urn:p> \"\"\"\n\n\n."), StartsWith("line 1, column 17: this string"));
  EXPECT_THAT(complaint(Syntax::turtle, "<urn:s> _:p 1 ."), HasSubstr("may not be a predicate"));
  EXPECT_THAT(complaint(Syntax::trig, "<urn:g> { <urn:s> <urn:p> 1 "), HasSubstr("'}'"));
  EXPECT_THAT(complaint(Syntax::turtle, "{ <urn:s> <urn:p> 1 }"), HasSubstr("expected a subject"));
}

TEST(TurtleParser, SkipsBadStatementsWhereAsked) {
  std::vector<std::size_t> lines;
  ParseOptions options;
  options.recover = [&](Problem const& problem) { lines.push_back(problem.position.line); };
  EXPECT_EQ(read_as_nquads(Syntax::turtle,
                           "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> [ ( oops ;\n more .\n<urn:a> <urn:b> <urn:d> .",
                           options),
            "<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> _:anon1 .\n<urn:a> <urn:b> <urn:d> .\n");
  EXPECT_EQ(lines, std::vector<std::size_t>{2});
  EXPECT_EQ(read_as_nquads(Syntax::trig, "<urn:g> {\n <urn:a> oops\n}\n<urn:h> { <urn:a> <urn:b> <urn:c> }", options),
            "<urn:a> <urn:b> <urn:c> <urn:h> .\n");
}

TEST(TurtleParser, ReadsGraphs) {
  EXPECT_EQ(read_as_nquads(Syntax::trig,
                           "PREFIX : <urn:> { :s :p :o } GRAPH :g { :s :p :o . } _:h { :s :p :o } [] { :s :p :o }\n"
                           "graph [ ] {} :s :p [ ] ."),
            "<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> <urn:o> _:h .\n"
            "<urn:s> <urn:p> <urn:o> _:anon1 .\n<urn:s> <urn:p> _:anon3 .\n");
}

TEST(TurtleParser, RefusesABaseThatIsNone) {
  for (char const* const base : {"a/b", "http://a b", "urn:\xFF"}) {
    ParseOptions options;
    options.base = base;
    EXPECT_THROW((void)read(Syntax::turtle, "", options), Error) << base;
  }
}

TEST(TurtleParser, RefusesDeepNesting) {
  std::string lists = "<urn:s> <urn:p> ";
  for (int i = 0; i < 100'000; ++i) lists += "( ";
  EXPECT_THAT(complaint(Syntax::turtle, lists), HasSubstr("levels of nesting"));
  std::string nodes = "<urn:s> <urn:p> ";
  for (int i = 0; i < 100'000; ++i) nodes += "[ <urn:p> ";
  EXPECT_THAT(complaint(Syntax::turtle, nodes), HasSubstr("levels of nesting"));
}

TEST(TurtleParser, RefusesLongNames) {
  std::string const name(70'000, 'x');
  for (auto const& subject : {"<urn:" + name + ">", "_:" + name, "p:" + name, "<" + name + ">"}) {
    ParseOptions options;
    options.base = "http://b/";
    EXPECT_THAT(complaint(Syntax::turtle, "@prefix p: <urn:> .\n" + subject + " p:p 1 .", options),
                StartsWith("line 2, column 1: an IRI or a blank node's label has more than 65536 bytes"));
  }
}

TEST(TurtleParser, ReadsLongListsInLittleStack) {
  std::string text = "<urn:s> <urn:p> ( ";
  for (int i = 0; i < 100'000; ++i) text += "1 ";
  EXPECT_EQ(read(Syntax::turtle, text + ") .").size(), 200'001u);
}

TEST(TurtleParser, RefusesPrefixesWithoutEnd) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "@prefix p" + std::to_string(i) + ": <urn:x> .\n";
  ParseOptions options;
  options.limits.names = 1000;
  EXPECT_THAT(complaint(Syntax::turtle, text, options), HasSubstr("prefixes take more than 1000 bytes"));
  std::string again;
  for (int i = 0; i < 1000; ++i) again += "@prefix p: <urn:" + std::to_string(i) + "> .\n";
  EXPECT_EQ(complaint(Syntax::turtle, again, options), "")
      << "one prefix declared again and again takes its place once";
}

}  // namespace
}  // namespace lepton::rdf
