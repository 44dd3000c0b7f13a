#include "rdf/store/selected_run.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "rdf/store/dictionary.h"
#include "rdf/store/snapshot.h"
#include "rdf/store/version.h"

namespace lepton::rdf {
namespace {

constexpr std::array<Order, order_count> all_orders{Order::spo, Order::pso, Order::pos, Order::osp, Order::gspo};

TermId iri_id(std::uint64_t number) {
  return TermId::of(IdKind::iri, number);
}

std::vector<IdQuad> quads_of(Snapshot const& snapshot, QuadPattern const& pattern, Order order) {
  std::vector<IdQuad> quads;
  for (auto scan = snapshot.scan(pattern, order); scan.next();) {
    auto const& block = scan.block();
    for (std::size_t row = 0; row < block.rows; ++row)
      quads.push_back({block.columns[0][row], block.columns[1][row], block.columns[2][row], block.columns[3][row]});
  }
  return quads;
}

/// A random run, what is left of it for one reader, and that alone as a run of its own.
struct Pair {
  explicit Pair(unsigned seed, std::size_t rows) : random(seed) {
    std::set<IdQuad> drawn;
    auto const any = [&](std::uint64_t limit) { return iri_id(random() % limit); };
    for (std::size_t i = 0; i < rows; ++i) {
      bool const literal = random() % 3 == 0;
      drawn.insert({any(200), any(8), literal ? *find_integer_id(static_cast<int>(random() % 50)) : any(200),
                    random() % 4 == 0 ? any(4) : TermId::default_graph()});
    }
    IriSet seen(190);  // those from 190 on are beyond the set
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = i < 8 || random() % 4 != 0;
    auto const is_seen = [&](TermId id) {
      return id.kind() != IdKind::iri || (id.payload() < seen.size() && seen[id.payload()]);
    };
    std::vector<QuadChange> all, left;
    for (auto const& quad : drawn) {
      QuadChange const change{quad, {0, static_cast<std::uint8_t>(1 + random() % 3)}};
      all.push_back(change);
      if (is_seen(quad.subject) && is_seen(quad.object) && is_seen(quad.graph)) left.push_back(change);
    }
    selected = std::make_shared<SelectedRun const>(std::make_shared<MemoryRun const>(all), seen);
    alone = std::make_shared<MemoryRun const>(left);
  }
  [[nodiscard]] Snapshot snapshot(std::shared_ptr<Run const> run) const {
    return {std::make_shared<Version const>(1, std::vector{std::move(run)}), dictionary};
  }

  std::mt19937 random;
  Dictionary dictionary;
  std::shared_ptr<SelectedRun const> selected;
  std::shared_ptr<MemoryRun const> alone;
};

class SelectedRunTest : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Of, SelectedRunTest, testing::Values(0, 1, 50, 6000));

TEST_P(SelectedRunTest, ReadsAsIfTheOtherRowsWereNotThere) {
  Pair pair(17, GetParam());
  auto const selected = pair.snapshot(pair.selected);
  auto const alone = pair.snapshot(pair.alone);
  EXPECT_EQ(pair.selected->rows(), pair.alone->rows());
  for (Order const order : all_orders) {
    EXPECT_EQ(quads_of(selected, {}, order), quads_of(alone, {}, order));
    for (int i = 0; i < 40; ++i) {
      QuadPattern pattern;
      if (pair.random() % 2 == 0) pattern.subject = iri_id(pair.random() % 200);
      if (pair.random() % 2 == 0) pattern.predicate = iri_id(pair.random() % 8);
      if (pair.random() % 3 == 0) pattern.object = iri_id(pair.random() % 200);
      EXPECT_EQ(quads_of(selected, pattern, order), quads_of(alone, pattern, order));
      EXPECT_EQ(selected.count(pattern), alone.count(pattern));
      EXPECT_EQ(selected.count(pattern, Layers::inferred), alone.count(pattern, Layers::inferred));
    }
  }
}

TEST_P(SelectedRunTest, KnowsNoStatisticsOfTheOthers) {
  Pair const pair(18, GetParam());
  auto const& mine = pair.selected->predicates();
  auto const& theirs = pair.alone->predicates();
  ASSERT_EQ(mine.size(), theirs.size());
  for (std::size_t i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(mine[i].predicate, theirs[i].predicate);
    EXPECT_EQ(mine[i].quads, theirs[i].quads);
    EXPECT_EQ(mine[i].subjects, theirs[i].subjects);
    EXPECT_EQ(mine[i].objects, theirs[i].objects);
  }
  EXPECT_EQ(pair.snapshot(pair.selected).named_graphs(), pair.snapshot(pair.alone).named_graphs());
}

}  // namespace
}  // namespace lepton::rdf
