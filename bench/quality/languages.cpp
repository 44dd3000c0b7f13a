// How often a short text's language is told. There is English and Chinese here; of the other languages there is no
// data.
#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "base/file.h"
#include "learn/csv.h"
#include "quality.h"
#include "text/language.h"

namespace lepton::bench {
namespace {

struct Texts {
  std::string_view name, file;
  std::size_t column;
  bool header;
  std::string_view language;
};
constexpr std::array all_texts{Texts{"news, titles", "agnews/test.csv", 1, false, "en"},
                               Texts{"news, first lines", "agnews/test.csv", 2, false, "en"},
                               Texts{"utterances of banking", "banking77/test.csv", 0, true, "en"},
                               Texts{"hotel reviews", "chnsenticorp_htl/ChnSentiCorp_htl_all.csv", 1, true, "zh"},
                               Texts{"finance news, titles", "finnews_zh/test_data.csv", 5, true, "zh"}};

}  // namespace

void languages(std::filesystem::path const& data) {
  fmt::print("languages told\n");
  for (auto const& [name, file, column, header, language] : all_texts) {
    if (!std::filesystem::exists(data / file)) {
      fmt::print("  {}: skipped, {} is not there\n", name, (data / file).string());
      continue;
    }
    auto const text = read_file(data / file);
    learn::CsvReader reader(text);
    std::map<std::string_view, std::size_t> told;
    std::size_t count = 0;
    std::vector<std::string_view> row;
    if (header) (void)reader.next(row);
    while (reader.next(row)) {
      if (row.size() <= column) continue;
      ++told[text::detect_language(row[column]).code];
      ++count;
    }
    auto const share = [&](std::string_view code) {
      return static_cast<double>(told[code]) / static_cast<double>(count);
    };
    fmt::print("  {:<24} {} right {:.4f}  not told {:.4f}  of {}\n", name, language, share(language), share("und"),
               count);
  }
}

}  // namespace lepton::bench
