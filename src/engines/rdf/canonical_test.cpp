#include "rdf/canonical.h"

#include <gtest/gtest.h>

#include "rdf/parse_testing.h"

namespace lepton::rdf {
namespace {

std::vector<Quad> nquads(std::string_view text) {
  return read(Syntax::nquads, text);
}

std::string reason_of_failure(std::vector<Quad> const& quads) {
  try {
    (void)canonicalize(test_call(), quads);
  } catch (Error const& error) {
    return std::string(error.reason());
  }
  return "";
}

TEST(Canonical, IgnoresLabelsOrderAndRepetition) {
  auto const a = canonicalize(test_call(), nquads("_:x <urn:p> _:y .\n_:y <urn:q> \"1\" _:x .\n"));
  auto const b = canonicalize(test_call(), nquads("_:b <urn:q> \"1\" _:a .\n_:a <urn:p> _:b .\n_:a <urn:p> _:b .\n"));
  EXPECT_EQ(a.nquads, b.nquads);
  EXPECT_EQ(a.labels.at("x"), b.labels.at("a"));
}

TEST(Canonical, TellsApartWhatDiffers) {
  EXPECT_FALSE(isomorphic(test_call(), nquads("_:x <urn:p> _:y .\n"), nquads("_:x <urn:p> _:x .\n")));
  // Two circles of three against one of six: every node alone looks the same.
  std::string three, six;
  for (int i = 0; i < 6; ++i) {
    three += "_:n" + std::to_string(i) + " <urn:p> _:n" + std::to_string(i / 3 * 3 + (i + 1) % 3) + " .\n";
    six += "_:n" + std::to_string(i) + " <urn:p> _:n" + std::to_string((i + 1) % 6) + " .\n";
  }
  EXPECT_FALSE(isomorphic(test_call(), nquads(three), nquads(six)));
}

TEST(Canonical, RefusesPoisonGraphs) {
  std::string clique;
  for (int i = 0; i < 12; ++i) {
    for (int j = 0; j < 12; ++j) {
      if (i != j) clique += "_:n" + std::to_string(i) + " <urn:p> _:n" + std::to_string(j) + " .\n";
    }
  }
  EXPECT_EQ(reason_of_failure(nquads(clique)), "poison_graph");
  std::string chain;
  for (int i = 0; i < 5000; ++i) chain += "_:n" + std::to_string(i) + " <urn:p> _:n" + std::to_string(i + 1) + " .\n";
  EXPECT_EQ(reason_of_failure(nquads(chain)), "poison_graph");
}

TEST(Canonical, IsQuickWhereNodesDiffer) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "_:n" + std::to_string(i) + " <urn:p> \"" + std::to_string(i) + "\" .\n";
  EXPECT_EQ(canonicalize(test_call(), nquads(text)).labels.size(), 2000u);
}

}  // namespace
}  // namespace lepton::rdf
