#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"

namespace lepton {
namespace {

constexpr std::size_t kMaxNodes = 100'000;
constexpr int kMaxDepth = 64;

class Reader {
 public:
  explicit Reader(std::string const& name) : name_(name) {}

  json::Value read(YAML::Node const& node, int depth = 0) {
    if (++nodes_ > kMaxNodes || depth > kMaxDepth) refuse(node, "the document is too large or too deeply nested");
    if (node.IsNull() || !node.IsDefined()) return nullptr;
    if (node.IsScalar()) return scalar(node);
    if (node.IsSequence()) {
      json::Array array;
      for (auto const& element : node) array.push_back(read(element, depth + 1));
      return array;
    }
    json::Object object;
    for (auto const& member : node) {
      if (!member.first.IsScalar()) refuse(member.first, "a key must be a plain word");
      auto const [at, fresh] = object.emplace(member.first.Scalar(), read(member.second, depth + 1));
      if (!fresh) refuse(member.first, fmt::format("the key \"{}\" stands twice", member.first.Scalar()));
    }
    return object;
  }

 private:
  [[noreturn]] void refuse(YAML::Node const& node, std::string const& why) const {
    auto const mark = node.Mark();
    throw invalid(fmt::format("{}:{}:{}: {}", name_, mark.line + 1, mark.column + 1, why));
  }

  // A quoted scalar carries the tag "!" and is always a string.
  static json::Value scalar(YAML::Node const& node) {
    std::string const& text = node.Scalar();
    if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return json::Value(text);
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (text == "null" || text == "~" || text.empty()) return nullptr;
    if (auto const number = find_number(text)) return *number;
    return json::Value(text);
  }

  static std::optional<json::Value> find_number(std::string_view text) {
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

  std::string const& name_;
  std::size_t nodes_ = 0;
};

void emit(YAML::Emitter& out, json::Value const& value) {
  if (value.is_object()) {
    if (value.get_object().empty()) out << YAML::Flow;  // {} and not a line of its own
    out << YAML::BeginMap;
    for (auto const& [key, member] : value.get_object()) {
      out << YAML::Key << std::string(key) << YAML::Value;
      emit(out, member);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    if (value.get_array().empty()) out << YAML::Flow;
    out << YAML::BeginSeq;
    for (auto const& element : value.get_array()) emit(out, element);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    std::string const text(value.get_string());
    // Whatever a reader would take for another type is quoted.
    bool const plain =
        !text.empty() &&
        text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/_-@. ") == std::string::npos &&
        text.find_first_not_of(".-") != std::string::npos && text != "true" && text != "false" && text != "null";
    if (plain)
      out << text;
    else
      out << YAML::DoubleQuoted << text;
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << json::write(value);
  }
}

}  // namespace

std::vector<json::Value> parse_yaml(std::string_view text, std::string const& name) {
  try {
    std::vector<json::Value> documents;
    for (auto const& node : YAML::LoadAll(std::string(text))) documents.push_back(Reader(name).read(node));
    return documents;
  } catch (YAML::Exception const& e) {
    throw invalid(fmt::format("{}:{}:{}: {}", name, e.mark.line + 1, e.mark.column + 1, e.msg));
  }
}

std::string write_yaml(json::Value const& value) {
  YAML::Emitter out;
  out.SetIndent(2);
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

}  // namespace lepton
