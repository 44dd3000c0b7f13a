#include <gtest/gtest.h>

#include "rdf/canonical.h"
#include "rdf/jsonld_from_rdf.h"
#include "rdf/parse_testing.h"
#include "rdf/writer.h"

namespace lepton::rdf {
namespace {

constexpr std::string_view customer = R"({
  "@context": {"@vocab": "http://bank.example/", "guarantees": {"@type": "@id"}},
  "@id": "http://bank.example/c/1", "name": {"@value": "张伟", "@language": "zh"}, "limit": 20000, "guarantees": "http://bank.example/c/2"
})";

TEST(JsonLd, ReadsADocument) {
  EXPECT_EQ(read_as_nquads(Syntax::jsonld, customer),
            "<http://bank.example/c/1> <http://bank.example/guarantees> <http://bank.example/c/2> .\n"
            "<http://bank.example/c/1> <http://bank.example/limit> "
            "\"20000\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n"
            "<http://bank.example/c/1> <http://bank.example/name> \"张伟\"@zh .\n");
}

TEST(JsonLd, SaysWhichRuleABrokenDocumentBreaks) {
  EXPECT_EQ(complaint(Syntax::jsonld, R"({"@id": 7})"), "invalid @id value: @id is an integer, expected a string");
  EXPECT_EQ(complaint(Syntax::jsonld, R"({"@context": {"a": "b:c", "b": "a:d"}})"),
            "cyclic IRI mapping: the term \"a\" is defined by itself");
  EXPECT_THAT(complaint(Syntax::jsonld, "{\n \"a\" 1}"), testing::HasSubstr("line 2"));
}

TEST(JsonLd, LoadsNothingFromElsewhereUnlessToldHow) {
  std::string_view const document = R"({"@context": "https://schema.example/", "@id": "http://e/1", "name": "x"})";
  EXPECT_THAT(complaint(Syntax::jsonld, document), testing::HasSubstr("loading remote context failed"));
  ParseOptions options;
  options.load_context = [](std::string const&) { return R"({"@context": {"name": "http://e/name"}})"; };
  EXPECT_EQ(read_as_nquads(Syntax::jsonld, document, options), "<http://e/1> <http://e/name> \"x\" .\n");
}

TEST(JsonLd, ADocumentThatIsTooLongIsRefusedBeforeItIsKept) {
  ParseOptions options;
  options.limits.document = 10;
  EXPECT_THAT(complaint(Syntax::jsonld, customer, options), testing::HasSubstr("may have 10 bytes"));
}

TEST(JsonLd, LabelsThatOtherSyntaxesCannotHoldAreReplaced) {
  auto const quads = read(Syntax::jsonld, R"({"@id": "_:a b", "http://e/p": [{"@id": "_:a b"}, {"@id": "_:anon1"}]})");
  ASSERT_EQ(quads.size(), 2u);
  EXPECT_EQ(quads[0].object, quads[0].subject);
  EXPECT_NE(quads[1].object, quads[1].subject);
  EXPECT_NO_THROW((void)statements(quads));
}

TEST(JsonLd, WhatIsWrittenReadsBack) {
  auto const quads = read(Syntax::trig, R"(
    @prefix e: <http://e/> .
    e:a e:p "x"@en, 1, e:b ; e:q ( 1 ( 2 ) ) .
    e:g { _:n e:p "\u0000\"\n" . e:a a e:C }
    e:b e:p e:a .  e:b e:q e:a .  e:b e:p e:c .)");
  StringSink sink;
  auto const writer = make_writer(Syntax::jsonld, sink);
  for (auto const& quad : quads) writer->quad(quad.view());
  writer->finish();
  EXPECT_TRUE(isomorphic(test_call(), quads, read(Syntax::jsonld, sink.text))) << sink.text;
  auto const folded = json::write(to_jsonld(test_call(), quads));
  EXPECT_THAT(folded, testing::HasSubstr("@list"));
  EXPECT_TRUE(isomorphic(test_call(), quads, read(Syntax::jsonld, folded))) << folded;
}

TEST(JsonLd, AnEmptyDatasetIsAnEmptyArray) {
  StringSink sink;
  make_writer(Syntax::jsonld, sink)->finish();
  EXPECT_TRUE(read(Syntax::jsonld, sink.text).empty());
}

}  // namespace
}  // namespace lepton::rdf
