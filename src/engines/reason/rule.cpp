#include "reason/rule.h"

#include <array>

#include "rdf/nquads_text.h"

namespace lepton::reason {

namespace {

template <class T>
decltype(auto) copy_of(T const& value) {
  return T(value);
}
template <class T>
std::unique_ptr<T> copy_of(std::unique_ptr<T> const& value) {
  return value ? std::make_unique<T>(*value) : nullptr;
}

std::string to_string(Expression const& expression) {
  static constexpr std::array<std::string_view, 15> signs{
      "", "||", "&&", "!", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "-"};
  auto const& arguments = expression.arguments;
  switch (expression.operation) {
    case Operation::leaf:
      return to_string(expression.leaf);
    case Operation::call: {
      std::string text = expression.function + "(";
      for (std::size_t i = 0; i < arguments.size(); ++i) text += (i == 0 ? "" : ", ") + to_string(arguments[i]);
      return text + ")";
    }
    default: {
      auto const sign = signs.at(static_cast<std::size_t>(expression.operation));
      if (arguments.size() == 1) return fmt::format("{}{}", sign, to_string(arguments[0]));
      return fmt::format("({} {} {})", to_string(arguments[0]), sign, to_string(arguments[1]));
    }
  }
}

std::string to_string(std::vector<Literal> const& body);

std::string to_string(Aggregate const& aggregate) {
  static constexpr std::array<std::string_view, 6> names{"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE"};
  std::string text = "AGGREGATE(" + to_string(aggregate.body) + " ON";
  for (auto const& name : aggregate.group) text += " ?" + name;
  for (auto const& result : aggregate.results) {
    text += fmt::format(" BIND {}({}{}) AS ?{}", names.at(static_cast<std::size_t>(result.function)),
                        result.distinct ? "DISTINCT " : "", result.argument ? to_string(*result.argument) : "*",
                        result.variable);
  }
  return text + ")";
}

std::string to_string(std::vector<Literal> const& body) {
  std::string text;
  for (auto const& literal : body) text += (text.empty() ? "" : ", ") + to_string(literal);
  return text;
}

}  // namespace

Literal::Literal(Literal const& other) : position(other.position) {
  std::visit([this](auto const& value) { what = copy_of(value); }, other.what);
}

Literal& Literal::operator=(Literal const& other) {
  if (this != &other) *this = Literal(other);
  return *this;
}

std::string to_string(Literal const& literal) {
  if (auto const* atom = std::get_if<Atom>(&literal.what)) return to_string(*atom);
  if (auto const* filter = std::get_if<Filter>(&literal.what)) {
    return fmt::format("FILTER({})", to_string(filter->condition));
  }
  if (auto const* bind = std::get_if<Bind>(&literal.what)) {
    return fmt::format("BIND({} AS ?{})", to_string(bind->value), bind->variable);
  }
  if (auto const* negation = std::get_if<std::unique_ptr<Negation>>(&literal.what)) {
    return fmt::format("NOT EXISTS IN ({})", to_string((*negation)->body));
  }
  return to_string(*std::get<std::unique_ptr<Aggregate>>(literal.what));
}

std::string to_string(Node const& node) {
  if (node.is_variable) return "?" + node.variable;
  std::string text;
  rdf::append_term(text, node.term.view());
  return text;
}

std::string to_string(Atom const& atom) {
  std::string text =
      fmt::format("[{}, {}, {}]", to_string(atom.subject), to_string(atom.predicate), to_string(atom.object));
  if (atom.graph) text += " " + to_string(*atom.graph);
  return text;
}

std::string to_string(Rule const& rule) {
  std::string text;
  for (auto const& atom : rule.head) text += (text.empty() ? "" : ", ") + to_string(atom);
  if (!rule.body.empty()) text += " :- " + to_string(rule.body);
  return text + " .";
}

}  // namespace lepton::reason
