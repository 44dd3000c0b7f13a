#include "rdf/store/disk_run.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/memory_run.h"
#include "rdf/store/run_writer.h"
#include "rdf/store/scan_source.h"
#include "rdf/store/store_model.h"

namespace lepton::rdf {
namespace {

using Runs = std::vector<std::shared_ptr<Run const>>;

class DiskRunTest : public testing::Test {
 protected:
  /// Random runs on top of each other, and what they make of an empty store.
  std::pair<Runs, QuadModel> layered(QuadGenerator& generator, std::size_t count, std::uint64_t quads) {
    Runs runs;
    QuadModel model;
    for (std::size_t i = 0; i < count; ++i) {
      QuadModel next = model;
      for (std::uint64_t n = 0; n < quads; ++n)
        generator.below(3) == 0 ? take(next, generator.quad(), generator.layer())
                                : put(next, generator.quad(), generator.layer());
      std::vector<QuadChange> changes;
      for (auto const& [quad, bits] : next)
        if (std::uint8_t const before = model.contains(quad) ? model[quad] : 0; before != bits)
          changes.push_back({quad, {before, bits}});
      for (auto const& [quad, bits] : model)
        if (!next.contains(quad)) changes.push_back({quad, {bits, 0}});
      runs.push_back(std::make_shared<MemoryRun const>(changes));
      model = next;
    }
    return {runs, model};
  }

  std::vector<std::array<TermId, 4>> all(Runs const& runs, QuadPattern const& pattern, Order order, Layers layers) {
    ScanOptions options;
    options.layers = layers;
    Scan scan(std::make_unique<ScanSource>(std::make_shared<Version const>(1, runs), pattern, order, options));
    return rows_of(scan, order);
  }

  TemporaryDirectory directory_;
  SystemClock clock_;
  Call call_ = system_call(clock_);
};

TEST_F(DiskRunTest, HoldsWhatTheMergedRunsHeld) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    QuadGenerator generator(seed, 60);
    auto const [runs, model] = layered(generator, 1 + generator.below(4), 2500);
    // The lower ones in one file, the others above it.
    std::size_t const lower = 1 + generator.below(runs.size());
    Runs mixed{merge_runs(call_, {runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(lower)},
                          directory_.path() / std::to_string(seed))};
    mixed.insert(mixed.end(), runs.begin() + static_cast<std::ptrdiff_t>(lower), runs.end());
    Version const version(1, mixed);
    for (int i = 0; i < 60; ++i) {
      QuadPattern const pattern = generator.pattern();
      Order const order = generator.order();
      Layers const layers = generator.layers();
      auto const expected = rows_of(model, pattern, order, layers);
      ASSERT_EQ(all(mixed, pattern, order, layers), expected);
      Prefix const prefix = bound_prefix(pattern, order);
      QuadPattern head;
      TermId* const parts[] = {&head.subject, &head.predicate, &head.object, &head.graph};
      for (std::size_t place = 0; place < prefix.length; ++place)
        *parts[static_cast<std::size_t>(parts_of(order)[place])] = prefix.parts[place];
      ASSERT_EQ(version.tally(order, prefix).of(layers), rows_of(model, head, order, layers).size());
    }
  }
}

TEST_F(DiskRunTest, KeepsOneOrderLessForOneGraph) {
  std::vector<QuadChange> changes;
  for (std::int64_t i = 0; i < 5000; ++i)
    changes.push_back({{TermId::of(IdKind::iri, static_cast<std::uint64_t>(i / 5)), TermId::of(IdKind::iri, 1),
                        *find_integer_id(i), TermId::of(IdKind::iri, 9)},
                       {0, 1}});
  Runs const memory{std::make_shared<MemoryRun const>(changes)};
  Runs const disk{merge_runs(call_, memory, directory_.path() / "run")};
  for (auto const graph : {8U, 9U, 10U}) {
    for (auto const subject : {TermId(), TermId::of(IdKind::iri, 0), TermId::of(IdKind::iri, 777)}) {
      QuadPattern const pattern{.subject = subject, .graph = TermId::of(IdKind::iri, graph)};
      EXPECT_EQ(all(disk, pattern, Order::gspo, Layers::both), all(memory, pattern, Order::gspo, Layers::both));
      EXPECT_EQ(disk[0]->tally(Order::gspo, bound_prefix(pattern, Order::gspo)),
                memory[0]->tally(Order::gspo, bound_prefix(pattern, Order::gspo)));
    }
  }
}

TEST_F(DiskRunTest, SeeksByColumnsThatNobodyAskedFor) {
  QuadGenerator generator(8, 3000);
  auto const [runs, model] = layered(generator, 1, 9000);
  auto const version = std::make_shared<Version const>(1, Runs{merge_runs(call_, runs, directory_.path() / "run")});
  for (int i = 0; i < 200; ++i) {
    Order const order = generator.order();
    std::size_t const place = generator.below(4);
    Part const part = parts_of(order)[place];
    ScanOptions options;
    options.layers = generator.layers();
    options.columns.fill(false);
    options.columns[static_cast<std::size_t>(part)] = true;
    auto const rows = rows_of(model, {}, order, options.layers);
    Scan scan(std::make_unique<ScanSource>(version, QuadPattern(), order, options));
    std::size_t at = 0;
    bool there = scan.next();
    for (int step = 0; step < 6 && there; ++step) {
      for (std::size_t row = 0; row < scan.block().rows; ++row)
        ASSERT_EQ(scan.block().column(part)[row], rows[at + row][place]);
      ASSERT_TRUE(scan.block().column(parts_of(order)[(place + 1) % 4]).empty());
      if (generator.below(2) == 0) {
        at += scan.block().rows;
        there = scan.next();
      } else {
        std::size_t const first = at;
        at += generator.below(rows.size() - at);
        std::size_t const length = 1 + generator.below(4);
        while (at > first && std::equal(rows[at].begin(), rows[at].begin() + static_cast<std::ptrdiff_t>(length),
                                        rows[at - 1].begin()))
          --at;
        there = scan.seek({rows[at].data(), length});
        ASSERT_TRUE(there);
      }
    }
  }
}

TEST_F(DiskRunTest, SaysWhenABitIsWrong) {
  QuadGenerator generator(5, 60);
  auto const [runs, model] = layered(generator, 2, 3000);
  auto const path = directory_.path() / "run";
  Runs const disk{merge_runs(call_, runs, path)};
  std::string const sound = read_file(path);
  auto const expected = rows_of(model, {}, Order::spo, Layers::both);
  for (int i = 0; i < 200; ++i) {
    std::string damaged = sound;
    damaged[generator.below(damaged.size())] ^= static_cast<char>(1 << generator.below(8));
    std::ofstream(directory_.path() / "damaged", std::ios::binary) << damaged;
    try {
      Runs const read{std::make_shared<DiskRun const>(directory_.path() / "damaged")};
      for (int order = 0; order < static_cast<int>(order_count); ++order)
        ASSERT_EQ(all(read, {}, static_cast<Order>(order), Layers::both).size(), expected.size());
      // Only bytes that nobody reads, such as what fills the last page, may go unnoticed.
      ASSERT_EQ(all(read, {}, Order::spo, Layers::both), expected);
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), Code::unavailable);
      EXPECT_NE(std::string(error.what()).find("damaged"), std::string::npos);
    }
  }
}

TEST_F(DiskRunTest, SaysWhenItIsCutOff) {
  QuadGenerator generator(6, 60);
  auto const [runs, model] = layered(generator, 1, 3000);
  auto const path = directory_.path() / "run";
  static_cast<void>(merge_runs(call_, runs, path));
  for (std::uint64_t const size : {0U, 5U, 30U, 20000U}) {
    std::filesystem::resize_file(path, size);
    EXPECT_THROW(DiskRun{path}, Error) << size;
    std::filesystem::remove(path);
    static_cast<void>(merge_runs(call_, runs, path));
  }
}

}  // namespace
}  // namespace lepton::rdf
