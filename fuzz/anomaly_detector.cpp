// A detector's file with changed bytes and a sound checksum: it judges and foretells, or is called damaged; and what
// anybody may say that a period brought.
#include <cstdlib>

#include "anomaly/detector_model.h"
#include "base/error.h"
#include "model_artifact.h"

namespace lepton::anomaly {
namespace {

/// Thirty days of two series, one of which has just begun to surge.
std::string sound_detector() {
  BurstDetector bursts(2, {});
  BurstEpisodes episodes;
  std::vector<double> totals;
  for (std::int64_t day = 0; day < 30; ++day) {
    std::vector<std::uint64_t> const counts{day == 29 ? 40u : 5u, 20u};
    (void)episodes.next(20'000 + day, bursts.next(100, counts));
    totals.push_back(100 + static_cast<double>(day % 7));
  }
  DetectorSettings settings;
  settings.columns = {"day", "said", {"branch"}, std::nullopt};
  settings.last_period = 20'029;
  std::vector<std::string> const names{"branch: A", "branch: B"};
  auto const open = episodes.open();
  auto const model = fit_seasonal(totals, 7);
  return Detector::write(
      {.settings = settings, .series = names, .past = &bursts.past(), .open = open, .totals = &model});
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound_detector();
  static std::vector const kinds{detector_kind()};
  try {
    (void)read_observation({"day", "said", {"branch"}, "n"}, input);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
  try {
    auto const model = runtime::load(runtime::changed_artifact(ground, input), detector_signature("day"), kinds);
    runtime::Rows rows(runtime::Matrix(2, 2));
    rows.texts = {{"", "2024-12-24"},
                  {R"({"total": 90, "counts": {"branch: A": 50}})", R"([{"branch": "A|B", "said": "card 信用卡"}])"}};
    (void)model->predict(rows.view());
    (void)model->explain(rows.view());
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
}

}  // namespace
}  // namespace lepton::anomaly

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::anomaly::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
