#include "embed/triples.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/test_error.h"

namespace lepton::embed {
namespace {

using testing::HasSubstr;

TEST(Triples, LinesBecomeNumberedTriples) {
  TripleSet set;
  read_triples("anna\tknows\t王芳\r\n\n王芳\tknows\tanna\nanna\tlikes\tanna", set);
  EXPECT_THAT(set.triples, testing::ElementsAre(Triple{0, 0, 1}, Triple{1, 0, 0}, Triple{0, 1, 0}));
  EXPECT_THAT(set.entities.all(), testing::ElementsAre("anna", "王芳"));
  EXPECT_EQ(set.relations.get("likes", "relation"), 1u);
  EXPECT_THROW((void)set.entities.get("bob", "entity"), Error);
}

TEST(Triples, BadLinesAreNamed) {
  TripleSet set;
  EXPECT_THAT(message_of([&] { read_triples("a\tb\tc\na\tb\n", set); }), HasSubstr("line 2: expected head"));
  EXPECT_THAT(message_of([&] { read_triples("a\tb\tc\td\n", set); }), HasSubstr("line 1"));
  EXPECT_THAT(message_of([&] { read_triples("a\t\tc\n", set); }), HasSubstr("a name is empty"));
  EXPECT_THAT(message_of([&] { read_triples("a\tb\t\xff\n", set); }), HasSubstr("not UTF-8"));
  EXPECT_THAT(message_of([&] { read_triples("a\tb\t" + std::string(5000, 'x'), set); }), HasSubstr("5000 bytes"));
}

TEST(Triples, NumbersOutsideAreNamed) {
  std::vector<Triple> const triples{{0, 0, 1}, {0, 1, 2}};
  EXPECT_NO_THROW(require_in_range(triples, 3, 2, "triples"));
  EXPECT_THAT(message_of([&] { require_in_range(triples, 2, 2, "validation"); }),
              HasSubstr("validation: triple 1 names entity 2, there are 2"));
  EXPECT_THAT(message_of([&] { require_in_range(triples, 3, 1, "training"); }), HasSubstr("names relation 1"));
}

}  // namespace
}  // namespace lepton::embed
