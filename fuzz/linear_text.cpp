// A classifier's file with changed bytes and a sound checksum: it answers and explains, or is called damaged.
#include <cstdlib>

#include "base/error.h"
#include "model_artifact.h"
#include "runtime/linear_text.h"

namespace lepton::runtime {
namespace {

/// A sound classifier to begin with: three classes, and terms of the text that it is asked.
std::string sound() {
  LinearTextSettings settings;
  settings.classes = {"card", "transfer", "rate"};
  settings.terms = {3, 2, 4, 2};
  settings.scale = 0.001;
  settings.reject_below = -2;
  settings.unseen = 8;
  TextTerms terms(settings.terms);
  terms.read("my lost card 信用卡 3");
  std::vector<std::uint64_t> hashes;
  for (std::size_t i = 0; i < terms.words(); ++i) {
    terms.add_word_terms(terms.word(i), terms.hash(i), hashes);
    terms.add_run_terms(i, hashes);
  }
  LinearTextArrays arrays;
  std::vector<std::pair<std::uint64_t, TermEntry>> entries;
  for (std::uint32_t row = 0; row < hashes.size(); ++row) {
    entries.push_back({hashes[row], {row, 1.5F}});
    for (int one = 0; one < 8; ++one) arrays.rows.push_back(static_cast<std::int16_t>(row * 100 + one));
  }
  arrays.terms = TermTable::build(entries);
  arrays.bias = {-1, -1, -1};
  return LinearText::write(settings, arrays);
}

void check_bytes(std::string_view input) {
  static std::string const ground = sound();
  try {
    auto const model = LinearText::parse(changed_artifact(ground, input));
    for (auto const* text : {"", "my lost card 信用卡 3", "\xFF\xFE card card"}) {
      auto const answer = model.classify(text);
      if (answer.best >= model.settings().classes.size()) std::abort();
      (void)model.explain(text, answer.best, 100);
    }
  } catch (Error const& error) {
    if (error.code() != Code::invalid) std::abort();
  }
}

}  // namespace
}  // namespace lepton::runtime

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::runtime::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
