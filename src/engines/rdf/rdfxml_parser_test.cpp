#include "rdf/rdfxml_parser.h"

#include <gmock/gmock.h>

#include "rdf/parse_testing.h"
#include "rdf/writer.h"

namespace lepton::rdf {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string document(std::string_view content) {
  return "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:e='http://e/'>\n" +
         std::string(content) + "\n</rdf:RDF>";
}

TEST(RdfXmlParser, ReadsNodesAndProperties) {
  EXPECT_EQ(read_as_nquads(Syntax::rdfxml, document(R"(<e:C rdf:about='http://s' e:a='1' xml:lang='de'>
  <e:p rdf:resource='http://o'/><e:q>text</e:q><e:r rdf:datatype='http://t'>5</e:r>
  <e:n><rdf:Description rdf:nodeID='x'/></e:n></e:C>)")),
            "<http://s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/C> .\n"
            "<http://s> <http://e/a> \"1\"@de .\n<http://s> <http://e/p> <http://o> .\n"
            "<http://s> <http://e/q> \"text\"@de .\n<http://s> <http://e/r> \"5\"^^<http://t> .\n"
            "<http://s> <http://e/n> _:x .\n");
}

TEST(RdfXmlParser, ReadsCollectionsAndReification) {
  std::string const rdf(rdf_namespace);
  EXPECT_EQ(read_as_nquads(Syntax::rdfxml, document(R"(<rdf:Description rdf:about='http://s'>
  <e:p rdf:parseType='Collection'><rdf:Description rdf:about='http://1'/><rdf:Description rdf:about='http://2'/></e:p>
  <e:q rdf:ID='st'>x</e:q></rdf:Description>)"),
                           {.base = "http://b/", .limits = {}, .recover = {}}),
            "<http://s> <http://e/p> _:anon1 .\n_:anon1 <" + rdf + "first> <http://1> .\n_:anon1 <" + rdf +
                "rest> _:anon2 .\n_:anon2 <" + rdf + "first> <http://2> .\n_:anon2 <" + rdf + "rest> <" + rdf +
                "nil> .\n<http://s> <http://e/q> \"x\" .\n<http://b/#st> <" + rdf + "type> <" + rdf +
                "Statement> .\n<http://b/#st> <" + rdf + "subject> <http://s> .\n<http://b/#st> <" + rdf +
                "predicate> <http://e/q> .\n<http://b/#st> <" + rdf + "object> \"x\" .\n");
}

TEST(RdfXmlParser, CanonicalisesXmlLiterals) {
  auto const quads = read(Syntax::rdfxml, document(R"(<rdf:Description rdf:about='http://s'>
<e:p rdf:parseType='Literal' xmlns:u='http://unused/'>a &lt;<e:b z='1' e:y="&#9;&quot;" a='2'/><!-- c --><?pi d?></e:p>
</rdf:Description>)"));
  ASSERT_EQ(quads.size(), 1u);
  EXPECT_EQ(quads[0].object, literal("a &lt;<e:b xmlns:e=\"http://e/\" a=\"2\" z=\"1\" e:y=\"&#x9;&quot;\"></e:b>"
                                     "<!-- c --><?pi d?>",
                                     rdf_xml_literal));
}

TEST(RdfXmlParser, SaysWhereAndWhat) {
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<rdf:Description rdf:bagID='x'/>")),
              StartsWith("line 2, column 1: rdf:bagID may not be an attribute"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A><e:p>")), HasSubstr("not well-formed: mismatched tag"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A about='x'/>")), HasSubstr("'x' is relative, and no base"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A rdf:about='http://a b'/>")), HasSubstr("may not have"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A rdf:ID='a'/><e:A rdf:ID='a'/>"),
                        {.base = "http://b/", .limits = {}, .recover = {}}),
              HasSubstr("rdf:ID 'a' is used twice"));
  EXPECT_THAT(complaint(Syntax::rdfxml, "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' r:about='x:'/>"),
              HasSubstr("rdf:RDF has no attributes but"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("text")), HasSubstr("text may stand only alone inside a property"));
  EXPECT_THAT(complaint(Syntax::rdfxml, ""), HasSubstr("no element found"));
}

TEST(RdfXmlParser, SkipsBadElementsWhereAsked) {
  std::vector<std::string> problems;
  ParseOptions options;
  options.recover = [&](Problem const& problem) { problems.push_back(problem.sentence); };
  EXPECT_EQ(read_as_nquads(Syntax::rdfxml,
                           document("<rdf:li><e:x><e:A/></e:x></rdf:li>\n"
                                    "<rdf:Description rdf:about='http://s'>\n"
                                    "<e:bad rdf:about='http://x'>a<e:b/></e:bad><e:p>1</e:p>\n"
                                    "</rdf:Description>"),
                           options),
            "<http://s> <http://e/p> \"1\" .\n");
  EXPECT_EQ(problems.size(), 2u);
}

TEST(RdfXmlParser, ReadsEntitiesOfItsDocumentTypeOnly) {
  std::string const text = "<!DOCTYPE rdf:RDF [<!ENTITY e 'http://e/'>]>" +
                           document("<rdf:Description rdf:about='&e;s'><e:p>&e;</e:p></rdf:Description>");
  EXPECT_EQ(read_as_nquads(Syntax::rdfxml, text), "<http://e/s> <http://e/p> \"http://e/\" .\n");
  EXPECT_THAT(complaint(Syntax::rdfxml, "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" +
                                            document("<e:A><e:p>&e;</e:p></e:A>")),
              HasSubstr("external entities are not read"));
}

TEST(RdfXmlParser, RefusesEntitiesThatBlowUp) {
  std::string laughs = "<!DOCTYPE r [<!ENTITY a0 '" + std::string(1000, 'x') + "'>";
  for (int i = 1; i < 12; ++i) {
    std::string const before = "&a" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY a" + std::to_string(i) + " '";
    for (int j = 0; j < 10; ++j) laughs += before;
    laughs += "'>";
  }
  laughs += "]>" + document("<e:A><e:p>&a11;</e:p></e:A>");
  EXPECT_THAT(complaint(Syntax::rdfxml, laughs), HasSubstr("amplification"));

  std::string chain = "<!DOCTYPE r [<!ENTITY a0 'x'>";
  for (int i = 1; i < 50'000; ++i) {
    chain += "<!ENTITY a" + std::to_string(i) + " '&a" + std::to_string(i - 1) + ";'>";
  }
  chain += "]>" + document("<e:A><e:p>&a49999;</e:p></e:A>");
  EXPECT_THAT(complaint(Syntax::rdfxml, chain), HasSubstr("more than 1000 entities"));
}

TEST(RdfXmlParser, RefusesDeepNestingAndHugeTokens) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<e:A><e:p>";
  EXPECT_THAT(complaint(Syntax::rdfxml, document(deep)), HasSubstr("elements inside each other"));
  ParseOptions options;
  options.limits.token = 100'000;
  std::string const huge(400'000, 'x');
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A e:p='" + huge), options), HasSubstr("longer than"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A><e:p>" + huge), options), HasSubstr("longer than"));
}

TEST(RdfXmlParser, TellsItsNamespacesAsPrefixes) {
  std::string const text = document("<e:A/>");
  StringSource source(text);
  StringSink sink;
  auto const writer = make_writer(Syntax::turtle, sink);
  parse(test_call(), Syntax::rdfxml, source, *writer);
  writer->finish();
  EXPECT_EQ(
      sink.text,
      "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n@prefix e: <http://e/> .\n_:anon1 a e:A .\n");
}

TEST(RdfXmlParser, RefusesLongNames) {
  std::string const name(70'000, 'x');
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A rdf:about='urn:" + name + "'/>")), HasSubstr("more than 65536"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A rdf:nodeID='" + name + "'/>")), HasSubstr("more than 65536"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A><e:" + name + "/></e:A>")), HasSubstr("more than 65536"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A xml:lang='" + name + "'/>")), HasSubstr("…"));
  EXPECT_THAT(complaint(Syntax::rdfxml, document("<e:A xml:lang='en_US'/>")), HasSubstr("not a language tag"));
  EXPECT_LT(complaint(Syntax::rdfxml, document("<e:A xml:lang='" + name + "'/>")).size(), 400u);
}

TEST(RdfXmlParser, ReadsXmlLiteralsWithManyNamespacesQuickly) {
  std::string spaces;
  std::string attributes;
  for (int i = 0; i < 20'000; ++i) {
    std::string const prefix = "n" + std::to_string(i);
    spaces += " xmlns:" + prefix + "='urn:" + prefix + "'";
    attributes += " " + prefix + ":a=''";
  }
  std::string children;
  for (int i = 0; i < 20'000; ++i) children += "<e:c/>";
  auto const quads = read(Syntax::rdfxml, document("<rdf:Description><e:p rdf:parseType='Literal'><e:b" + spaces +
                                                   attributes + ">" + children + "</e:b></e:p></rdf:Description>"));
  ASSERT_EQ(quads.size(), 1u);
  EXPECT_THAT(quads[0].object.value, testing::EndsWith("<e:c></e:c></e:b>"));
}

TEST(RdfXmlParser, ReadsOtherEncodings) {
  std::string text = "<?xml version='1.0' encoding='ISO-8859-1'?>" +
                     document("<rdf:Description rdf:about='http://s'><e:p>\xE9</e:p></rdf:Description>");
  EXPECT_EQ(read_as_nquads(Syntax::rdfxml, text), "<http://s> <http://e/p> \"é\" .\n");
}

}  // namespace
}  // namespace lepton::rdf
