#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/call.h"
#include "rdf/iri.h"
#include "rdf/term_lexer.h"
#include "reason/rule.h"

namespace lepton::reason {

struct RuleSyntax {
  std::map<std::string, std::string> prefixes;  ///< known without a declaration; rdf, rdfs, owl and xsd always are
  std::string base;
};

/// Reads the rule language: RDFox's Datalog over RDF (docs/decisions/0010-rule-language.md). Throws Error{invalid} with
/// reason "rule_syntax" and a message "line 3, column 14: …". What is returned may still be unsafe or unstratifiable.
[[nodiscard]] Rules parse_rules(Call const& call, std::string_view text, RuleSyntax const& syntax = {});

/// Recursive descent over one text, one function per rule of the grammar in the decision record. One thread.
class RuleParser {
 public:
  /// All arguments outlive the parser.
  RuleParser(Call const& call, rdf::ByteSource& source, RuleSyntax const& syntax);
  /// Throws rdf::Problem.
  [[nodiscard]] Rules run();

 private:
  class Level;

  void directive();
  void prefix_declaration();
  [[nodiscard]] Rule rule();
  [[nodiscard]] std::vector<Literal> body();
  [[nodiscard]] Literal literal();
  [[nodiscard]] Atom atom();
  [[nodiscard]] Filter filter();
  [[nodiscard]] Bind bind();
  [[nodiscard]] Negation negation();
  [[nodiscard]] Aggregate aggregate();
  [[nodiscard]] AggregateResult aggregate_result();
  [[nodiscard]] std::vector<Literal> bracketed_body();

  [[nodiscard]] Expression expression();
  [[nodiscard]] Expression conjunction();
  [[nodiscard]] Expression comparison();
  [[nodiscard]] Expression sum();
  [[nodiscard]] Expression product();
  [[nodiscard]] Expression unary();
  [[nodiscard]] Expression primary();
  [[nodiscard]] Expression function_call(std::string name);
  [[nodiscard]] std::vector<Expression> arguments();

  [[nodiscard]] Node node();
  [[nodiscard]] std::string variable();
  [[nodiscard]] rdf::Term iri();
  [[nodiscard]] rdf::Term literal_term();
  [[nodiscard]] rdf::Term number();
  [[nodiscard]] std::string prefixed_name();
  [[nodiscard]] std::string word_ahead();

  void skip_space();
  [[nodiscard]] bool take_sign(std::string_view sign);
  void expect(std::string_view sign, std::string_view what);
  [[nodiscard]] bool take_word(std::string_view word);
  [[nodiscard]] bool node_ahead();

  rdf::Limits limits_;
  rdf::Cursor cursor_;
  rdf::TermLexer lexer_{cursor_};
  std::map<std::string, std::string> prefixes_;
  rdf::BaseIri base_;
  std::string next_label_;
  std::size_t depth_ = 0;
};

}  // namespace lepton::reason
