#include "cli/caret.h"

#include <gtest/gtest.h>

namespace lepton::cli {
namespace {

TEST(Caret, StandsBelowThePlace) {
  EXPECT_EQ(caret_of("line 1, column 3: no", "a bc"), "  a bc\n    ^");
  EXPECT_EQ(caret_of("line 2, column 1: no", "a\nbc\nd"), "  bc\n  ^");
  EXPECT_EQ(caret_of("line 1, column 5: unexpected end", "a bc"), "  a bc\n      ^");
}

TEST(Caret, CountsCharactersAndDrawsColumns) {
  EXPECT_EQ(caret_of("line 1, column 3: no", "张伟 x"), "  张伟 x\n      ^") << "each takes two columns";
  EXPECT_EQ(caret_of("line 1, column 2: no", "\tx"), "   x\n   ^");
}

TEST(Caret, IsNotThereWithoutAPlace) {
  EXPECT_EQ(caret_of("there is no graph risk/exposure", "SELECT"), "");
  EXPECT_EQ(caret_of("line 9, column 1: no", "SELECT"), "") << "the server spoke of another text";
  auto const same = with_caret(conflict("changed").with_reason("revision_mismatch"), "x");
  EXPECT_EQ(std::string(same.what()), "changed");
  EXPECT_EQ(same.reason(), "revision_mismatch");
}

}  // namespace
}  // namespace lepton::cli
