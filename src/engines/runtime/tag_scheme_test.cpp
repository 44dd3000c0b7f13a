#include "runtime/tag_scheme.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace lepton::runtime {
namespace {

using testing::ElementsAre;
using Labels = std::vector<std::string>;

TEST(TagScheme, ReadsTheSpellingsOfCorpora) {
  TagScheme const scheme({"LOC", "PER"});
  auto const spans = ElementsAre(TagSpan{0, 2, 1}, TagSpan{3, 4, 0}, TagSpan{4, 5, 0});
  EXPECT_THAT(scheme.read(Labels{"B-PER", "I-PER", "O", "B-LOC", "B-LOC"}), spans);
  EXPECT_THAT(scheme.read(Labels{"I-PER", "I-PER", "O", "I-LOC", "B-LOC"}), spans);  // IOB1
  EXPECT_THAT(scheme.read(Labels{"B-PER", "E-PER", "O", "S-LOC", "S-LOC"}), spans);  // BMES
  EXPECT_THAT(scheme.read(Labels{"B-PER", "L-PER", "O", "U-LOC", "U-LOC"}), spans);  // BILOU
  EXPECT_THAT(scheme.read(Labels{"I-PER", "I-LOC"}), ElementsAre(TagSpan{0, 1, 1}, TagSpan{1, 2, 0}));
}

TEST(TagScheme, UnknownLabelsAndTypesAreNamed) {
  TagScheme const scheme({"PER"});
  EXPECT_THROW((void)scheme.read(Labels{"B-ORG"}), Error);
  EXPECT_THROW((void)scheme.read(Labels{"X-PER"}), Error);
  EXPECT_THROW((void)scheme.read(Labels{"B-"}), Error);
  EXPECT_THROW(TagScheme(Labels{}), Error);
  EXPECT_THROW(TagScheme(Labels{"A", "A"}), Error);
  EXPECT_THROW((void)TagScheme(Labels(61, "x")), Error);
  EXPECT_THAT(TagScheme::types_in({"O", "B-PER", "I-LOC", ""}), ElementsAre("LOC", "PER"));
}

TEST(TagScheme, EncodesAndDecodes) {
  TagScheme const scheme({"LOC", "PER"});
  std::vector<TagSpan> const spans{{0, 1, 1}, {1, 3, 0}, {4, 7, 1}};
  auto const labels = scheme.encode(8, spans);
  EXPECT_EQ(TagScheme::decode(labels), spans);
  EXPECT_THAT(scheme.write_bio(8, spans), ElementsAre("B-PER", "B-LOC", "I-LOC", "O", "B-PER", "I-PER", "I-PER", "O"));
}

/// A sequence is legal exactly when it is what encode makes of the spans it decodes to.
TEST(TagScheme, LegalSequencesAreThoseThatEncodeToThemselves) {
  TagScheme const scheme({"A", "B"});
  int legal_sequences = 0;
  for (unsigned code = 0; code < 9 * 9 * 9 * 9; ++code) {
    std::vector<std::uint8_t> labels;
    for (unsigned rest = code, i = 0; i < 4; ++i, rest /= 9) labels.push_back(static_cast<std::uint8_t>(rest % 9));
    bool legal = TagScheme::may_begin(labels[0]) && TagScheme::may_end(labels[3]);
    for (std::size_t i = 0; i + 1 < 4; ++i) legal = legal && TagScheme::may_follow(labels[i], labels[i + 1]);
    ASSERT_EQ(legal, scheme.encode(4, TagScheme::decode(labels)) == labels) << code;
    legal_sequences += legal;
  }
  EXPECT_EQ(legal_sequences, 153);  // tilings of four places by O and spans of two types
}

}  // namespace
}  // namespace lepton::runtime
