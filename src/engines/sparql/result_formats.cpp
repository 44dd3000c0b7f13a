#include "sparql/result_formats.h"

#include <array>

#include "sparql/result_readers.h"
#include "sparql/result_writers.h"

namespace lepton::sparql {

namespace {

struct Named {
  std::string_view type;
  ResultFormat format;
};
constexpr std::array names = std::to_array<Named>({
    {"application/sparql-results+xml", ResultFormat::xml},
    {"application/sparql-results+json", ResultFormat::json},
    {"text/csv", ResultFormat::csv},
    {"text/tab-separated-values", ResultFormat::tsv},
    {"application/xml", ResultFormat::xml},
    {"text/xml", ResultFormat::xml},
    {"application/json", ResultFormat::json},
});

}  // namespace

std::string_view media_type(ResultFormat format) {
  return names[static_cast<std::size_t>(format)].type;
}

std::optional<ResultFormat> find_result_format(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  while (type.starts_with(' ')) type.remove_prefix(1);
  for (auto const& one : names) {
    bool const same = std::equal(one.type.begin(), one.type.end(), type.begin(), type.end(),
                                 [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
    if (same) return one.format;
  }
  return std::nullopt;
}

std::unique_ptr<ResultWriter> make_result_writer(ResultFormat format, rdf::ByteSink& sink) {
  switch (format) {
    case ResultFormat::xml:
      return std::make_unique<XmlResultWriter>(sink);
    case ResultFormat::json:
      return std::make_unique<JsonResultWriter>(sink);
    default:
      return std::make_unique<TextResultWriter>(sink, format == ResultFormat::tsv);
  }
}

void read_results(Call const& call, ResultFormat format, std::string_view text, ResultSink& sink) {
  switch (format) {
    case ResultFormat::xml:
      return read_xml_results(call, text, sink);
    case ResultFormat::json:
      return read_json_results(call, text, sink);
    default:
      return read_text_results(call, text, format == ResultFormat::tsv, sink);
  }
}

}  // namespace lepton::sparql
