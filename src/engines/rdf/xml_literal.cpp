#include "rdf/xml_literal.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lepton::rdf {

namespace {

void append_qualified(std::string& out, XmlName const& name) {
  if (!name.prefix.empty()) out.append(name.prefix).push_back(':');
  out.append(name.local);
}

/// Canonical XML §2.3, attribute nodes.
void append_attribute_value(std::string& out, std::string_view value) {
  for (char const c : value) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\t':
        out.append("&#x9;");
        break;
      case '\n':
        out.append("&#xA;");
        break;
      case '\r':
        out.append("&#xD;");
        break;
      default:
        out.push_back(c);
    }
  }
}

}  // namespace

void XmlLiteral::begin() {
  out_.clear();
  rendered_.clear();
  declared_.clear();
}

std::string_view XmlLiteral::namespace_in_scope(std::string const& prefix) const {
  auto const found = rendered_.find(prefix);
  return found == rendered_.end() || found->second.empty() ? std::string_view() : found->second.back();
}

void XmlLiteral::start_element(XmlName const& name, std::vector<XmlAttribute> attributes) {
  // Exclusive XML Canonicalization §3: a namespace is declared where it is used and no output ancestor declared it so.
  std::map<std::string, std::string_view> used{{std::string(name.prefix), name.space}};
  for (auto const& attribute : attributes) {
    if (!attribute.name.prefix.empty()) used.emplace(attribute.name.prefix, attribute.name.space);
  }
  used.erase("xml");
  std::erase_if(used, [&](auto const& entry) { return namespace_in_scope(entry.first) == entry.second; });
  std::ranges::sort(attributes, {}, [](XmlAttribute const& a) { return std::tie(a.name.space, a.name.local); });

  out_.push_back('<');
  append_qualified(out_, name);
  auto& declared = declared_.emplace_back();
  for (auto const& [prefix, space] : used) {
    rendered_[prefix].emplace_back(space);
    declared.push_back(prefix);
    out_.append(prefix.empty() ? " xmlns" : " xmlns:").append(prefix).append("=\"");
    append_attribute_value(out_, space);
    out_.push_back('"');
  }
  for (auto const& attribute : attributes) {
    out_.push_back(' ');
    append_qualified(out_, attribute.name);
    out_.append("=\"");
    append_attribute_value(out_, attribute.value);
    out_.push_back('"');
  }
  out_.push_back('>');
}

void XmlLiteral::end_element(XmlName const& name) {
  out_.append("</");
  append_qualified(out_, name);
  out_.push_back('>');
  for (auto const& prefix : declared_.back()) rendered_.at(prefix).pop_back();
  declared_.pop_back();
}

void XmlLiteral::text(std::string_view text) {
  for (char const c : text) {
    switch (c) {
      case '&':
        out_.append("&amp;");
        break;
      case '<':
        out_.append("&lt;");
        break;
      case '>':
        out_.append("&gt;");
        break;
      case '\r':
        out_.append("&#xD;");
        break;
      default:
        out_.push_back(c);
    }
  }
}

void XmlLiteral::comment(std::string_view text) {
  out_.append("<!--").append(text).append("-->");
}

void XmlLiteral::processing_instruction(std::string_view target, std::string_view data) {
  out_.append("<?").append(target);
  if (!data.empty()) out_.append(" ").append(data);
  out_.append("?>");
}

}  // namespace lepton::rdf
