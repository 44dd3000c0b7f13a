#include "access/mask.h"

namespace lepton::access {
namespace {

TEST(MaskTest, AColumnIsFoundWithoutCaseAndElseByTheStar) {
  Masks const masks{{"Phone", Mask::show_last_4}, {"*", Mask::sha_256_global}};
  EXPECT_EQ(mask_of(masks, "phone"), Mask::show_last_4);
  EXPECT_EQ(mask_of(masks, "name"), Mask::sha_256_global);
  EXPECT_EQ(mask_of({}, "name"), Mask::none);
  EXPECT_EQ(mask_of({{"A", Mask::none}, {"a", Mask::replace_with_null}}, "a"), Mask::replace_with_null);
}

TEST(MaskTest, TheStrictestAndTheMildestAreTakenColumnByColumn) {
  std::vector<Masks> const all{{},
                               {{"a", Mask::show_last_4}},
                               {{"A", Mask::replace_with_null}, {"b", Mask::truncate_to_year}},
                               {{"*", Mask::sha_256_global}},
                               {{"*", Mask::replace_with_null}, {"a", Mask::none}},
                               {{"*", Mask::show_first_4}, {"b", Mask::replace_with_null}}};
  for (auto const& x : all) {
    for (auto const& y : all) {
      for (std::string const column : {"a", "A", "b", "c"}) {
        EXPECT_EQ(mask_of(strictest(x, y), column), std::max(mask_of(x, column), mask_of(y, column)));
        EXPECT_EQ(mask_of(mildest(x, y), column), std::min(mask_of(x, column), mask_of(y, column)));
      }
      EXPECT_EQ(strictest(x, {}), strictest({}, x));
    }
  }
  EXPECT_TRUE(mildest({{"a", Mask::show_last_4}}, {}).empty());
}

}  // namespace
}  // namespace lepton::access
