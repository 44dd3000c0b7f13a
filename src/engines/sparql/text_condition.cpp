#include "sparql/text_condition.h"

#include <algorithm>

#include "sparql/required_text.h"

namespace lepton::sparql {

namespace {

constexpr std::size_t least_rows = 1024;

/// `CONTAINS(LCASE(?v), "x")`: the variable, and how its text is compared.
struct Subject {
  Variable variable = 0;
  bool lowered = false;
};

std::optional<Subject> subject_of(Expression const& expression) {
  if (expression.operation == Operation::variable) return Subject{expression.variable, false};
  if (expression.operation != Operation::str && expression.operation != Operation::lcase) return std::nullopt;
  auto inner = subject_of(expression.arguments[0]);
  if (inner && expression.operation == Operation::lcase) inner->lowered = true;
  return inner;
}

std::string const* constant_of(Expression const& expression) {
  bool const is_text = expression.operation == Operation::term && expression.term.kind == rdf::TermKind::literal;
  return is_text ? &expression.term.value : nullptr;
}

void append(std::vector<text::KeyPattern>& all, std::vector<text::KeyPattern> some) {
  std::ranges::move(some, std::back_inserter(all));
}

/// What is known of every text for which REGEX holds.
std::vector<text::KeyPattern> patterns_of_regex(Expression const& condition, std::string const& pattern, bool lowered) {
  std::string const none;
  std::string const* const flags = condition.arguments.size() > 2 ? constant_of(condition.arguments[2]) : &none;
  if (flags == nullptr || flags->find_first_not_of("ismq") != std::string::npos) return {};
  bool const any_case = flags->find('i') != std::string::npos;
  if (any_case && lowered) return {};
  Spelling const spelling = any_case ? Spelling::any_case : lowered ? Spelling::lowered : Spelling::exact;
  bool const is_literal = flags->find('q') != std::string::npos;
  std::vector<text::KeyPattern> all;
  for (auto const& one : is_literal ? std::vector{RequiredText{pattern}} : required_texts(pattern))
    append(all, key_patterns(one, spelling));
  return all;
}

std::vector<text::KeyPattern> patterns_of(Expression const& condition, bool lowered) {
  std::string const* const sought = constant_of(condition.arguments[1]);
  if (sought == nullptr) return {};
  RequiredText required{*sought, text::Edge::open, text::Edge::open};
  switch (condition.operation) {
    case Operation::regex:
      return patterns_of_regex(condition, *sought, lowered);
    case Operation::strstarts:
      required.before = text::Edge::bound;
      break;
    case Operation::strends:
      required.behind = text::Edge::bound;
      break;
    default:
      break;
  }
  return key_patterns(required, lowered ? Spelling::lowered : Spelling::exact);
}

bool is_text_condition(Operation operation) {
  return operation == Operation::contains || operation == Operation::strstarts || operation == Operation::strends ||
         operation == Operation::regex;
}

}  // namespace

/// A conjunction is known by any of its parts, a disjunction by all of them only.
std::optional<TextCondition::Known> TextCondition::known(Call const& call, Expression const& condition,
                                                         Table const& table, rdf::Dictionary const& dictionary) {
  Known out;
  out.operation = condition.operation;
  if (condition.operation == Operation::logical_and || condition.operation == Operation::logical_or) {
    for (auto const& argument : condition.arguments) {
      auto part = known(call, argument, table, dictionary);
      if (part) {
        out.parts.push_back(std::move(*part));
      } else if (condition.operation == Operation::logical_or) {
        return std::nullopt;
      }
    }
    return out.parts.empty() ? std::nullopt : std::optional(std::move(out));
  }
  if (!is_text_condition(condition.operation)) return std::nullopt;
  auto const subject = subject_of(condition.arguments[0]);
  int const column = subject ? table.find(subject->variable) : -1;
  if (column < 0) return std::nullopt;
  auto const patterns = patterns_of(condition, subject->lowered);
  auto found = dictionary.texts_with(call, patterns, table.rows());
  if (!found) return std::nullopt;
  out.found = std::move(*found);
  out.column = static_cast<std::size_t>(column);
  return out;
}

std::optional<TextCondition> TextCondition::compile(Call const& call, Expression const& condition, Table const& table,
                                                    rdf::Dictionary const& dictionary) {
  if (table.rows() < least_rows) return std::nullopt;
  auto root = known(call, condition, table, dictionary);
  if (!root) return std::nullopt;
  return TextCondition(std::move(*root), table);
}

bool TextCondition::fails(Known const& known, std::size_t row) const {
  auto const part_fails = [&](Known const& part) { return fails(part, row); };
  if (known.operation == Operation::logical_and) return std::ranges::any_of(known.parts, part_fails);
  if (known.operation == Operation::logical_or) return std::ranges::all_of(known.parts, part_fails);
  return known.found.excludes(table_->at(row, known.column));
}

}  // namespace lepton::sparql
