#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "base/encoding.h"
#include "base/error.h"

namespace lepton {
namespace {

constexpr std::size_t kMaxNodes = 100'000;
constexpr int kMaxDepth = 64;

/// A scalar by the core schema; a quoted one carries the tag "!" and is always a string.
std::optional<json::Value> find_number(std::string_view text) {
  if (text.front() == '+') text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  std::int64_t whole = 0;
  auto const end = text.data() + text.size();
  if (auto const r = std::from_chars(text.data(), end, whole); r.ec == std::errc() && r.ptr == end)
    return json::Value(whole);
  double real = 0;
  if (auto const r = std::from_chars(text.data(), end, real); r.ec == std::errc() && r.ptr == end)
    return json::Value(real);
  return std::nullopt;
}

json::Value scalar(std::string const& text, std::string const& tag) {
  if (tag == "!" || tag == "tag:yaml.org,2002:str") return json::Value(text);
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (auto const number = find_number(text)) return *number;
  return json::Value(text);
}

/// Builds the values from yaml-cpp's events rather than from its nodes: so limits hold while it reads, and a text in
/// which it stands still, handing out one empty document after the other ("," does that), is refused.
class Reader final : public YAML::EventHandler {
 public:
  explicit Reader(std::string const& name) : name_(name) {}
  std::vector<json::Value> documents;

 private:
  struct Built {
    json::Value value;
    std::size_t nodes = 1;
    int height = 0;
  };
  struct Open {
    Built built;  ///< an array or an object that is not complete
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key = std::nullopt;  ///< of an object: what the next value belongs to
  };

  [[noreturn]] void refuse(YAML::Mark const& mark, std::string const& why) const {
    throw invalid(fmt::format("{}:{}:{}: {}", name_, mark.line + 1, mark.column + 1, why));
  }

  void OnDocumentStart(YAML::Mark const& mark) override {
    if (!documents.empty() && mark.pos <= begun_) refuse(mark, "this cannot stand here");
    begun_ = mark.pos;
    anchored_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override { add(mark, {nullptr}, anchor); }
  void OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) override {
    auto const known = anchored_.find(anchor);
    if (known == anchored_.end()) refuse(mark, "an alias stands inside of what it names");
    add(mark, known->second, 0);
  }
  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                std::string const& text) override {
    if (!expects_key()) return add(mark, {scalar(text, tag)}, anchor);
    if (open_.back().built.value.get_object().contains(text))
      refuse(mark, fmt::format("the key \"{}\" stands twice", text));
    open_.back().key = text;
  }
  void OnSequenceStart(YAML::Mark const& mark, std::string const&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, json::Array(), anchor);
  }
  void OnMapStart(YAML::Mark const& mark, std::string const&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, json::Object(), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().built.value.is_object() && !open_.back().key;
  }
  void open(YAML::Mark const& mark, json::Value empty, YAML::anchor_t anchor) {
    if (expects_key()) refuse(mark, "a key must be a plain word");
    opened_ = mark;
    open_.push_back({{std::move(empty)}, anchor});
  }
  void close() {
    Open complete = std::move(open_.back());
    open_.pop_back();
    add(opened_, std::move(complete.built), complete.anchor);
  }
  void add(YAML::Mark const& mark, Built built, YAML::anchor_t anchor) {
    if (expects_key()) refuse(mark, "a key must be a plain word");
    if (anchor != 0) anchored_.insert_or_assign(anchor, built);
    if (open_.empty()) return documents.push_back(std::move(built.value));
    auto& parent = open_.back();
    parent.built.nodes += built.nodes;
    parent.built.height = std::max(parent.built.height, built.height + 1);
    if (parent.built.nodes > kMaxNodes || parent.built.height > kMaxDepth)
      refuse(mark, "the document is too large or too deeply nested");
    if (parent.built.value.is_array())
      parent.built.value.get_array().push_back(std::move(built.value));
    else
      parent.built.value.get_object().emplace(*std::exchange(parent.key, std::nullopt), std::move(built.value));
  }

  std::string const& name_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Built> anchored_;
  YAML::Mark opened_;
  int begun_ = -1;
};

// YAML 1.2 §5.1: no control characters but tab and line ends; yaml-cpp takes some of them for the end of the text.
bool is_control(char c) {
  return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
}

void refuse_foreign_bytes(std::string_view text, std::string const& name) {
  if (!is_utf8(text)) throw invalid(fmt::format("{}:1:1: the text is not UTF-8", name));
  auto const found = std::find_if(text.begin(), text.end(), is_control);
  if (found == text.end()) return;
  throw invalid(
      fmt::format("{}:{}:1: a control character stands in the line", name, std::count(text.begin(), found, '\n') + 1));
}

/// Whatever a reader would take for something else is quoted.
void emit_text(YAML::Emitter& out, std::string const& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/_-@. ";
  bool const plain = text.find_first_not_of(kPlain) == std::string::npos &&
                     text.find_first_not_of(".-") != std::string::npos && !text.starts_with("---") &&
                     scalar(text, "?") == json::Value(text);
  if (plain)
    out << text;
  else
    out << YAML::DoubleQuoted << text;
}

void emit(YAML::Emitter& out, json::Value const& value) {
  if (value.is_object()) {
    if (value.get_object().empty()) out << YAML::Flow;  // {} and not a line of its own
    out << YAML::BeginMap;
    for (auto const& [key, member] : value.get_object()) {
      out << YAML::Key;
      emit_text(out, key);
      out << YAML::Value;
      emit(out, member);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    if (value.get_array().empty()) out << YAML::Flow;
    out << YAML::BeginSeq;
    for (auto const& element : value.get_array()) emit(out, element);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    emit_text(out, std::string(value.get_string()));
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << json::write(value);
  }
}

/// RFC 6901 §4.
std::string plain_token(std::string const& token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    bool const escaped = token[i] == '~' && i + 1 < token.size();
    out += escaped ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return out;
}

std::optional<YAML::Node> find_child(YAML::Node const& parent, std::string const& token) {
  if (parent.IsMap()) {
    for (auto const& member : parent)
      if (member.first.Scalar() == token) return member.second;
  } else if (parent.IsSequence()) {
    std::size_t place = 0;
    for (YAML::Node const& element : parent)
      if (std::to_string(place++) == token) return element;
  }
  return std::nullopt;
}

}  // namespace

std::vector<json::Value> parse_yaml(std::string_view text, std::string const& name) {
  refuse_foreign_bytes(text, name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Reader reader(name);
    while (parser.HandleNextDocument(reader)) continue;
    return std::move(reader.documents);
  } catch (YAML::Exception const& e) {
    throw invalid(fmt::format("{}:{}:{}: {}", name, e.mark.line + 1, e.mark.column + 1, e.msg));
  }
}

std::optional<int> yaml_line(std::string_view text, std::string_view pointer) {
  try {
    std::vector<YAML::Node> nodes{YAML::Load(std::string(text))};
    while (!pointer.empty()) {
      pointer.remove_prefix(1);
      auto const token = std::string(pointer.substr(0, pointer.find('/')));
      pointer.remove_prefix(token.size());
      auto const child = find_child(nodes.back(), plain_token(token));
      if (!child) break;
      nodes.push_back(*child);
    }
    auto const mark = nodes.back().Mark();
    return mark.is_null() ? std::nullopt : std::optional(mark.line + 1);
  } catch (YAML::Exception const&) {
    return std::nullopt;
  }
}

std::string write_yaml(json::Value const& value) {
  YAML::Emitter out;
  out.SetIndent(2);
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

}  // namespace lepton
