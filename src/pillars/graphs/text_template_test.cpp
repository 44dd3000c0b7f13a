#include "graphs/text_template.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "graphs/csv_rows.h"

namespace lepton::graphs {
namespace {

using testing::ElementsAre;

TEST(TextTemplate, HasColumnsBetweenTexts) {
  TextTemplate const one("http://b/{a}/x{b}");
  EXPECT_THAT(one.columns(), ElementsAre("a", "b"));
  EXPECT_THAT(one.texts(), ElementsAre("http://b/", "/x", ""));
  EXPECT_THAT(TextTemplate(R"(a\{b\}\\)").texts(), ElementsAre(R"(a{b}\)"));
  for (auto const* wrong : {"{a", "a}", "{}", "{a{b}}"}) EXPECT_THROW(TextTemplate{wrong}, Error) << wrong;
}

TEST(TextTemplate, AValueCannotLeaveItsPlaceInAnIri) {
  std::string out;
  append_iri_safe("a/b?c#d e%{}张~", out);
  EXPECT_EQ(out, "a%2Fb%3Fc%23d%20e%25%7B%7D张~");
}

/// Rows of a text that comes in pieces of so many bytes; "∅" is null.
std::vector<std::string> rows_of(std::string_view text, std::size_t piece) {
  std::vector<std::string> rows;
  CsvRows csv([&](CsvRows::Row const& row) {
    std::string line;
    for (auto const& cell : row) line += cell.is_null ? "∅|" : std::string(cell.text) + "|";
    rows.push_back(line);
  });
  for (std::size_t i = 0; i < text.size(); i += piece) csv.write(text.substr(i, piece));
  return rows;
}

TEST(CsvRows, CutsWhateverThePieces) {
  std::string_view const text = "a,\"b,c\"\n1,\n\"\",\"x,\"\"y\"\"\n\"\n,\"q\"\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece)
    EXPECT_THAT(rows_of(text, piece), ElementsAre("1|∅|", "|x,\"y\"\n|", "∅|q|")) << piece;
}

TEST(CsvRows, ARowOfOneColumnMayBeNull) {
  EXPECT_THAT(rows_of("a\n\n\"\"\n", 1), ElementsAre("∅|", "|"));
}

}  // namespace
}  // namespace lepton::graphs
