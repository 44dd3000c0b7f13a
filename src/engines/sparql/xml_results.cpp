// SPARQL Query Results XML Format, Second Edition.
#include <expat.h>
#include <fmt/format.h>

#include <exception>

#include "base/error.h"
#include "rdf/characters.h"
#include "sparql/result_readers.h"
#include "sparql/result_writers.h"

namespace lepton::sparql {

namespace {

constexpr std::string_view name_space = "http://www.w3.org/2005/sparql-results#";

/// Text or an attribute's value. What XML 1.0 cannot hold becomes U+FFFD.
void append_text(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    rdf::CodePoint const c = rdf::decode_utf8(text.substr(i));
    std::size_t const length = std::max<std::size_t>(c.length, 1);
    switch (c.value) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        out += rdf::is_xml_text(text.substr(i, length)) ? text.substr(i, length) : "\xEF\xBF\xBD";
    }
    i += length;
  }
}

void append_head(std::string& out, std::vector<std::string> const& names) {
  out += "<?xml version=\"1.0\"?>\n<sparql xmlns=\"http://www.w3.org/2005/sparql-results#\">\n<head>";
  for (auto const& name : names) {
    out += "<variable name=\"";
    append_text(out, name);
    out += "\"/>";
  }
  out += "</head>\n";
}

/// One document on its way through Expat.
class Reader {
 public:
  explicit Reader(ResultSink& sink) : sink_(sink), parser_(XML_ParserCreateNS(nullptr, '\n')) {
    check_made();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(
        parser_,
        [](void* self, char const* name, char const** attributes) {
          static_cast<Reader*>(self)->guard([&](Reader& reader) { reader.open(name, attributes); });
        },
        [](void* self, char const* name) {
          static_cast<Reader*>(self)->guard([&](Reader& reader) { reader.close(name); });
        });
    XML_SetCharacterDataHandler(parser_, [](void* self, char const* text, int length) {
      static_cast<Reader*>(self)->text_.append(text, static_cast<std::size_t>(length));
    });
  }
  ~Reader() { XML_ParserFree(parser_); }
  Reader(Reader const&) = delete;
  Reader& operator=(Reader const&) = delete;

  void run(Call const& call, std::string_view text) {
    constexpr std::size_t piece = 1 << 16;
    do {
      call.proceed();
      std::string_view const part = text.substr(0, piece);
      text.remove_prefix(part.size());
      if (XML_Parse(parser_, part.data(), static_cast<int>(part.size()), text.empty() ? 1 : 0) == XML_STATUS_OK)
        continue;
      if (problem_) std::rethrow_exception(problem_);
      fail_results(
          fmt::format("line {}: {}", XML_GetCurrentLineNumber(parser_), XML_ErrorString(XML_GetErrorCode(parser_))));
    } while (!text.empty());
    if (!answered_) fail_results("this is no document of SPARQL results");
  }

 private:
  void check_made() const {
    if (parser_ == nullptr) throw exhausted("no memory for an XML parser");
  }
  /// Exceptions may not cross Expat.
  template <typename Action>
  void guard(Action const& action) {
    if (problem_) return;
    try {
      action(*this);
    } catch (std::exception const&) {
      problem_ = std::current_exception();
      XML_StopParser(parser_, XML_FALSE);
    }
  }

  static std::string_view local(std::string_view name) {
    std::size_t const split = name.find('\n');
    if (split == std::string_view::npos || name.substr(0, split) != name_space) return {};
    return name.substr(split + 1);
  }
  static std::string attribute(char const** attributes, std::string_view name) {
    for (; *attributes != nullptr; attributes += 2) {
      if (name == attributes[0]) return attributes[1];
    }
    return "";
  }

  void open(std::string_view qualified, char const** attributes) {
    std::string_view const name = local(qualified);
    text_.clear();
    if (name == "variable") {
      names_.push_back(attribute(attributes, "name"));
    } else if (name == "results") {
      sink_.variables(names_);
      answered_ = true;
    } else if (name == "result") {
      row_.assign(names_.size(), std::nullopt);
    } else if (name == "binding") {
      auto const found = std::ranges::find(names_, attribute(attributes, "name"));
      if (found == names_.end()) fail_results("a binding of a variable that the head does not name");
      column_ = static_cast<std::size_t>(found - names_.begin());
    } else if (name == "literal") {
      datatype_ = attribute(attributes, "datatype");
      language_ = attribute(attributes, "http://www.w3.org/XML/1998/namespace\nlang");
    }
  }

  void close(std::string_view qualified) {
    std::string_view const name = local(qualified);
    if (name == "uri") {
      put(rdf::iri(text_));
    } else if (name == "bnode") {
      put(rdf::blank(text_));
    } else if (name == "literal") {
      put(!language_.empty() ? rdf::language_literal(text_, language_)
                             : rdf::literal(text_, datatype_.empty() ? rdf::xsd_string : std::string_view(datatype_)));
    } else if (name == "result") {
      sink_.row(row_);
    } else if (name == "boolean") {
      if (text_ != "true" && text_ != "false") fail_results("a boolean is true or false");
      sink_.boolean(text_ == "true");
      answered_ = true;
    }
  }

  void put(rdf::Term term) {
    if (column_ >= row_.size()) fail_results("a term outside a result");
    row_[column_] = std::move(term);
  }

  ResultSink& sink_;
  XML_Parser parser_;
  std::exception_ptr problem_;
  std::vector<std::string> names_;
  Row row_;
  std::size_t column_ = 0;
  std::string text_;
  std::string datatype_;
  std::string language_;
  bool answered_ = false;
};

}  // namespace

void XmlResultWriter::boolean(bool value) {
  append_head(out_.text(), {});
  out_.text() += fmt::format("<boolean>{}</boolean>\n", value);
}

void XmlResultWriter::variables(std::vector<std::string> const& names) {
  names_ = names;
  rows_ = true;
  append_head(out_.text(), names);
  out_.text() += "<results>\n";
}

void XmlResultWriter::row(Row const& row) {
  std::string& out = out_.text();
  out += "<result>";
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i]) continue;
    out += "<binding name=\"";
    append_text(out, names_[i]);
    out += "\">";
    term(*row[i]);
    out += "</binding>";
  }
  out += "</result>\n";
  out_.flush_if_full();
}

void XmlResultWriter::term(rdf::Term const& term) {
  std::string& out = out_.text();
  if (term.kind == rdf::TermKind::iri || term.kind == rdf::TermKind::blank) {
    bool const iri = term.kind == rdf::TermKind::iri;
    out += iri ? "<uri>" : "<bnode>";
    append_text(out, term.value);
    out += iri ? "</uri>" : "</bnode>";
    return;
  }
  out += "<literal";
  if (!term.language.empty()) {
    out += " xml:lang=\"";
    append_text(out, term.language);
    out += "\"";
  } else if (term.datatype != rdf::xsd_string) {
    out += " datatype=\"";
    append_text(out, term.datatype);
    out += "\"";
  }
  out += ">";
  append_text(out, term.value);
  out += "</literal>";
}

void XmlResultWriter::finish() {
  out_.text() += rows_ ? "</results>\n</sparql>\n" : "</sparql>\n";
  out_.flush();
}

void read_xml_results(Call const& call, std::string_view text, ResultSink& sink) {
  Reader(sink).run(call, text);
}

}  // namespace lepton::sparql
