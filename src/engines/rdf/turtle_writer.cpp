#include "rdf/turtle_writer.h"

#include <fmt/format.h>

#include "base/error.h"
#include "rdf/characters.h"
#include "rdf/iri.h"
#include "rdf/nquads_text.h"

namespace lepton::rdf {

namespace {

/// Those of a hostile document must not fill the memory.
constexpr std::size_t most_prefixes = 1000;

/// A local name that needs no escape; empty is one.
bool is_plain_local(std::string_view local) {
  return local.empty() || is_blank_label(local);
}

/// PN_PREFIX; the empty prefix is one.
bool is_prefix_name(std::string_view name) {
  return name.empty() || (is_ncname(name) && !name.starts_with('_') && !name.ends_with('.'));
}

std::size_t digits_at(std::string_view text, std::size_t i) {
  std::size_t const begin = i;
  while (i < text.size() && is_digit(text[i])) ++i;
  return i - begin;
}

/// The datatype that Turtle gives to this text when it stands without quotes; empty when none.
std::string_view bare_datatype(std::string_view text) {
  if (text == "true" || text == "false") return xsd_boolean;
  std::size_t i = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  std::size_t const whole = digits_at(text, i);
  i += whole;
  if (i == text.size()) return whole > 0 ? xsd_integer : std::string_view();
  std::size_t fraction = 0;
  bool const point = text[i] == '.';
  if (point) {
    fraction = digits_at(text, ++i);
    i += fraction;
    if (i == text.size()) return fraction > 0 ? xsd_decimal : std::string_view();
  }
  if (whole + fraction == 0 || (text[i] != 'e' && text[i] != 'E')) return {};
  if (++i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  std::size_t const exponent = digits_at(text, i);
  return exponent > 0 && i + exponent == text.size() ? xsd_double : std::string_view();
}

}  // namespace

TurtleWriter::TurtleWriter(Syntax syntax, ByteSink& sink, WriteOptions const& options)
    : out_(sink), trig_(syntax == Syntax::trig) {
  for (auto const& [name, iri] : options.prefixes) TurtleWriter::prefix(name, iri);
}

void TurtleWriter::prefix(std::string_view name, std::string_view iri) {
  if (!is_prefix_name(name) || !is_absolute_iri(iri) || !has_iri_characters(iri)) return;
  if (declared_.size() >= most_prefixes && !declared_.contains(std::string(name))) return;
  auto const [entry, is_new] = declared_.try_emplace(std::string(name), iri);
  if (!is_new) {
    if (entry->second == iri) return;
    names_.erase(entry->second);
    entry->second = iri;
  }
  names_.insert_or_assign(std::string(iri), std::string(name));
  end_statement();
  enter_graph(std::nullopt);
  out_.text().append("@prefix ").append(name).append(": ");
  append_iri(out_.text(), iri);
  out_.text().append(" .\n");
}

void TurtleWriter::quad(QuadView const& quad) {
  if (quad.graph && !trig_) throw invalid("Turtle holds no named graphs: write TriG or N-Quads");
  enter_graph(quad.graph);
  std::string& out = out_.text();
  std::string_view const indent = in_graph_ ? "    " : "";
  if (in_statement_ && quad.subject == subject_.view() && quad.predicate == predicate_.view()) {
    out.append(", ");
  } else if (in_statement_ && quad.subject == subject_.view()) {
    out.append(" ;\n").append(indent).append("    ");
    predicate_ = Term(quad.predicate);
    quad.predicate.value == rdf_type ? void(out.push_back('a')) : append(quad.predicate);
    out.push_back(' ');
  } else {
    end_statement();
    subject_ = Term(quad.subject);
    predicate_ = Term(quad.predicate);
    in_statement_ = true;
    out.append(indent);
    append(quad.subject);
    out.push_back(' ');
    quad.predicate.value == rdf_type ? void(out.push_back('a')) : append(quad.predicate);
    out.push_back(' ');
  }
  append(quad.object);
  out_.flush_if_full();
}

void TurtleWriter::finish() {
  end_statement();
  enter_graph(std::nullopt);
  out_.flush();
}

void TurtleWriter::enter_graph(std::optional<TermView> const& graph) {
  if (in_graph_ ? graph.has_value() && graph_->view() == *graph : !graph.has_value()) return;
  end_statement();
  if (in_graph_) out_.text().append("}\n");
  in_graph_ = graph.has_value();
  if (!in_graph_) return;
  graph_.emplace(*graph);
  append(*graph);
  out_.text().append(" {\n");
}

void TurtleWriter::end_statement() {
  if (in_statement_) out_.text().append(" .\n");
  in_statement_ = false;
}

void TurtleWriter::append(TermView const& term) {
  if (term.is_literal()) return append_literal(term);
  if (term.is_iri() && append_shortened(term.value)) return;
  append_term(out_.text(), term);
}

void TurtleWriter::append_literal(TermView const& literal) {
  std::string& out = out_.text();
  if (bare_datatype(literal.value) == literal.datatype) {
    out.append(literal.value);
    return;
  }
  append_string(out, literal.value);
  if (!literal.language.empty()) {
    out.append("@").append(literal.language);
  } else if (literal.datatype != xsd_string) {
    out.append("^^");
    append(iri_view(literal.datatype));
  }
}

/// By the longest namespace that ends at a separator and leaves a local name without escapes.
bool TurtleWriter::append_shortened(std::string_view iri) {
  if (names_.empty()) return false;
  for (std::size_t end = iri.find_last_of("#/:"); end != std::string_view::npos && end > 0;
       end = iri.find_last_of("#/:", end - 1)) {
    if (!is_plain_local(iri.substr(end + 1))) return false;
    auto const found = names_.find(std::string(iri.substr(0, end + 1)));
    if (found == names_.end()) continue;
    out_.text().append(found->second).append(":").append(iri.substr(end + 1));
    return true;
  }
  return false;
}

}  // namespace lepton::rdf
