#include "access/secrets.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/file.h"

namespace lepton::access {
namespace {

class SecretsTest : public testing::Test {
 protected:
  static std::string reason_of(std::function<void()> const& action) {
    try {
      action();
    } catch (Error const& error) {
      return std::string(error.reason());
    }
    return "nothing was thrown";
  }
  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "keys" / "secrets.key";
};

TEST_F(SecretsTest, OpensWhatItSealedAlsoAfterARestart) {
  auto const sealed = Secrets(file_).seal("a long password", "graph-1");
  EXPECT_THAT(sealed, Not(testing::HasSubstr("password")));
  EXPECT_EQ(Secrets(file_).open(sealed, "graph-1"), "a long password");
  EXPECT_NE(Secrets(file_).seal("a long password", "graph-1"), sealed) << "equal secrets cannot be told";
}

TEST_F(SecretsTest, OpensNothingForAnotherOwnerOrWithAnotherKey) {
  Secrets const secrets(file_);
  auto const sealed = secrets.seal("a long password", "graph-1");
  EXPECT_EQ(reason_of([&] { (void)secrets.open(sealed, "graph-2"); }), "secret_key");
  EXPECT_EQ(reason_of([&] { (void)secrets.open(sealed.substr(2), "graph-1"); }), "secret_key");
  EXPECT_EQ(reason_of([&] { (void)secrets.open("nonsense", "graph-1"); }), "secret_key");
  Secrets const others(directory_.path() / "other.key");
  EXPECT_EQ(reason_of([&] { (void)others.open(sealed, "graph-1"); }), "secret_key");
}

TEST_F(SecretsTest, KeepsItsKeyFromOthersAndRefusesWhatIsNone) {
  { Secrets const made(file_); }
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file_).permissions(), perms::owner_read | perms::owner_write);
  write_file_atomically(file_, "short");
  EXPECT_EQ(reason_of([&] { Secrets const secrets(file_); }), "unavailable");
}

}  // namespace
}  // namespace lepton::access
