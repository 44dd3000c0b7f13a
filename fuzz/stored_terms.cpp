// A dictionary's file with changed bytes and sound checksums: terms are read and found, or it is called damaged.
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/memory_terms.h"
#include "rdf/store/term_segment.h"
#include "stored_file.h"

namespace lepton::rdf {
namespace {

constexpr std::uint64_t term_count = 60;

TermKey key(std::uint64_t number, std::string& buffer) {
  auto const view = number % 2 == 0 ? literal_view("a long enough text") : language_view("a text", "en-GB");
  Term term(view);
  term.value += std::to_string(number);
  return *make_key(term.view(), buffer, [](std::string_view) { return std::nullopt; });
}

/// A sound segment to begin with.
struct Ground {
  Ground() {
    auto const terms = std::make_shared<MemoryTerms>(5);
    std::string buffer;
    for (std::uint64_t i = 0; i < term_count; ++i) terms->add(key(i, buffer));
    auto const path = folder.path() / "sound";
    (void)write_segment(system_call(clock), IdKind::literal, {terms}, path);
    content = content_of(path);
  }
  SystemClock clock;
  TemporaryDirectory folder;
  std::string content;
};

void check_bytes(std::string_view input) {
  static Ground const ground;
  auto const path = ground.folder.path() / "changed";
  write_changed(ground.content, input, path);
  try {
    TermSegment const segment(path);
    std::string buffer;
    for (std::uint64_t i = 0; i < term_count; ++i) {
      if (i < segment.count()) {
        segment.get(segment.first() + i, buffer);
        (void)term_of(segment.kind(), buffer, [](std::uint64_t) { return std::string("e:d"); });
      }
      if (segment.kind() == IdKind::literal) (void)segment.find(key(i, buffer));
    }
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
