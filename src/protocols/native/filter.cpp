#include "native/filter.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <vector>

#include "base/error.h"

namespace lepton::native {

struct Filter::Node {
  enum class Kind { conjunction, disjunction, negation, comparison } kind = Kind::comparison;
  std::vector<std::shared_ptr<Node const>> parts;
  std::string field;
  std::string op;
  json::Value value;
};

namespace {

using Node = Filter::Node;
using NodePtr = std::shared_ptr<Node const>;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodePtr all() {
    auto node = disjunction(0);
    skip_space();
    if (at_ != text_.size()) refuse("expected AND, OR or the end");
    return node;
  }

 private:
  static constexpr int kMaxDepth = 32;

  [[noreturn]] void refuse(std::string_view expected) const {
    throw invalid(fmt::format("filter: {} at column {}; write for example  name = \"customers\" AND tags:\"pii\"",
                              expected, at_ + 1),
                  {{"/filter", fmt::format("{} at column {}", expected, at_ + 1)}});
  }

  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  static bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '/' || c == '@' ||
           static_cast<unsigned char>(c) >= 0x80;
  }

  std::string word() {
    skip_space();
    auto const begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool take(std::string_view expected) {
    skip_space();
    if (text_.substr(at_, expected.size()) != expected) return false;
    auto const after = at_ + expected.size();
    if (is_word(expected[0]) && after < text_.size() && is_word(text_[after])) return false;
    at_ = after;
    return true;
  }

  NodePtr disjunction(int depth) { return chain(depth, "OR", Node::Kind::disjunction, &Parser::conjunction); }
  NodePtr conjunction(int depth) { return chain(depth, "AND", Node::Kind::conjunction, &Parser::term); }

  NodePtr chain(int depth, std::string_view glue, Node::Kind kind, NodePtr (Parser::*next)(int)) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    do node->parts.push_back((this->*next)(depth));
    while (take(glue));
    return node->parts.size() == 1 ? node->parts[0] : node;
  }

  NodePtr term(int depth) {
    if (depth > kMaxDepth) refuse("less nesting");
    if (take("NOT")) {
      auto node = std::make_shared<Node>();
      node->kind = Node::Kind::negation;
      node->parts.push_back(term(depth + 1));
      return node;
    }
    if (take("(")) {
      auto node = disjunction(depth + 1);
      if (!take(")")) refuse("expected )");
      return node;
    }
    return comparison();
  }

  NodePtr comparison() {
    auto node = std::make_shared<Node>();
    node->field = word();
    if (node->field.empty()) refuse("expected a field name");
    for (auto const* op : {"!=", "<=", ">=", "=", "<", ">", ":"})
      if (node->op.empty() && take(op)) node->op = op;
    if (node->op.empty()) refuse("expected one of = != < <= > >= :");
    node->value = value();
    return node;
  }

  json::Value value() {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '"') {
      std::string out;
      for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out += text_[at_];
      }
      if (at_ == text_.size()) refuse("expected a closing \"");
      ++at_;
      return json::Value(out);
    }
    auto const text = word();
    if (text.empty()) refuse("expected a value");
    if (text == "true" || text == "false") return text == "true";
    if (text == "null") return nullptr;
    double number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
    return json::Value(text);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool contains(json::Value const& held, json::Value const& wanted) {
  if (held.is_array()) {
    for (auto const& element : held.get_array())
      if (compare(&element, &wanted) == 0) return true;
    return false;
  }
  if (!wanted.is_string()) return compare(&held, &wanted) == 0;
  if (held.is_object()) return held.get_object().contains(wanted.get_string());
  return held.is_string() &&
         std::string_view(held.get_string()).find(std::string_view(wanted.get_string())) != std::string_view::npos;
}

bool comparison_holds(Node const& node, json::Value const& item) {
  auto const* held = find_member(item, node.field);
  if (held == nullptr || held->is_null()) return (node.op == "=" && node.value.is_null());
  if (node.op == ":") return contains(*held, node.value);
  if (node.op == "!=") return compare(held, &node.value) != 0;
  bool const same_kind = (held->is_number() && node.value.is_number()) || held->kind() == node.value.kind();
  if (!same_kind) return false;
  int const order = compare(held, &node.value);
  if (node.op == "=") return order == 0;
  if (node.op == "<") return order < 0;
  if (node.op == "<=") return order <= 0;
  if (node.op == ">") return order > 0;
  return order >= 0;
}

bool holds(Node const& node, json::Value const& item) {
  switch (node.kind) {
    case Node::Kind::negation:
      return !holds(*node.parts[0], item);
    case Node::Kind::conjunction:
      return std::all_of(node.parts.begin(), node.parts.end(), [&](auto const& part) { return holds(*part, item); });
    case Node::Kind::disjunction:
      return std::any_of(node.parts.begin(), node.parts.end(), [&](auto const& part) { return holds(*part, item); });
    case Node::Kind::comparison:
      return comparison_holds(node, item);
  }
  return false;
}

int rank(json::Value const* value) {
  if (value == nullptr || value->is_null()) return 0;
  if (value->is_bool()) return 1;
  if (value->is_number()) return 2;
  return value->is_string() ? 3 : 4;
}

}  // namespace

json::Value const* find_member(json::Value const& item, std::string_view path) {
  auto const* at = &item;
  while (at != nullptr) {
    if (!at->is_object()) return nullptr;
    // A key may itself hold dots ("metrics.auc" beside {"metrics": {...}}).
    if (auto const* whole = at->get_object().if_contains(path)) return whole;
    auto const dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    at = at->get_object().if_contains(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

int compare(json::Value const* a, json::Value const* b) {
  int const rank_a = rank(a);
  int const rank_b = rank(b);
  if (rank_a != rank_b) return rank_a < rank_b ? -1 : 1;
  auto const order = [](auto const& x, auto const& y) { return x < y ? -1 : y < x ? 1 : 0; };
  switch (rank_a) {
    case 0:
      return 0;
    case 1:
      return order(a->get_bool(), b->get_bool());
    case 2:
      return order(a->to_number<double>(), b->to_number<double>());
    case 3:
      return order(a->get_string(), b->get_string());
    default:
      return order(json::write_canonical(*a), json::write_canonical(*b));
  }
}

Filter Filter::parse(std::string_view text) {
  if (text.find_first_not_of(' ') == std::string_view::npos) return Filter(nullptr);
  return Filter(Parser(text).all());
}

bool Filter::matches(json::Value const& item) const {
  return root_ == nullptr || holds(*root_, item);
}

}  // namespace lepton::native
