#include "rdf/turtle_parser.h"

#include <fmt/format.h>

#include <utility>

namespace lepton::rdf {

namespace {

/// What an entry of a hash table costs beside its text, about.
constexpr std::size_t entry_overhead = 128;

constexpr ByteSet digits = ascii_set(is_digit);

constexpr bool same_letter(int c, char letter) {
  return (c | 0x20) == (letter | 0x20);
}

}  // namespace

/// One level deeper, until the end of the scope.
class TurtleParser::Level {
 public:
  explicit Level(TurtleParser& parser) : parser_(parser) {
    if (parser.depth_ + 1 >= parser.limits_.depth) {
      parser.cursor_.fail(fmt::format("more than {} levels of nesting", parser.limits_.depth));
    }
    ++parser.depth_;
    if (parser.frames_.size() <= parser.depth_) parser.frames_.emplace_back();
  }
  ~Level() { --parser_.depth_; }
  Level(Level const&) = delete;
  Level& operator=(Level const&) = delete;

 private:
  TurtleParser& parser_;
};

TurtleParser::TurtleParser(Call const& call, Syntax syntax, ByteSource& source, QuadSink& sink,
                           ParseOptions const& options)
    : limits_(options.limits),
      cursor_(call, source, options.limits),
      sink_(sink),
      recovery_(options),
      trig_(syntax == Syntax::trig),
      base_(options.base),
      frames_(1) {}

void TurtleParser::run() {
  for (;;) {
    try {
      skip_space();
      if (cursor_.peek() == Cursor::end) break;
      statement();
    } catch (Problem const& problem) {
      recovery_.handle(problem);
      resynchronize();
    }
  }
  if (place_ == Place::graph) recovery_.handle({cursor_.position(), "expected '}' at the graph's end"});
}

/// Turtle [2] statement; TriG [2g] block; inside a graph, one of its triples or its end.
void TurtleParser::statement() {
  if (place_ == Place::graph) {
    if (cursor_.take_if('}')) {
      place_ = Place::document;
      graph_.reset();
      return;
    }
    triples();
    skip_space();
    if (!cursor_.take_if('.') && cursor_.peek() != '}') cursor_.fail_expecting("'.' or '}'");
    return;
  }
  if (directive()) return;
  if (trig_ && graph_begins()) return;
  triples();
  if (place_ == Place::graph) return;
  skip_space();
  expect('.', "'.' at the statement's end");
}

/// Turtle [3] to [6s].
bool TurtleParser::directive() {
  int const c = cursor_.peek();
  if (c == '@') {
    bool const prefix = directive_ahead("@prefix");
    if (!prefix && !directive_ahead("@base")) cursor_.fail("expected @prefix or @base");
    cursor_.skip(prefix ? 7 : 5);
    prefix ? prefix_declaration() : base_declaration();
    skip_space();
    expect('.', "'.' at the directive's end");
    return true;
  }
  if (same_letter(c, 'p') && directive_ahead("prefix")) {
    cursor_.skip(6);
    prefix_declaration();
    return true;
  }
  if (same_letter(c, 'b') && directive_ahead("base")) {
    cursor_.skip(4);
    base_declaration();
    return true;
  }
  return false;
}

void TurtleParser::prefix_declaration() {
  skip_space();
  name_.clear();
  prefix_name(name_);
  expect(':', "':' behind the prefix");
  skip_space();
  value_.clear();
  iri_reference(value_);
  auto const [entry, is_new] = prefixes_.try_emplace(name_);
  prefix_bytes_ += is_new ? entry_overhead + name_.size() : 0;
  prefix_bytes_ += value_.size() - entry->second.size();
  entry->second = value_;
  if (prefix_bytes_ > limits_.names) cursor_.fail(fmt::format("prefixes take more than {} bytes", limits_.names));
  sink_.prefix(name_, value_);
}

void TurtleParser::base_declaration() {
  skip_space();
  value_.clear();
  iri_reference(value_);
  base_ = BaseIri(value_);
}

/// TriG [2g] to [4g], what begins a graph; false when it is a triple, of which nothing has been read then.
bool TurtleParser::graph_begins() {
  int const c = cursor_.peek();
  if (c == '{') {
    cursor_.skip();
    place_ = Place::graph;
    return true;
  }
  if (same_letter(c, 'g') && directive_ahead("graph")) {
    cursor_.skip(5);
    skip_space();
    std::string& node = frames_[0].node;
    TermView label = blank_view(node);
    if (cursor_.take_if('[')) {
      skip_space();
      expect(']', "']': a graph's blank node has no properties here");
      labels_.generate(node);
      label = blank_view(node);
    } else {
      label = resource(node, "the graph's IRI or blank node");
    }
    skip_space();
    expect('{', "'{' at the graph's beginning");
    open_graph(label);
    return true;
  }
  return false;
}

void TurtleParser::open_graph(TermView const& label) {
  graph_.emplace(label);
  place_ = Place::graph;
}

/// Turtle [6] triples, and the graphs of TriG [3g] whose label cannot be told from a subject before the '{'.
void TurtleParser::triples() {
  std::string& node = frames_[0].node;
  int const c = cursor_.peek();
  if (c == '(') {
    TermView const subject = collection(node, nullptr, nullptr);
    skip_space();
    return predicate_object_list(subject);
  }
  if (c != '[') {
    TermView const subject = resource(node, "a subject: an IRI, a blank node, '[' or '('");
    return triples_of(subject);
  }
  cursor_.skip();
  labels_.generate(node);
  skip_space();
  if (cursor_.take_if(']')) return triples_of(blank_view(node));
  {
    Level const level(*this);
    predicate_object_list(blank_view(node));
  }
  skip_space();
  expect(']', "']' at the property list's end");
  skip_space();
  if (verb_begins()) predicate_object_list(blank_view(node));
}

void TurtleParser::triples_of(TermView const& subject) {
  skip_space();
  if (trig_ && place_ == Place::document && cursor_.take_if('{')) {
    return open_graph(subject);
  }
  predicate_object_list(subject);
}

/// Turtle [7].
void TurtleParser::predicate_object_list(TermView const& subject) {
  std::string& predicate = frames_[depth_].predicate;
  do {
    verb(predicate);
    do {
      skip_space();
      object(subject, iri_view(predicate));
      skip_space();
    } while (cursor_.take_if(','));
    if (cursor_.peek() != ';') return;
    while (cursor_.take_if(';')) skip_space();
  } while (verb_begins());
}

bool TurtleParser::verb_begins() {
  int const c = cursor_.peek();
  return c != '.' && c != ']' && c != '}' && c != Cursor::end;
}

/// Turtle [9].
void TurtleParser::verb(std::string& out) {
  if (word_ahead("a")) {
    cursor_.skip();
    out.assign(rdf_type);
    return;
  }
  out.clear();
  if (cursor_.peek() == '_') cursor_.fail("a blank node may not be a predicate");
  iri(out);
}

/// Turtle [12]: states the triple with the object that stands here.
void TurtleParser::object(TermView const& subject, TermView const& predicate) {
  int const c = cursor_.peek();
  switch (c) {
    case '[':
      return property_list(subject, predicate);
    case '(': {
      Level const level(*this);
      (void)collection(frames_[depth_].node, &subject, &predicate);
      return;
    }
    case '"':
    case '\'':
      return literal_object(subject, predicate);
    default:
      break;
  }
  bool const fraction = c == '.' && is_digit(cursor_.peek_at(1));
  if (is_digit(c) || c == '+' || c == '-' || fraction) return number(subject, predicate);
  for (std::string_view const word : {"true", "false"}) {
    if (c != word.front() || !word_ahead(word)) continue;
    cursor_.skip(word.size());
    return emit(subject, predicate, literal_view(word, xsd_boolean));
  }
  emit(subject, predicate, resource(value_, "an object"));
}

/// Turtle [13] RDFLiteral.
void TurtleParser::literal_object(TermView const& subject, TermView const& predicate) {
  value_.clear();
  lexer_.any_string(value_);
  if (cursor_.peek() == '@') {
    language_.clear();
    lexer_.language_tag(language_);
    return emit(subject, predicate, language_view(value_, language_));
  }
  if (cursor_.peek() != '^') return emit(subject, predicate, literal_view(value_));
  cursor_.skip();
  expect('^', "'^^' before the datatype");
  datatype_.clear();
  iri(datatype_);
  emit(subject, predicate, literal_view(value_, datatype_));
}

/// Turtle [16], [19] to [21]: the lexical form stays as it is written.
void TurtleParser::number(TermView const& subject, TermView const& predicate) {
  cursor_.mark();
  value_.clear();
  int c = cursor_.peek();
  if (c == '+' || c == '-') {
    value_.push_back(static_cast<char>(c));
    cursor_.skip();
  }
  std::size_t const sign = value_.size();
  std::string_view datatype = xsd_integer;
  cursor_.take_run(value_, digits);
  bool has_digits = value_.size() > sign;
  if (cursor_.peek() == '.') {
    int const next = cursor_.peek_at(1);
    std::size_t const exponent_sign = cursor_.peek_at(2) == '+' || cursor_.peek_at(2) == '-' ? 1 : 0;
    bool const exponent = has_digits && same_letter(next, 'e') && is_digit(cursor_.peek_at(2 + exponent_sign));
    if (is_digit(next) || exponent) {
      value_.push_back('.');
      cursor_.skip();
      cursor_.take_run(value_, digits);
      has_digits = true;
      datatype = xsd_decimal;
    }
  }
  if (!has_digits) cursor_.fail_at_mark("expected a number");
  if (c = cursor_.peek(); c == 'e' || c == 'E') {
    value_.push_back(static_cast<char>(c));
    cursor_.skip();
    if (c = cursor_.peek(); c == '+' || c == '-') {
      value_.push_back(static_cast<char>(c));
      cursor_.skip();
    }
    if (!is_digit(cursor_.peek())) cursor_.fail_expecting("the exponent's digits");
    cursor_.take_run(value_, digits);
    datatype = xsd_double;
  }
  emit(subject, predicate, literal_view(value_, datatype));
}

/// Turtle [14] blankNodePropertyList and ANON, as an object.
void TurtleParser::property_list(TermView const& subject, TermView const& predicate) {
  Level const level(*this);
  std::string& node = frames_[depth_].node;
  cursor_.skip();
  labels_.generate(node);
  emit(subject, predicate, blank_view(node));
  skip_space();
  if (cursor_.take_if(']')) return;
  predicate_object_list(blank_view(node));
  skip_space();
  expect(']', "']' at the property list's end");
}

/// Turtle [15]. As an object, states the triple that leads to the collection; returns its first cell or rdf:nil.
TermView TurtleParser::collection(std::string& first_cell, TermView const* subject, TermView const* predicate) {
  cursor_.skip();
  skip_space();
  if (cursor_.take_if(')')) {
    if (subject != nullptr) emit(*subject, *predicate, iri_view(rdf_nil));
    return iri_view(rdf_nil);
  }
  labels_.generate(first_cell);
  if (subject != nullptr) emit(*subject, *predicate, blank_view(first_cell));
  Level const level(*this);
  std::string& cell = frames_[depth_].node;
  cell = first_cell;
  for (;;) {
    object(blank_view(cell), iri_view(rdf_first));
    skip_space();
    if (cursor_.take_if(')')) break;
    if (cursor_.peek() == Cursor::end) cursor_.fail_expecting("')' at the collection's end");
    std::string const previous = std::exchange(cell, {});
    labels_.generate(cell);
    emit(blank_view(previous), iri_view(rdf_rest), blank_view(cell));
  }
  emit(blank_view(cell), iri_view(rdf_rest), iri_view(rdf_nil));
  return blank_view(first_cell);
}

/// An IRI or a labelled blank node.
TermView TurtleParser::resource(std::string& text, std::string_view expected) {
  int const c = cursor_.peek();
  text.clear();
  if (c == '_' && cursor_.peek_at(1) == ':') {
    lexer_.blank_label(text);
    BlankLabels::keep(text);
    return blank_view(text);
  }
  CodePoint const first = cursor_.peek_character();
  if (c != '<' && c != ':' && (first.length == 0 || !is_name_start(first.value))) cursor_.fail_expecting(expected);
  iri(text);
  return iri_view(text);
}

void TurtleParser::emit(TermView const& subject, TermView const& predicate, TermView const& object) {
  QuadView quad{subject, predicate, object, {}};
  if (graph_) quad.graph = graph_->view();
  sink_.quad(quad);
}

}  // namespace lepton::rdf
