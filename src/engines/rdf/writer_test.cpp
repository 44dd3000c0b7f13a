#include "rdf/writer.h"

#include <gtest/gtest.h>

#include "rdf/canonical.h"
#include "rdf/parse_testing.h"

namespace lepton::rdf {
namespace {

std::string write(Syntax syntax, std::vector<Quad> const& quads, WriteOptions const& options = {}) {
  StringSink sink;
  auto const writer = make_writer(syntax, sink, options);
  for (auto const& quad : quads) writer->quad(quad.view());
  writer->finish();
  return sink.text;
}

Quad const plain(iri("http://e/s"), iri("http://e/p"), iri("http://e/o"));

TEST(Writer, WritesCanonicalLines) {
  EXPECT_EQ(write(Syntax::nquads, {Quad(blank("a"), iri("urn:p"), literal("\t\n\r\b\f\"\\\x01\x7Fé"), iri("urn:g"))}),
            "_:a <urn:p> \"\\t\\n\\r\\b\\f\\\"\\\\\\u0001\\u007Fé\" <urn:g> .\n");
}

TEST(Writer, LetsNothingBreakOutOfItsQuotes) {
  EXPECT_EQ(write(Syntax::ntriples, {Quad(iri("urn:a> <urn:x"), iri("urn:p"), literal("\" . <urn:b>"))}),
            "<urn:a\\u003E\\u0020\\u003Curn:x> <urn:p> \"\\\" . <urn:b>\" .\n");
  EXPECT_THROW(write(Syntax::ntriples, {Quad(blank("a b"), iri("urn:p"), iri("urn:o"))}), Error);
}

TEST(Writer, GroupsTurtle) {
  std::vector<Quad> const quads{Quad(iri("http://e/s"), iri(rdf_type), iri("http://e/C")),
                                plain,
                                Quad(iri("http://e/s"), iri("http://e/p"), literal("5", xsd_integer)),
                                Quad(iri("http://e/s"), iri("http://e/p"), literal("5.", xsd_integer)),
                                Quad(iri("http://e/s"), iri("http://e/p"), literal("1e5", xsd_double)),
                                Quad(iri("http://e/s"), iri("http://e/p"), language_literal("x", "en")),
                                Quad(iri("http://e/a/b"), iri("http://e/p"), iri("http://e/"))};
  EXPECT_EQ(write(Syntax::turtle, quads, {.prefixes = {{"e", "http://e/"}}}),
            "@prefix e: <http://e/> .\n"
            "e:s a e:C ;\n    e:p e:o, 5, \"5.\"^^<http://www.w3.org/2001/XMLSchema#integer>, 1e5, \"x\"@en .\n"
            "<http://e/a/b> e:p e: .\n");
}

TEST(Writer, GroupsTrig) {
  EXPECT_EQ(write(Syntax::trig, {plain, Quad(plain.subject, plain.predicate, plain.object, iri("http://e/g")),
                                 Quad(plain.subject, plain.predicate, literal("x"), iri("http://e/g"))}),
            "<http://e/s> <http://e/p> <http://e/o> .\n"
            "<http://e/g> {\n    <http://e/s> <http://e/p> <http://e/o>, \"x\" .\n}\n");
}

TEST(Writer, DeclaresThePrefixesItIsTold) {
  StringSink sink;
  auto const writer = make_writer(Syntax::trig, sink);
  writer->prefix("e", "http://e/");
  writer->quad(Quad(plain.subject, plain.predicate, plain.object, iri("http://e/g")).view());
  writer->prefix("e", "http://other/");
  writer->prefix("bad name", "http://x/");
  writer->quad(plain.view());
  writer->finish();
  EXPECT_EQ(sink.text,
            "@prefix e: <http://e/> .\ne:g {\n    e:s e:p e:o .\n}\n@prefix e: <http://other/> .\n"
            "<http://e/s> <http://e/p> <http://e/o> .\n");
}

TEST(Writer, WritesRdfXml) {
  EXPECT_EQ(write(Syntax::rdfxml,
                  {plain, Quad(plain.subject, iri("http://f/q"), literal("<&>\r")),
                   Quad(blank("0"), plain.predicate, blank("0"))},
                  {.prefixes = {{"e", "http://e/"}}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:e=\"http://e/\">\n"
            "  <rdf:Description rdf:about=\"http://e/s\">\n    <e:p rdf:resource=\"http://e/o\"/>\n"
            "    <p:q xmlns:p=\"http://f/\">&lt;&amp;&gt;&#xD;</p:q>\n  </rdf:Description>\n"
            "  <rdf:Description rdf:nodeID=\"b0\">\n    <e:p rdf:nodeID=\"b0\"/>\n  </rdf:Description>\n</rdf:RDF>\n");
}

TEST(Writer, RefusesWhatASyntaxCannotHold) {
  Quad const named(plain.subject, plain.predicate, plain.object, iri("http://e/g"));
  for (auto const syntax : {Syntax::ntriples, Syntax::turtle, Syntax::rdfxml})
    EXPECT_THROW(write(syntax, {named}), Error);
  EXPECT_THROW(write(Syntax::rdfxml, {Quad(plain.subject, iri("http://e/1"), plain.object)}), Error);
  EXPECT_THROW(write(Syntax::rdfxml, {Quad(plain.subject, plain.predicate, literal(std::string(1, '\x01')))}), Error);
}

// Terms chosen to be hard to write: whatever is written must read back as the same dataset.
TEST(Writer, WritesWhatItsParserReadsBack) {
  std::vector<Term> const subjects{iri("http://e/s"), iri("http://e/a.b."), iri("http://e/é:ü"), blank("a.b"),
                                   iri("urn:x#"),     iri("http://e/-a"),   iri("mailto:a@b"),   blank("anon1")};
  std::vector<Term> const objects{literal(""),
                                  literal("a'''\"\"\""),
                                  literal("\\u0041"),
                                  literal("true", xsd_boolean),
                                  literal("+.5E-3", xsd_double),
                                  literal("1.", xsd_decimal),
                                  literal("é😀"),
                                  language_literal("x\r\n", "de-AT"),
                                  literal("<x/>", rdf_xml_literal)};
  std::vector<Quad> quads;
  for (auto const& subject : subjects) {
    for (auto const& object : objects) quads.emplace_back(subject, iri("http://e/p"), object);
    for (auto const& object : subjects) quads.emplace_back(subject, iri("http://e/p.q"), object);
  }
  for (auto const syntax : {Syntax::ntriples, Syntax::nquads, Syntax::turtle, Syntax::trig, Syntax::rdfxml}) {
    auto const text = write(syntax, quads, {.prefixes = {{"e", "http://e/"}, {"", "urn:x#"}, {"m", "mailto:"}}});
    EXPECT_TRUE(isomorphic(test_call(), quads, read(syntax, text))) << text;
  }
}

}  // namespace
}  // namespace lepton::rdf
