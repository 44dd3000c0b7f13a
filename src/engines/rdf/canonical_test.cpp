#include "rdf/canonical.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

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

/// A dataset over few blank nodes and predicates, so that many are alike.
std::vector<Quad> random_dataset(std::mt19937& random, int nodes, int quads) {
  auto const node = [&] { return blank("n" + std::to_string(random() % nodes)); };
  std::vector<Quad> dataset;
  for (int i = 0; i < quads; ++i) {
    dataset.emplace_back(node(), iri(random() % 2 == 0 ? "urn:p" : "urn:q"), node());
    if (random() % 8 == 0) dataset.back().graph = node();
  }
  return dataset;
}

std::vector<Quad> relabelled(std::vector<Quad> dataset, std::vector<int> const& order) {
  auto const rename = [&](Term& term) {
    if (term.kind == TermKind::blank) term.value = "n" + std::to_string(order[std::stoul(term.value.substr(1))]);
  };
  for (auto& quad : dataset) {
    rename(quad.subject);
    rename(quad.object);
    if (quad.graph) rename(*quad.graph);
  }
  std::ranges::sort(dataset);
  dataset.erase(std::unique(dataset.begin(), dataset.end()), dataset.end());
  return dataset;
}

/// Straight from the definition: tries every renaming.
bool isomorphic_by_definition(std::vector<Quad> const& a, std::vector<Quad> const& b, int nodes) {
  std::vector<int> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), 0);
  auto const target = relabelled(b, order);
  do {
    if (relabelled(a, order) == target) return true;
  } while (std::ranges::next_permutation(order).found);
  return false;
}

TEST(Canonical, AgreesWithTheDefinitionOnSmallDatasets) {
  std::mt19937 random(7);
  int alike = 0;
  for (int round = 0; round < 300; ++round) {
    int const nodes = 2 + round % 3;
    auto const a = random_dataset(random, nodes, nodes);
    auto b = random_dataset(random, nodes, nodes);
    if (round % 2 == 0) {
      std::vector<int> order(static_cast<std::size_t>(nodes));
      std::iota(order.begin(), order.end(), 0);
      std::ranges::shuffle(order, random);
      b = relabelled(a, order);
      if (random() % 2 == 0) std::swap(b.front().subject, b.front().object);
    }
    bool const expected = isomorphic_by_definition(a, b, nodes);
    EXPECT_EQ(isomorphic(test_call(), a, b), expected) << statements(a) << "and\n" << statements(b);
    alike += expected ? 1 : 0;
  }
  EXPECT_GT(alike, 50);
  EXPECT_LT(alike, 250);
}

TEST(Canonical, IgnoresRenamingOfRandomDatasets) {
  std::mt19937 random(11);
  for (int round = 0; round < 100; ++round) {
    auto const dataset = random_dataset(random, 7, 12);
    std::vector<int> order{0, 1, 2, 3, 4, 5, 6};
    std::ranges::shuffle(order, random);
    EXPECT_TRUE(isomorphic(test_call(), dataset, relabelled(dataset, order))) << statements(dataset);
  }
}

TEST(Canonical, EndsWhenTheCallDoes) {
  std::stop_source stop;
  SystemClock const clock;
  Call const call = system_call(clock, stop.get_token());
  stop.request_stop();
  auto const dataset = nquads("_:x <urn:p> _:y .\n");
  EXPECT_THROW((void)canonicalize(call, dataset), Error);
}

TEST(Canonical, NamesTheCellsOfAListOfEqualMembers) {
  auto const list =
      read(Syntax::turtle, "<urn:s> <urn:p> ( 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ) .");
  EXPECT_EQ(canonicalize(test_call(), list).labels.size(), 30u);
}

TEST(Canonical, IsQuickWhereNodesDiffer) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "_:n" + std::to_string(i) + " <urn:p> \"" + std::to_string(i) + "\" .\n";
  EXPECT_EQ(canonicalize(test_call(), nquads(text)).labels.size(), 2000u);
}

}  // namespace
}  // namespace lepton::rdf
