#include "rdf/xml_literal.h"

#include <algorithm>
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
  marks_.clear();
}

/// Exclusive XML Canonicalization §3: a namespace is declared where it is used and no output ancestor declared it so.
void XmlLiteral::declare(XmlName const& name, std::vector<std::pair<std::string, std::string>>& declarations) const {
  if (name.prefix == "xml") return;
  auto const same_prefix = [&](auto const& entry) { return entry.first == name.prefix; };
  if (std::ranges::any_of(declarations, same_prefix)) return;
  auto const inherited = std::find_if(rendered_.rbegin(), rendered_.rend(), same_prefix);
  std::string_view const in_scope = inherited == rendered_.rend() ? std::string_view() : inherited->second;
  if (in_scope != name.space) declarations.emplace_back(name.prefix, name.space);
}

void XmlLiteral::start_element(XmlName const& name, std::vector<XmlAttribute> attributes) {
  std::vector<std::pair<std::string, std::string>> declarations;
  declare(name, declarations);
  for (auto const& attribute : attributes) {
    if (!attribute.name.prefix.empty()) declare(attribute.name, declarations);
  }
  std::ranges::sort(declarations);
  std::ranges::sort(attributes, {}, [](XmlAttribute const& a) { return std::tie(a.name.space, a.name.local); });

  out_.push_back('<');
  append_qualified(out_, name);
  for (auto const& [prefix, space] : declarations) {
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
  marks_.push_back(rendered_.size());
  rendered_.insert(rendered_.end(), declarations.begin(), declarations.end());
}

void XmlLiteral::end_element(XmlName const& name) {
  out_.append("</");
  append_qualified(out_, name);
  out_.push_back('>');
  rendered_.resize(marks_.back());
  marks_.pop_back();
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
