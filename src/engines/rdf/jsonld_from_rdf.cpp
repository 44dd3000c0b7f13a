#include "rdf/jsonld_from_rdf.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "rdf/characters.h"
#include "rdf/vocabulary.h"

namespace lepton::rdf {

namespace {

/// What JSON readers take, ours among them.
constexpr std::size_t most_nested = 60;

std::string name_of(TermView const& term) {
  return term.is_blank() ? fmt::format("_:{}", term.value) : std::string(term.value);
}

std::optional<json::Value> native_value(TermView const& literal) {
  std::string_view const text = literal.value;
  if (literal.datatype == xsd_boolean && (text == "true" || text == "1")) return json::Value(true);
  if (literal.datatype == xsd_boolean && (text == "false" || text == "0")) return json::Value(false);
  if (literal.datatype == xsd_integer) {
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return json::Value(number);
  }
  if (literal.datatype == xsd_double) {
    double number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && std::isfinite(number)) return json::Value(number);
  }
  return std::nullopt;
}

/// Step 2.7 of API §8.4: "language_direction", either may be empty.
void read_i18n(std::string_view datatype, json::Object& value) {
  auto const parts = datatype.substr(i18n_namespace.size());
  auto const bar = parts.find('_');
  if (bar > 0) value["@language"] = parts.substr(0, bar);
  if (bar != std::string_view::npos) value["@direction"] = parts.substr(bar + 1);
}

/// One conversion: a map of nodes for each graph, in which lists are then folded.
class FromRdf {
 public:
  FromRdf(Call const& call, FromRdfOptions const& options) : call_(call), options_(options) {}

  void add(Quad const& quad);
  [[nodiscard]] json::Array finish();

 private:
  /// A value of a property. Lists share theirs with the cells they were folded from, which may be folded later.
  struct Member {
    json::Object object;
    std::optional<std::vector<std::shared_ptr<Member>>> list;
  };
  using MemberPtr = std::shared_ptr<Member>;
  struct Node {
    std::string id;
    json::Array types;
    std::map<std::string, std::vector<MemberPtr>, std::less<>> properties;
    bool folded = false;  ///< into a list or a value that stands elsewhere
    [[nodiscard]] bool states_something() const { return !types.empty() || !properties.empty(); }
  };
  /// Where a node is an object.
  struct Usage {
    Node* node;
    std::string property;
    MemberPtr member;
  };
  struct Graph {
    std::map<std::string, Node> nodes;
    std::vector<Usage> ends;  ///< uses of rdf:nil
    std::vector<std::string> compounds;
  };

  Node& node(Graph& graph, std::string const& name);
  [[nodiscard]] json::Object object(TermView const& term) const;
  [[nodiscard]] json::Object literal(TermView const& term) const;
  void fold_compounds(Graph& graph);
  void fold_lists(Graph& graph);
  /// The only use of a blank node, when there is exactly one.
  [[nodiscard]] Usage const* only_use(std::string const& name) const;
  [[nodiscard]] static bool is_cell(Node const& node);
  [[nodiscard]] static json::Object written(Node const& node);
  [[nodiscard]] static json::Value written(Member const& member, std::size_t depth);

  Call const& call_;
  FromRdfOptions const& options_;
  std::map<std::string, Graph> graphs_;
  Graph default_;
  std::map<std::string, std::optional<Usage>> uses_;  ///< of blank nodes; nullopt: several
};

FromRdf::Node& FromRdf::node(Graph& graph, std::string const& name) {
  auto& node = graph.nodes[name];
  if (node.id.empty()) node.id = name;
  return node;
}

// API §8.3, steps 5.7.
void FromRdf::add(Quad const& quad) {
  auto& graph = quad.graph ? graphs_[name_of(quad.graph->view())] : default_;
  if (quad.graph) (void)node(default_, name_of(quad.graph->view()));
  auto& subject = node(graph, name_of(quad.subject.view()));
  bool const is_node = !quad.object.view().is_literal();
  std::string const name = is_node ? name_of(quad.object.view()) : std::string();
  std::string const& predicate = quad.predicate.value;
  if (options_.direction == JsonLdDirection::compound_literal && predicate == rdf_direction) {
    graph.compounds.push_back(subject.id);
  }
  if (is_node) (void)node(graph, name);
  if (is_node && predicate == rdf_type && !options_.rdf_type) {
    if (std::ranges::find(subject.types, json::Value(name)) == subject.types.end()) subject.types.emplace_back(name);
    return;
  }
  auto& values = subject.properties[predicate];
  auto member = std::make_shared<Member>(Member{object(quad.object.view()), {}});
  if (std::ranges::any_of(values, [&](auto const& known) { return known->object == member->object; })) return;
  values.push_back(member);
  if (!is_node) return;
  Usage usage{&subject, predicate, std::move(member)};
  if (name == rdf_nil) {
    graph.ends.push_back(std::move(usage));
  } else if (quad.object.view().is_blank()) {
    auto const [known, is_new] = uses_.try_emplace(name, std::move(usage));
    if (!is_new) known->second.reset();
  }
}

// API §8.4, RDF to object conversion.
json::Object FromRdf::object(TermView const& term) const {
  return term.is_literal() ? literal(term) : json::Object{{"@id", name_of(term)}};
}

json::Object FromRdf::literal(TermView const& term) const {
  json::Object value{{"@value", term.value}};
  if (options_.native_types) {
    if (auto native = native_value(term)) {
      value["@value"] = std::move(*native);
      return value;
    }
  }
  if (term.datatype == rdf_json && options_.mode == JsonLdMode::v1_1) {
    try {
      value["@value"] = json::parse(term.value);
    } catch (Error const& error) {
      throw invalid(fmt::format("invalid JSON literal: {}", error.what()));
    }
    value["@type"] = "@json";
  } else if (options_.direction == JsonLdDirection::i18n_datatype && term.datatype.starts_with(i18n_namespace)) {
    read_i18n(term.datatype, value);
  } else if (!term.language.empty()) {
    value["@language"] = term.language;
  } else if (term.datatype != xsd_string) {
    value["@type"] = term.datatype;
  }
  return value;
}

FromRdf::Usage const* FromRdf::only_use(std::string const& name) const {
  auto const found = uses_.find(name);
  return found == uses_.end() || !found->second ? nullptr : &*found->second;
}

// API §8.3, step 6.1.
void FromRdf::fold_compounds(Graph& graph) {
  for (auto const& name : graph.compounds) {
    auto const* usage = only_use(name);
    auto const found = graph.nodes.find(name);
    if (usage == nullptr || found == graph.nodes.end()) continue;
    auto& compound = found->second;
    compound.folded = true;
    auto const read = [&](std::string_view property) -> json::Value const* {
      auto const stated = compound.properties.find(property);
      if (stated == compound.properties.end()) return nullptr;
      return stated->second.front()->object.if_contains("@value");
    };
    auto& value = usage->member->object;
    value.clear();
    if (auto const* text = read(rdf_value)) value["@value"] = *text;
    if (auto const* language = read(rdf_language)) value["@language"] = *language;
    if (auto const* direction = read(rdf_direction)) value["@direction"] = *direction;
  }
}

bool FromRdf::is_cell(Node const& node) {
  auto const single = [&](std::string_view property) {
    auto const found = node.properties.find(property);
    return found != node.properties.end() && found->second.size() == 1;
  };
  bool const only_list = node.types.empty() || (node.types.size() == 1 && node.types[0] == json::Value(rdf_list));
  return node.id.starts_with("_:") && node.properties.size() == 2 && single(rdf_first) && single(rdf_rest) && only_list;
}

// API §8.3, step 6.4.
void FromRdf::fold_lists(Graph& graph) {
  for (Usage usage : graph.ends) {
    call_.proceed();
    std::vector<MemberPtr> items;
    while (usage.property == rdf_rest && is_cell(*usage.node) && !usage.node->folded) {
      auto const* next = only_use(usage.node->id);
      if (next == nullptr) break;
      items.push_back(usage.node->properties.find(rdf_first)->second.front());
      usage.node->folded = true;
      usage = *next;
    }
    std::ranges::reverse(items);
    usage.member->object.clear();
    usage.member->list = std::move(items);
  }
}

json::Value FromRdf::written(Member const& member, std::size_t depth) {
  if (!member.list) return member.object;
  if (depth > most_nested) throw invalid(fmt::format("lists stand more than {} deep inside each other", most_nested));
  json::Array items;
  for (auto const& item : *member.list) items.push_back(written(*item, depth + 1));
  return json::Object{{"@list", std::move(items)}};
}

json::Object FromRdf::written(Node const& node) {
  json::Object object{{"@id", node.id}};
  if (!node.types.empty()) object["@type"] = node.types;
  for (auto const& [property, members] : node.properties) {
    json::Array values;
    for (auto const& member : members) values.push_back(written(*member, 0));
    object[property] = std::move(values);
  }
  return object;
}

json::Array FromRdf::finish() {
  for (auto& [name, graph] : graphs_) {
    fold_compounds(graph);
    fold_lists(graph);
  }
  fold_compounds(default_);
  fold_lists(default_);
  json::Array result;
  for (auto const& [name, node] : default_.nodes) {
    if (node.folded) continue;
    auto object = written(node);
    if (auto const graph = graphs_.find(name); graph != graphs_.end()) {
      json::Array inside;
      for (auto const& [inner_name, inner] : graph->second.nodes)
        if (inner.states_something() && !inner.folded) inside.push_back(written(inner));
      object["@graph"] = std::move(inside);
    }
    if (object.size() > 1) result.push_back(std::move(object));
  }
  return result;
}

}  // namespace

json::Array to_jsonld(Call const& call, std::span<Quad const> quads, FromRdfOptions const& options) {
  FromRdf conversion(call, options);
  for (auto const& quad : quads) {
    call.proceed();
    conversion.add(quad);
  }
  return conversion.finish();
}

}  // namespace lepton::rdf
