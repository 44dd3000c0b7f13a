#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "rdf/byte_stream.h"
#include "rdf/parse.h"
#include "rdf/xml_literal.h"

struct XML_ParserStruct;

namespace lepton::rdf {

/// What an XML document consists of, in its order. Views live until the function returns.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  /// Before the element that declares it.
  virtual void declare_namespace(std::string_view prefix, std::string_view iri) = 0;
  virtual void start_element(XmlName const& name, std::span<XmlAttribute const> attributes) = 0;
  virtual void end_element(XmlName const& name) = 0;
  virtual void text(std::string_view text) = 0;
  virtual void comment(std::string_view text) = 0;
  virtual void processing_instruction(std::string_view target, std::string_view data) = 0;
};

/// Reads one XML 1.0 document with namespaces through Expat, in any encoding Expat knows, and hands out UTF-8. External
/// entities are never fetched; entities that blow up, tokens and declarations beyond the limits end the reading.
/// What a handler throws passes through. One document, one thread.
class XmlReader {
 public:
  /// The arguments outlive the reader.
  XmlReader(XmlHandler& handler, Limits const& limits);
  ~XmlReader();
  XmlReader(XmlReader const&) = delete;
  XmlReader& operator=(XmlReader const&) = delete;

  /// Throws `Problem` where the document is not well-formed.
  void run(Call const& call, ByteSource& source);
  /// Of what is being handed out.
  [[nodiscard]] Position position() const;

 private:
  struct Callbacks;
  void feed(std::string_view bytes, bool last);
  /// Runs a handler so that nothing is thrown through Expat, which is C.
  void guarded(std::function<void()> const& step);

  XmlHandler& handler_;
  Limits const& limits_;
  XML_ParserStruct* parser_;
  std::exception_ptr thrown_;
  std::vector<XmlAttribute> attributes_;
  std::size_t fed_ = 0;
  std::size_t entities_ = 0;
};

}  // namespace lepton::rdf
