#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lepton::rdf {

/// A name as XML namespaces see it: views into the parser's own.
struct XmlName {
  std::string_view space;  ///< namespace IRI, empty without one
  std::string_view local;
  std::string_view prefix;  ///< as written, empty for the default namespace and for none
};

struct XmlAttribute {
  XmlName name;
  std::string_view value;
};

/// Writes the content of an rdf:parseType="Literal" as Exclusive XML Canonicalization 1.0 with comments asks: the
/// lexical form of an rdf:XMLLiteral. Only namespaces in visible use are declared. One literal at a time.
class XmlLiteral {
 public:
  void begin();
  void start_element(XmlName const& name, std::vector<XmlAttribute> attributes);
  void end_element(XmlName const& name);
  void text(std::string_view text);
  void comment(std::string_view text);
  void processing_instruction(std::string_view target, std::string_view data);

  [[nodiscard]] std::string const& lexical() const { return out_; }

 private:
  [[nodiscard]] std::string_view namespace_in_scope(std::string const& prefix) const;

  std::string out_;
  std::unordered_map<std::string, std::vector<std::string>> rendered_;  ///< prefix → namespaces, innermost last
  std::vector<std::vector<std::string>> declared_;                      ///< prefixes, by each open element
};

}  // namespace lepton::rdf
