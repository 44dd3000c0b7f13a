#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/call.h"
#include "rdf/byte_stream.h"
#include "sparql/results.h"

namespace lepton::sparql {

/// SPARQL Query Results XML Format (Second Edition), SPARQL 1.1 Query Results JSON Format, and CSV and TSV Formats.
enum class ResultFormat : std::uint8_t { xml, json, csv, tsv };

[[nodiscard]] std::string_view media_type(ResultFormat format);
/// By a Content-Type or an item of Accept, parameters and case ignored.
[[nodiscard]] std::optional<ResultFormat> find_result_format(std::string_view content_type);

/// Writes one answer as a stream, in memory that does not grow with it. One thread; `finish` must be the last call, or
/// the document is cut off. CSV keeps values but not terms; ASK has no CSV or TSV form of its own: a line "true" or
/// "false".
class ResultWriter : public ResultSink {
 public:
  virtual void finish() = 0;
};
/// `sink` outlives the writer.
[[nodiscard]] std::unique_ptr<ResultWriter> make_result_writer(ResultFormat format, rdf::ByteSink& sink);

/// Reads a document that is in memory, from a service or a test; safe on bytes of strangers. CSV gives every value as a
/// plain string. Throws Error{invalid} with reason "result_syntax".
void read_results(Call const& call, ResultFormat format, std::string_view text, ResultSink& sink);

}  // namespace lepton::sparql
