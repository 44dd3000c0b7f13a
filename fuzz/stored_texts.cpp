// An index of texts with changed bytes and sound checksums: it is searched and merged, or called damaged.
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/memory_terms.h"
#include "rdf/store/text_index.h"
#include "stored_file.h"

namespace lepton::rdf {
namespace {

constexpr std::uint64_t literals = 60;

/// A sound index to begin with.
struct Ground {
  Ground() {
    auto const terms = std::make_shared<MemoryTerms>(5);
    std::string buffer;
    for (std::uint64_t i = 0; i < literals; ++i) {
      Term term(literal_view("a text with words 和词 "));
      term.value += std::to_string(i);
      terms->add(*make_key(term.view(), buffer, [](std::string_view) { return std::nullopt; }));
    }
    auto const path = folder.path() / "sound";
    (void)write_text_index(system_call(clock), {terms}, 5, 1 << 20, path);
    content = content_of(path);
  }
  SystemClock clock;
  TemporaryDirectory folder;
  std::string content;
};

void check_bytes(std::string_view input) {
  static Ground const ground;
  auto const call = system_call(ground.clock);
  auto const path = ground.folder.path() / "changed";
  write_changed(ground.content, input, path);
  try {
    auto const index = std::make_shared<TextIndex const>(path);
    std::vector<text::KeyPattern> const patterns{{"17"}, {"wor", false, true}, {"5", true, true}, {"词", false, true}};
    for (auto const& pattern : patterns) {
      auto const found = index->find(call, {std::span(&pattern, 1), 1000});
      if (!found) continue;
      for (std::uint64_t const number : *found)
        if (number < index->first() || number - index->first() >= index->count()) std::abort();
    }
    (void)index->find(call, {patterns, 1000});
    (void)merge_text_indexes(call, {index}, ground.folder.path() / "merged");
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
