// Any bytes as a model artifact: refused with a sentence, or a model that gives the same answer to the same row in
// every batch.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "runtime/boosted_trees.h"

namespace lepton::runtime {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

constexpr std::size_t kRows = 11;  // one block of eight side by side, and three that are walked alone

void check_bytes(std::string_view bytes) {
  std::optional<BoostedTrees> trees;
  try {
    trees = BoostedTrees::parse(bytes);
  } catch (Error const& error) {
    expect(error.code() == Code::invalid);
    return;
  }
  expect(trees->features() > 0);
  if (trees->features() > 1000 || trees->outputs() > 100) return;  // the arrays below, not the model
  Matrix rows(kRows, trees->features());
  for (std::size_t column = 0; column < trees->features(); ++column)
    if (column % 3 != 0)
      for (std::size_t row = 0; row < kRows; ++row) rows.at(row, column) = static_cast<float>(column % 7) - 3.0F;
  auto const outputs = trees->outputs();
  std::vector<float> scores(kRows * outputs);
  trees->evaluate(rows.view(), scores.data());
  for (std::size_t i = 0; i < scores.size(); ++i)
    expect(std::bit_cast<std::uint32_t>(scores[i]) == std::bit_cast<std::uint32_t>(scores[i % outputs]));
  try {
    expect(trees->contributions(rows.row(0), outputs - 1).size() == trees->features() + 1);
  } catch (Error const& error) {
    expect(error.code() == Code::invalid);
  }
}

}  // namespace
}  // namespace lepton::runtime

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::runtime::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
