#include "table/csv_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/encoding.h"
#include "base/error.h"
#include "table/schema.h"

namespace lepton::table {
namespace {

bool is_number(std::string_view text) {
  double value = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size();
}

/// The delimiter that splits the first record into most fields.
char likely_delimiter(std::string_view head) {
  char best = ',';
  std::size_t most = 1;
  for (char const candidate : {',', '\t', ';', '|'}) {
    std::size_t const fields = first_record(head, candidate).size();
    if (fields > most) {
      best = candidate;
      most = fields;
    }
  }
  return best;
}

/// Whether everything that is not ASCII could be GBK: pairs of a lead byte 81–FE and a trail byte 40–FE without 7F.
bool looks_like_gbk(std::string_view bytes) {
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto const lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80) continue;
    if (i + 1 == bytes.size()) break;  // cut in the middle
    auto const trail = static_cast<unsigned char>(bytes[++i]);
    if (lead == 0x80 || lead == 0xff || trail < 0x40 || trail == 0x7f || trail == 0xff) return false;
    ++pairs;
  }
  return pairs > 0;
}

}  // namespace

std::vector<std::string> first_record(std::string_view text, char delimiter) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        fields.back() += text[++i];
      else if (c == '"')
        quoted = false;
      else
        fields.back() += c;
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == delimiter) {
      fields.emplace_back();
    } else if (c == '\n' || c == '\r') {
      break;
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

CsvShape csv_shape(std::string_view head, std::optional<char> delimiter, std::optional<bool> header) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  if (head.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw invalid("the file is empty").with_reason("bad_file");
  CsvShape shape;
  shape.delimiter = delimiter.value_or(likely_delimiter(head));
  shape.columns = first_record(head, shape.delimiter);
  shape.header = header.value_or(std::ranges::none_of(shape.columns, is_number));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    std::string& name = shape.columns[i];
    if (!shape.header) name = fmt::format("column{}", i + 1);
    name.erase(0, name.find_first_not_of(" \t"));
    name.erase(name.find_last_not_of(" \t") + 1);
    if (name.empty()) throw invalid(fmt::format("column {} of the header has no name", i + 1)).with_reason("bad_file");
    if (!seen.insert(lower_case(name)).second)
      throw invalid(fmt::format("the header names column {} twice (upper and lower case are the same)", name))
          .with_reason("bad_file");
  }
  return shape;
}

std::optional<std::string> encoding_problem(std::istream& file) {
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (number == 1) {
      if (line.starts_with("\xff\xfe") || line.starts_with("\xfe\xff"))
        return "the file is UTF-16; save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8";
      if (line.starts_with("PK\x03\x04")) return "the file is a spreadsheet or an archive (ZIP); export it as CSV";
      if (line.starts_with("\x1f\x8b")) return "the file is compressed with gzip; unpack it first";
    }
    if (is_utf8(line)) continue;
    if (looks_like_gbk(line))
      return fmt::format(
          "line {} is not UTF-8; the file looks like Chinese text in GBK (GB18030): convert it with "
          "iconv -f GB18030 -t UTF-8",
          number);
    return fmt::format("line {} is not UTF-8; correct it, or convert the file to UTF-8", number);
  }
  return std::nullopt;
}

std::set<std::size_t> columns_with_fractions(std::istream& file, char delimiter, std::set<std::size_t> const& columns) {
  // What a character says about a field: 0 as digits do, 1 a sign of a fraction, 2 no number at all.
  static auto const kinds = [] {
    std::array<unsigned char, 256> table;
    table.fill(2);
    for (char const c : std::string_view("0123456789+- \t\"")) table[static_cast<unsigned char>(c)] = 0;
    for (char const c : std::string_view(".eE")) table[static_cast<unsigned char>(c)] = 1;
    return table;
  }();
  std::set<std::size_t> found;
  std::string block(1 << 20, '\0');
  std::size_t field = 0;
  unsigned seen = 0;
  bool digits = false;
  bool quoted = false;
  auto const end_field = [&] {
    if (seen == 1 && digits && columns.contains(field)) found.insert(field);
    seen = 0;
    digits = false;
  };
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
    for (char const c : std::string_view(block).substr(0, static_cast<std::size_t>(file.gcount()))) {
      if (c == '"') quoted = !quoted;
      if (!quoted && (c == delimiter || c == '\n' || c == '\r')) {
        end_field();
        field = c == delimiter ? field + 1 : 0;
        continue;
      }
      seen |= kinds[static_cast<unsigned char>(c)];
      digits = digits || (c >= '0' && c <= '9');
    }
    if (found == columns) return found;
  }
  end_field();
  return found;
}

}  // namespace lepton::table
