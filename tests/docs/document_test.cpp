#include "docs/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lepton::docs {
namespace {

TEST(Document, CommandsAndAnswersAreFound) {
  auto const examples = examples_of(
      "Text\n```console server\n$ lepton serve\n```\n$ not this\n```console\n$ a \\\n> b\nanswer\nmore\n$ "
      "c\n```\n```sh\n$ no\n```\n");
  ASSERT_EQ(examples.size(), 3u);
  EXPECT_TRUE(examples[0].background);
  EXPECT_EQ(examples[1].command, "a \\\nb");
  EXPECT_EQ(examples[1].expected, "answer\nmore\n");
  EXPECT_EQ(examples[1].line, 7);
  EXPECT_EQ(examples[2].command, "c");
  EXPECT_EQ(examples[2].expected, "");
}

TEST(Document, AnswersMayLeaveOut) {
  EXPECT_EQ(difference("a  b\n", "a b\n"), "");
  EXPECT_EQ(difference("id …, by …\n", "id 7, by ana\n"), "");
  EXPECT_EQ(difference("first\n…\nlast\n", "first\n1\n2\nlast\n"), "");
  EXPECT_EQ(difference("…\nlast\n…\n", "1\nlast\n2\n"), "");
  EXPECT_EQ(difference("", "whatever"), "");
  EXPECT_EQ(difference("a\nb\n", "a\nc\n"), "b");
  EXPECT_EQ(difference("a\n", "a\nc\n"), "(the end), found c");
  EXPECT_EQ(difference("id … x\n", "id 7 y\n"), "id … x");
}

}  // namespace
}  // namespace lepton::docs
