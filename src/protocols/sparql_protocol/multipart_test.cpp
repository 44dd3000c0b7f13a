#include "sparql_protocol/multipart.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton::sparql_protocol {
namespace {

std::string const kForm =
    "preamble\r\n--b1\r\nContent-Disposition: form-data; name=\"one.ttl\"; filename=\"one.ttl\"\r\n"
    "content-type: text/turtle; charset=utf-8\r\n\r\n<urn:a> <urn:b> 1 .\r\n\r\n--b1\r\n"
    "Content-Disposition: form-data; name=two\r\n\r\n--b2 is no boundary\r\n--b1--\r\nepilogue";

TEST(MultipartTest, GivesEachPartWithItsType) {
  auto const parts = read_form_parts(kForm, "b1");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "one.ttl");
  EXPECT_EQ(parts[0].content_type, "text/turtle; charset=utf-8");
  EXPECT_EQ(parts[0].body, "<urn:a> <urn:b> 1 .\r\n");
  EXPECT_EQ(parts[1].name, "two");
  EXPECT_EQ(parts[1].content_type, "text/plain");
  EXPECT_EQ(parts[1].body, "--b2 is no boundary");
}

TEST(MultipartTest, ReadsTheBoundaryQuotedOrNot) {
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=b1"), "b1");
  EXPECT_EQ(boundary_of("multipart/form-data; charset=utf-8; Boundary=\"a b\""), "a b");
  for (auto const* bad :
       {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""})
    EXPECT_THROW((void)boundary_of(bad), Error) << bad;
}

TEST(MultipartTest, RefusesWhatBreaksOff) {
  for (std::size_t size = 0; size < kForm.find("--b1--") + 6; ++size)
    EXPECT_THROW((void)read_form_parts(kForm.substr(0, size), "b1"), Error) << size;
  EXPECT_THROW((void)read_form_parts("--b1\r\nno header\r\n\r\nx\r\n--b1--", "b1"), Error);
  EXPECT_THROW((void)read_form_parts("--b1\r\n--b1--", "b1"), Error);
}

}  // namespace
}  // namespace lepton::sparql_protocol
