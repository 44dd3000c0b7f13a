#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rdf/iri.h"
#include "sparql/parser.h"
#include "sparql/scope.h"
#include "sparql/syntax_tree.h"
#include "sparql/token.h"

namespace lepton::sparql {

/// A recursive descent over the tokens of one text; a function per production of §19.8, in files by what they read.
/// Lives for one parse_query or parse_update.
class Parser {
 public:
  Parser(std::string_view text, SyntaxOptions const& options, Variables& variables);

  void query(Query& out);    // query_parser.cpp
  void update(Update& out);  // update_parser.cpp

 private:
  /// Counts one more nesting level as long as it lives.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.depth_; }
    Nesting(Nesting const&) = delete;
    Nesting& operator=(Nesting const&) = delete;

   private:
    Parser& parser_;
  };
  enum class Blanks { variables, terms, forbidden };

  // parser.cpp: tokens, prologue, terms
  [[nodiscard]] Token const& token(std::size_t ahead = 0) const;
  [[nodiscard]] bool at(std::string_view punctuation, std::size_t ahead = 0) const;
  [[nodiscard]] bool at_word(std::string_view upper, std::size_t ahead = 0) const;
  [[nodiscard]] bool take(std::string_view punctuation);
  [[nodiscard]] bool take_word(std::string_view upper);
  void expect(std::string_view punctuation);
  void expect_word(std::string_view upper);
  [[noreturn]] void fail_expecting(std::string_view what) const;
  [[noreturn]] void fail(std::string const& sentence) const;
  void count_element();
  [[nodiscard]] std::string const& base_text() const { return base_.text(); }
  void prologue();
  [[nodiscard]] bool at_iri() const;
  [[nodiscard]] rdf::Term iri();
  [[nodiscard]] std::string resolve(std::string reference) const;
  [[nodiscard]] bool at_number() const;
  [[nodiscard]] rdf::Term number();
  [[nodiscard]] bool at_literal() const;
  [[nodiscard]] rdf::Term literal();
  [[nodiscard]] Variable variable();
  [[nodiscard]] Node variable_or_iri();

  // query_parser.cpp
  void select_clause(SelectQuery& out);
  void construct(Query& out);
  void construct_where(Query& out);
  void describe(Query& out);
  void dataset_clauses(DatasetClause& out, std::string_view keyword);
  void where_clause(SelectQuery& out);
  void modifiers(SelectQuery& out);
  void group_by(SelectQuery& out);
  void order_by(SelectQuery& out);
  [[nodiscard]] std::uint64_t count();
  void check_selection(SelectQuery& select, std::size_t begin);
  void check_grouping(SelectQuery const& select, std::size_t begin);

  // pattern_parser.cpp
  [[nodiscard]] GroupGraphPattern group();
  [[nodiscard]] std::shared_ptr<SelectQuery const> subselect();
  void group_elements(GroupGraphPattern& out);
  void triples_block(GroupGraphPattern& out);
  void pattern_not_triples(GroupGraphPattern& out);
  [[nodiscard]] GroupElement group_or_union();
  [[nodiscard]] GroupElement graph_or_service(bool service);
  [[nodiscard]] GroupElement bind(GroupGraphPattern const& before);
  [[nodiscard]] InlineData inline_data();
  [[nodiscard]] std::optional<rdf::Term> data_value();

  // triples_parser.cpp
  using TripleSink = std::function<void(PathPattern)>;
  void triples_same_subject(TripleSink const& sink);
  void property_list(Node const& subject, TripleSink const& sink, bool required);
  void object_list(Node const& subject, std::variant<Node, Path> const& verb, TripleSink const& sink);
  [[nodiscard]] std::variant<Node, Path> verb();
  [[nodiscard]] bool at_verb() const;
  [[nodiscard]] Node graph_node(TripleSink const& sink);
  [[nodiscard]] Node variable_or_term();
  [[nodiscard]] Node blank_property_list(TripleSink const& sink);
  [[nodiscard]] Node collection(TripleSink const& sink);
  [[nodiscard]] Node anonymous();
  [[nodiscard]] Node labelled(std::string const& label, std::size_t offset);
  [[nodiscard]] std::vector<TriplePattern> triples_template();
  [[nodiscard]] bool at_triples() const;
  [[nodiscard]] Path path();
  [[nodiscard]] Path path_sequence();
  [[nodiscard]] Path path_element_or_inverse();
  [[nodiscard]] Path path_primary();
  [[nodiscard]] Path negated_set();

  // expression_parser.cpp
  [[nodiscard]] Expression expression();
  [[nodiscard]] Expression conjunction();
  [[nodiscard]] Expression relation();
  [[nodiscard]] Expression sum();
  [[nodiscard]] Expression product();
  [[nodiscard]] Expression unary();
  [[nodiscard]] Expression primary();
  [[nodiscard]] Expression bracketed();
  [[nodiscard]] Expression constraint();
  [[nodiscard]] Expression builtin_call();
  [[nodiscard]] Expression aggregate(Builtin const& builtin);
  [[nodiscard]] Expression function_call();
  [[nodiscard]] Expression exists_pattern(Operation operation);
  void arguments(std::vector<Expression>& out);

  // update_parser.cpp
  [[nodiscard]] UpdateOperation operation();
  [[nodiscard]] UpdateOperation insert_or_delete();
  void modify(UpdateOperation& out);
  [[nodiscard]] UpdateOperation load();
  [[nodiscard]] UpdateOperation clear(UpdateOperation::Kind kind);
  [[nodiscard]] UpdateOperation transfer(UpdateOperation::Kind kind);
  [[nodiscard]] GraphTarget graph_target(bool groups);
  [[nodiscard]] std::vector<QuadTemplate> quads();
  void check_data(std::vector<QuadTemplate> const& quads, std::size_t begin) const;

  SyntaxOptions const& options_;
  std::string text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Variables& variables_;
  rdf::BaseIri base_;
  std::map<std::string, std::string, std::less<>> prefixes_;
  std::string prologue_;  ///< as written so far: goes with what is sent to a service

  std::size_t depth_ = 0;
  std::size_t elements_ = 0;
  Blanks blanks_ = Blanks::variables;
  bool paths_allowed_ = true;
  bool aggregates_allowed_ = false;
  std::size_t patterns_ = 0;  ///< basic graph patterns so far
  std::size_t pattern_ = 0;   ///< the current one: a blank node label belongs to one of them (§4.1.4)
  std::map<std::string, std::pair<std::size_t, Variable>> labels_;
  std::set<std::string> data_labels_;  ///< blank node labels of earlier INSERT DATA
  std::set<std::string> current_data_labels_;
  std::size_t generated_ = 0;
};

}  // namespace lepton::sparql
