#include "access/address.h"

#include "base/error.h"

namespace lepton::access {
namespace {

TEST(AddressTest, ReadsWhatItWrites) {
  for (std::string const text : {"banking/customers", "risk/default-risk@3", "银行/客户@1", "a/b.c_d-9"})
    EXPECT_EQ(parse_address(text).str(), text);
  EXPECT_EQ(parse_address("risk/default-risk@3").version, "3");
  EXPECT_EQ(parse_address("risk/default-risk@3").asset().str(), "risk/default-risk");
}

TEST(AddressTest, RefusesWhatIsNotOne) {
  for (std::string const text :
       {"", "/", "banking", "banking/", "/customers", "Banking/customers", "banking/customers/x", "banking/customers@",
        "banking/../x", "banking/.hidden", "banking/a b", "banking/a\nb", "banking/a\u202eb", "banking/a\u00a0b",
        "banking/\xff"}) {
    EXPECT_THROW((void)parse_address(text), Error) << text;
  }
}

TEST(AddressTest, ANameHasAtMostAHundredCharacters) {
  EXPECT_TRUE(is_name(std::string(100, 'a')));
  EXPECT_FALSE(is_name(std::string(101, 'a')));
  std::string chinese;
  for (int i = 0; i < 100; ++i) chinese += "户";
  EXPECT_TRUE(is_name(chinese));
  EXPECT_FALSE(is_name(chinese + "户"));
}

}  // namespace
}  // namespace lepton::access
