#include "rdf/store/term_segment.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/memory_terms.h"

namespace lepton::rdf {
namespace {

class TermSegmentTest : public testing::Test {
 protected:
  TermSegmentTest() {
    auto const terms = std::make_shared<MemoryTerms>(3);
    std::string buffer;
    terms->add(*make_key(language_view("a text", "en-GB"), buffer, [](std::string_view) { return std::nullopt; }));
    (void)write_segment(system_call(clock_), IdKind::literal, {terms}, path_);
    CheckedFile const file(path_);
    content_ = std::string(file.view(0, file.size()), file.size());
  }

  void write() {
    CheckedFileWriter file(path_);
    file.append(content_);
    file.finish();
  }
  /// What reading its term says.
  std::string read() {
    try {
      std::string key;
      TermSegment(path_).get(3, key);
      return term_of(IdKind::literal, key, [](std::uint64_t) { return ""; }).language;
    } catch (Error const& error) {
      return std::string(error.reason());
    }
  }

  SystemClock clock_;
  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "terms";
  std::string content_;
};

// The content begins with what the first term shares with none, its length, and its key: a language tag of 5 bytes.
TEST_F(TermSegmentTest, CallsAKeyDamagedWhoseTagDoesNotFit) {
  EXPECT_EQ(read(), "en-GB");
  for (char const size : {'\0', '\x60'}) {
    content_[3] = size;
    write();
    EXPECT_EQ(read(), "unavailable");
  }
}

TEST_F(TermSegmentTest, CallsAKeyDamagedThatSpellsItsFormInTwoBytes) {
  content_[2] = '\x81';
  content_[3] = '\0';
  write();
  EXPECT_EQ(read(), "unavailable");
}

TEST_F(TermSegmentTest, CallsASegmentDamagedOfAKindThatHasNoTerms) {
  content_[content_.size() - sizeof(SegmentFooter) + offsetof(SegmentFooter, kind)] = 9;
  write();
  EXPECT_EQ(read(), "unavailable");
}

}  // namespace
}  // namespace lepton::rdf
