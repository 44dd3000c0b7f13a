#include "rdf/xml_reader.h"

// Expat declares its protection against entities that blow up only to those who say that it was built with DTDs.
#define XML_DTD
#include <expat.h>
#include <fmt/format.h>

#include <string>

#include "base/error.h"

namespace lepton::rdf {

namespace {

constexpr char separator = '\n';
constexpr std::size_t chunk_size = 64 << 10;
/// Nested entities cost Expat stack; nobody declares more than some dozens.
constexpr std::size_t most_entities = 1000;
constexpr float most_amplification = 20;
constexpr unsigned long long amplification_threshold = 1 << 20;

/// Expat's "namespace\nlocal\nprefix", of which the last one or two may be missing.
XmlName split_name(char const* text) {
  std::string_view const name(text);
  std::size_t const first = name.find(separator);
  if (first == std::string_view::npos) return {{}, name, {}};
  std::size_t const second = name.find(separator, first + 1);
  if (second == std::string_view::npos) return {name.substr(0, first), name.substr(first + 1), {}};
  return {name.substr(0, first), name.substr(first + 1, second - first - 1), name.substr(second + 1)};
}

}  // namespace

struct XmlReader::Callbacks {
  static XmlReader& reader(void* data) { return *static_cast<XmlReader*>(data); }

  static void declare(void* data, XML_Char const* prefix, XML_Char const* iri) {
    reader(data).guarded(
        [&] { reader(data).handler_.declare_namespace(prefix != nullptr ? prefix : "", iri != nullptr ? iri : ""); });
  }
  static void start(void* data, XML_Char const* name, XML_Char const** attributes) {
    reader(data).guarded([&] {
      auto& list = reader(data).attributes_;
      list.clear();
      for (; *attributes != nullptr; attributes += 2) list.push_back({split_name(attributes[0]), attributes[1]});
      reader(data).handler_.start_element(split_name(name), list);
    });
  }
  static void end(void* data, XML_Char const* name) {
    reader(data).guarded([&] { reader(data).handler_.end_element(split_name(name)); });
  }
  static void text(void* data, XML_Char const* text, int length) {
    reader(data).guarded([&] { reader(data).handler_.text({text, static_cast<std::size_t>(length)}); });
  }
  static void comment(void* data, XML_Char const* text) {
    reader(data).guarded([&] { reader(data).handler_.comment(text); });
  }
  static void instruction(void* data, XML_Char const* target, XML_Char const* content) {
    reader(data).guarded([&] { reader(data).handler_.processing_instruction(target, content); });
  }
  static void entity(void* data, XML_Char const*, int, XML_Char const*, int, XML_Char const*, XML_Char const*,
                     XML_Char const*, XML_Char const*) {
    reader(data).guarded([&] {
      if (++reader(data).entities_ > most_entities) {
        throw Problem{reader(data).position(), fmt::format("more than {} entities are declared", most_entities)};
      }
    });
  }
  static void skipped(void* data, XML_Char const* name, int is_parameter_entity) {
    if (is_parameter_entity != 0) return;
    reader(data).guarded([&] {
      throw Problem{reader(data).position(), fmt::format("the entity &{}; is not declared in the document", name)};
    });
  }
  static int external(XML_Parser parser, XML_Char const*, XML_Char const*, XML_Char const*, XML_Char const*) {
    auto& self = reader(XML_GetUserData(parser));
    self.guarded([&] { throw Problem{self.position(), "external entities are not read"}; });
    return XML_STATUS_ERROR;
  }
};

XmlReader::XmlReader(XmlHandler& handler, Limits const& limits)
    : handler_(handler), limits_(limits), parser_(XML_ParserCreateNS(nullptr, separator)) {
  if (parser_ == nullptr) throw exhausted("no memory for an XML parser");
  XML_SetUserData(parser_, this);
  XML_SetReturnNSTriplet(parser_, 1);
  XML_SetStartNamespaceDeclHandler(parser_, Callbacks::declare);
  XML_SetElementHandler(parser_, Callbacks::start, Callbacks::end);
  XML_SetCharacterDataHandler(parser_, Callbacks::text);
  XML_SetCommentHandler(parser_, Callbacks::comment);
  XML_SetProcessingInstructionHandler(parser_, Callbacks::instruction);
  XML_SetEntityDeclHandler(parser_, Callbacks::entity);
  XML_SetSkippedEntityHandler(parser_, Callbacks::skipped);
  XML_SetExternalEntityRefHandler(parser_, Callbacks::external);
  XML_SetBillionLaughsAttackProtectionMaximumAmplification(parser_, most_amplification);
  XML_SetBillionLaughsAttackProtectionActivationThreshold(parser_, amplification_threshold);
}

XmlReader::~XmlReader() {
  XML_ParserFree(parser_);
}

void XmlReader::guarded(std::function<void()> const& step) {
  if (thrown_) return;
  try {
    step();
  } catch (...) {
    thrown_ = std::current_exception();
    XML_StopParser(parser_, XML_FALSE);
  }
}

void XmlReader::run(Call const& call, ByteSource& source) {
  std::string chunk(chunk_size, '\0');
  for (;;) {
    call.proceed();
    std::size_t const count = source.read({chunk.data(), chunk.size()});
    feed(std::string_view(chunk).substr(0, count), count == 0);
    if (count == 0) return;
  }
}

void XmlReader::feed(std::string_view bytes, bool last) {
  fed_ += bytes.size();
  auto const status = XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0);
  if (thrown_) std::rethrow_exception(thrown_);
  if (status == XML_STATUS_OK) {
    auto const done = XML_GetCurrentByteIndex(parser_);
    if (done >= 0 && fed_ - static_cast<std::size_t>(done) > limits_.token) {
      throw Problem{position(), fmt::format("a token is longer than {} bytes", limits_.token)};
    }
    return;
  }
  XML_Error const code = XML_GetErrorCode(parser_);
  throw Problem{position(), fmt::format("the XML is not well-formed: {}", XML_ErrorString(code))};
}

Position XmlReader::position() const {
  return {static_cast<std::size_t>(XML_GetCurrentLineNumber(parser_)),
          static_cast<std::size_t>(XML_GetCurrentColumnNumber(parser_)) + 1};
}

}  // namespace lepton::rdf
