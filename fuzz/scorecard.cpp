// Any bytes as a scorecard: refused with a sentence, or a card whose points add up and which is written as it was read.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "runtime/scorecard_model.h"

namespace lepton::runtime {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

void check_bytes(std::string_view bytes) {
  try {
    auto const card = Scorecard::parse(bytes);
    auto const written = card.write();
    expect(Scorecard::is(written) && Scorecard::parse(written).write() == written);
    auto const& content = card.content();
    auto const model = load_scorecard(written, signature_of(content, "event"));
    for (float const value : {missing, -1e30F, 0.0F, 1.0F, 1e30F}) {
      Matrix const row(content.features.size(), std::vector<float>(content.features.size(), value));
      double const probability = card.probability(card.points(row.row(0)));
      expect(probability >= 0 && probability <= 1);
      (void)model->predict(row.view());
      auto const reasons = model->explain(row.view()).at(0).at(0);
      double sum = reasons.base;
      for (auto const& reason : reasons.contributions) sum += reason.value;
      expect(std::abs(sum - static_cast<double>(card.points(row.row(0)))) < 0.5);
    }
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
