#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "rdf/byte_stream.h"
#include "rdf/quad.h"
#include "rdf/syntax.h"

namespace lepton::rdf {

struct WriteOptions {
  /// Prefix without its colon → namespace IRI. Used by Turtle, TriG and RDF/XML; others leave them alone.
  std::map<std::string, std::string> prefixes;
};

/// Writes one document as a stream, in memory that does not grow with it. Statements are grouped as far as they come
/// grouped: sort by graph, subject and predicate for the shortest text. One thread; `finish` must be the last call, or
/// the document is cut off. What a syntax cannot express is Error{invalid} and leaves what was written before.
class Writer : public QuadSink {
 public:
  /// Ends the document and hands the rest of its bytes out.
  virtual void finish() = 0;
};

/// `sink` outlives the writer. Every syntax is written so that its parser gives the same dataset back; in RDF/XML,
/// blank node labels change.
[[nodiscard]] std::unique_ptr<Writer> make_writer(Syntax syntax, ByteSink& sink, WriteOptions const& options = {});

/// Collects small pieces of text into larger ones for a sink. Part of a writer.
class OutputBuffer {
 public:
  explicit OutputBuffer(ByteSink& sink) : sink_(sink) {}
  [[nodiscard]] std::string& text() { return text_; }
  void flush_if_full() {
    if (text_.size() >= full) flush();
  }
  void flush() {
    sink_.write(text_);
    text_.clear();
  }

 private:
  static constexpr std::size_t full = 64 << 10;
  ByteSink& sink_;
  std::string text_;
};

}  // namespace lepton::rdf
