#include "table/query_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "table/own_worker.h"

namespace lepton::table {
namespace {

using testing::HasSubstr;

TEST_F(QueryTest, AnswersASelect) {
  EXPECT_EQ(run("SELECT 1 AS a, 'x' AS b"), "{\"a\":1,\"b\":\"x\"}\n");
  EXPECT_EQ(last_.rows, 1U);
  EXPECT_EQ(last_.isolation, "landlock+seccomp");
}

TEST_F(QueryTest, ReadsATableByItsName) {
  auto const customers = table("customers", "id,name,age\n1,Ann,30\n2,Bob,41\n");
  EXPECT_EQ(run("SELECT name FROM banking.customers WHERE age > 35", {customers}), "{\"name\":\"Bob\"}\n");
  EXPECT_EQ(
      run("SELECT count(*) AS n FROM \"banking/customers@1\" c JOIN \"banking/customers@1\" USING (id)", {customers}),
      "{\"n\":2}\n");
}

}  // namespace
}  // namespace lepton::table
