#include "native/filter.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "native/page.h"

namespace lepton::native {
namespace {

json::Value const kItem = json::parse(
    R"({"name": "payments", "rows": 180000, "tags": ["pii", "finance"], "owner": {"name": "banking"}, "draft": false})");

bool matches(std::string const& filter) {
  return Filter::parse(filter).matches(kItem);
}

TEST(Filter, Compares) {
  EXPECT_TRUE(matches(""));
  EXPECT_TRUE(matches("name = payments"));
  EXPECT_TRUE(matches("name:\"pay\" AND rows > 1000"));
  EXPECT_TRUE(matches("tags:pii AND NOT tags:secret"));
  EXPECT_TRUE(matches("owner.name = \"banking\""));
  EXPECT_TRUE(matches("(rows < 5 OR draft = false) AND name != x"));
  EXPECT_FALSE(matches("rows = \"180000\""));
  EXPECT_FALSE(matches("missing = 1"));
  EXPECT_TRUE(matches("missing = null"));
}

TEST(Filter, SaysWhereItStopsMakingSense) {
  for (auto const* wrong : {"name", "name =", "= 3", "name = \"open", "(name = a", "name = a OR", "a = b c = d"}) {
    try {
      (void)Filter::parse(wrong);
      FAIL() << wrong;
    } catch (Error const& e) {
      EXPECT_NE(std::string(e.what()).find("column"), std::string::npos) << wrong;
    }
  }
  EXPECT_THROW((void)Filter::parse(std::string(1000, '(') + "a = b"), Error);
}

struct Item {
  std::string name;
  std::int64_t rank = 0;
  static constexpr auto fields() {
    return std::tuple{required("name", &Item::name, "name"), required("rank", &Item::rank, "rank")};
  }
};

std::vector<Item> items() {
  std::vector<Item> all;
  for (int i = 0; i < 7; ++i) all.push_back({std::string(1, static_cast<char>('a' + i)), i % 3});
  return all;
}

TEST(Page, CoversTheListOnceInOrder) {
  Paging paging{.page_size = 3, .order_by = "rank desc, name"};
  std::string seen;
  for (int pages = 0; pages < 10; ++pages) {
    auto const page = page_of(items(), paging);
    for (auto const& item : page.items) seen += item.name;
    if (page.next_page_token.empty()) break;
    paging.page_token = page.next_page_token;
  }
  EXPECT_EQ(seen, "cfbeadg");
}

TEST(Page, ATokenBelongsToItsList) {
  Paging paging{.page_size = 3};
  paging.page_token = page_of(items(), paging).next_page_token;
  paging.filter = "rank = 1";
  EXPECT_THROW((void)page_of(items(), paging), Error);
  paging.page_token = "nonsense";
  EXPECT_THROW((void)page_of(items(), paging), Error);
}

TEST(Page, SizeIsCoerced) {
  EXPECT_EQ(page_of(items(), {.page_size = 0}).items.size(), 1U);
  EXPECT_EQ(page_of(items(), {.page_size = 100000}).items.size(), 7U);
  EXPECT_THROW((void)page_of(items(), {.order_by = "name sideways"}), Error);
}

}  // namespace
}  // namespace lepton::native
