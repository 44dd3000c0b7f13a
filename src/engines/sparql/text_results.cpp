// SPARQL 1.1 Query Results CSV and TSV Formats.
#include "base/error.h"
#include "rdf/nquads_text.h"
#include "rdf/parse.h"
#include "sparql/result_readers.h"
#include "sparql/result_writers.h"

namespace lepton::sparql {

namespace {

/// RFC 4180 §2.
void append_field(std::string& out, std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (char const c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

/// §4.2: Turtle without prefixes; numbers may stand bare.
void append_tsv(std::string& out, rdf::Term const& term) {
  std::size_t const before = out.size();
  rdf::append_term(out, term.view());
  // A tab inside a term would end its field.
  for (std::size_t tab = out.find('\t', before); tab != std::string::npos; tab = out.find('\t', tab)) {
    out.replace(tab, 1, "\\t");
  }
}

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// False at the end.
  bool record(std::vector<std::string>& out) {
    out.clear();
    if (at_ >= text_.size()) return false;
    for (;;) {
      out.push_back(field());
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      if (at_ < text_.size() && text_[at_] == '\r') ++at_;
      if (at_ < text_.size() && text_[at_] == '\n') ++at_;
      return true;
    }
  }

 private:
  std::string field() {
    if (at_ >= text_.size() || text_[at_] != '"') {
      std::size_t const end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
      return std::string(text_.substr(std::exchange(at_, end), end - at_));
    }
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (at_ >= text_.size() || text_[at_] != '"') return out;
      }
      out.push_back(text_[at_]);
    }
    fail_results("a quoted field is never closed");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void read_csv(Call const& call, std::string_view text, ResultSink& sink) {
  CsvReader reader(text);
  std::vector<std::string> fields;
  if (!reader.record(fields)) fail_results("the line of variables is missing");
  std::size_t const width = fields.size();
  sink.variables(fields);
  while (reader.record(fields)) {
    call.proceed();
    if (fields.size() != width) fail_results("a record has another number of fields than the first");
    Row row;
    for (auto const& field : fields) row.push_back(field.empty() ? std::nullopt : std::optional(rdf::literal(field)));
    sink.row(row);
  }
}

/// A field of TSV is a term of Turtle, so Turtle's own reader reads it.
rdf::Term turtle_term(Call const& call, std::string const& field) {
  std::string const document = "<x:s> <x:p> " + field + " .";
  rdf::StringSource source(document);
  rdf::QuadCollector collected;
  rdf::parse(call, rdf::Syntax::turtle, source, collected);
  if (collected.quads.size() != 1) fail_results("a field is not one term");
  return collected.quads[0].object;
}

}  // namespace

void fail_results(std::string const& sentence) {
  throw invalid(sentence).with_reason("result_syntax");
}

void TextResultWriter::boolean(bool value) {
  out_.text() += value ? "true\n" : "false\n";
}

void TextResultWriter::variables(std::vector<std::string> const& names) {
  std::string& out = out_.text();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out.push_back(tabs_ ? '\t' : ',');
    if (tabs_) out.push_back('?');
    out += names[i];
  }
  out += tabs_ ? "\n" : "\r\n";
}

void TextResultWriter::row(Row const& row) {
  std::string& out = out_.text();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out.push_back(tabs_ ? '\t' : ',');
    if (!row[i]) continue;
    if (tabs_) {
      append_tsv(out, *row[i]);
    } else {
      append_field(out, row[i]->kind == rdf::TermKind::blank ? "_:" + row[i]->value : row[i]->value);
    }
  }
  out += tabs_ ? "\n" : "\r\n";
  out_.flush_if_full();
}

void read_text_results(Call const& call, std::string_view text, bool tabs, ResultSink& sink) {
  if (text == "true\n" || text == "false\n") return sink.boolean(text == "true\n");
  if (!tabs) return read_csv(call, text, sink);
  std::vector<std::string> fields;
  auto const record = [&] {
    std::size_t const end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    fields.clear();
    for (std::size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
      fields.emplace_back(line.substr(0, tab));
      line.remove_prefix(tab + 1);
    }
    fields.emplace_back(line);
  };
  record();
  std::size_t const width = fields.size();
  std::vector<std::string> names;
  for (auto const& field : fields) {
    if (!field.starts_with('?') && !field.empty()) fail_results("the line of variables is missing");
    if (!field.empty()) names.push_back(field.substr(1));
  }
  sink.variables(names);
  while (!text.empty()) {
    call.proceed();
    record();
    if (fields.size() != width) fail_results("a record has another number of fields than the first");
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) {
      row.push_back(fields[i].empty() ? std::nullopt : std::optional(turtle_term(call, fields[i])));
    }
    sink.row(row);
  }
}

}  // namespace lepton::sparql
