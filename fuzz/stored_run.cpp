// A run's file with changed bytes and sound checksums: it is read to its end, or called damaged.
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/run_writer.h"
#include "stored_file.h"

namespace lepton::rdf {
namespace {

/// Sound runs to begin with: of one graph and of several.
struct Ground {
  Ground() {
    for (std::size_t graphs : {1U, 3U}) {
      std::vector<QuadChange> rows, scratch;
      for (std::uint64_t i = 0; i < 300; ++i) {
        auto const id = [](std::uint64_t n) { return TermId::of(IdKind::iri, n); };
        rows.push_back({{id(i / 3), id(i % 3), id(i % 50), id(1000 + i % graphs)}, {0, 1}});
      }
      std::sort(rows.begin(), rows.end(), [](auto const& a, auto const& b) { return a.quad < b.quad; });
      auto const path = folder.path() / "sound";
      (void)write_run(system_call(clock), rows, scratch, path);
      contents.push_back(content_of(path));
    }
  }
  SystemClock clock;
  TemporaryDirectory folder;
  std::vector<std::string> contents;
};

void read_all(DiskRun const& run, Order order) {
  auto const cursor = run.open(order);
  std::uint64_t sum = 0;
  for (std::size_t blocks = 0; cursor->rows() > 0 && blocks < 100; ++blocks, cursor->next()) {
    for (std::size_t place = 0; place < 4; ++place) {
      auto const* const column = cursor->column(place);
      for (std::size_t row = 0; row < cursor->rows(); ++row) sum += column[row].raw();
    }
    for (std::size_t row = 0; row < cursor->rows(); ++row) sum += cursor->changes()[row];
  }
  Prefix const prefix{{TermId::of(IdKind::iri, 7), TermId::of(IdKind::iri, 1), {}, {}}, 2};
  cursor->seek(prefix);
  if (cursor->rows() > 0) sum += cursor->column(0)[0].raw();
  sum += static_cast<std::uint64_t>(run.tally(order, prefix).stated);
  static volatile std::uint64_t seen = 0;
  seen = sum;
}

void check_bytes(std::string_view input) {
  static Ground const ground;
  if (input.empty()) return;
  auto const path = ground.folder.path() / "changed";
  write_changed(ground.contents[static_cast<unsigned char>(input[0]) % 2], input.substr(1), path);
  try {
    DiskRun const run(path);
    for (std::size_t order = 0; order < order_count; ++order) read_all(run, static_cast<Order>(order));
  } catch (Error const& error) {
    if (error.code() != Code::unavailable) std::abort();
  }
}

}  // namespace
}  // namespace lepton::rdf

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::rdf::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
