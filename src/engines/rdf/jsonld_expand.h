#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/json.h"
#include "rdf/jsonld_context.h"

namespace lepton::rdf {

struct JsonLdOptions {
  std::string base;                           ///< IRI of the document; empty when it has none
  JsonLdLoader load;                          ///< without it, a document that names a context elsewhere is refused
  std::optional<json::Value> expand_context;  ///< applied before the document's own
  JsonLdMode mode = JsonLdMode::v1_1;
};

/// JSON-LD 1.1 API §5.1: the document without its contexts, every term an IRI, every value an object, in an array of
/// node objects. Throws Error{invalid} with reason "rdf_syntax" and one of the error codes of §9.6.1 at the
/// beginning of its message.
[[nodiscard]] json::Array expand_jsonld(Call const& call, json::Value const& document, JsonLdOptions const& options);

/// One expansion: a function for each kind of value. One document, one thread.
class JsonLdExpansion {
 public:
  /// Both outlive it.
  JsonLdExpansion(Call const& call, JsonLdContexts& contexts) : call_(call), contexts_(contexts) {}

  enum class FromMap : std::uint8_t { no, yes };
  /// `property` is the term whose value this is; empty at the top. `base` is the document's.
  [[nodiscard]] json::Value expand(JsonLdContextPtr active, std::string_view property, json::Value const& element,
                                   std::string const& base, FromMap from_map = FromMap::no);

 private:
  /// What the steps over the entries of one object share.
  struct Node {
    JsonLdContextPtr active;
    JsonLdContextPtr type_scoped;
    std::string_view property;
    std::string const& base;
    std::optional<std::string> input_type;  ///< the last of its types, expanded
    json::Object result;
  };

  [[nodiscard]] json::Value expand_array(JsonLdContextPtr const& active, std::string_view property,
                                         json::Array const& elements, std::string const& base, FromMap from_map);
  [[nodiscard]] json::Value expand_object(JsonLdContextPtr active, std::string_view property,
                                          json::Object const& element, std::string const& base, FromMap from_map);
  [[nodiscard]] JsonLdContextPtr enter(JsonLdContextPtr active, std::string_view property, json::Object const& element,
                                       FromMap from_map);
  [[nodiscard]] JsonLdContextPtr apply_types(JsonLdContextPtr const& before, json::Object const& element) const;
  [[nodiscard]] std::optional<std::string> input_type(JsonLdContext const& active, json::Object const& element) const;

  void expand_entries(Node& node, json::Object const& element);
  void expand_nested(Node& node, std::vector<std::string> const& terms, json::Object const& element);
  void expand_entry(Node& node, std::string_view key, std::string const& name, json::Value const& value);
  void expand_keyword(Node& node, std::string const& keyword, json::Value const& value);
  void expand_type(Node& node, json::Value const& value);
  void expand_included(Node& node, json::Value const& value);
  void expand_value_entry(Node& node, json::Value const& value);
  void expand_reverse(Node& node, json::Value const& value);
  [[nodiscard]] json::Value expand_language_map(Node const& node, JsonLdTerm const& term, json::Object const& map);
  [[nodiscard]] json::Value expand_index_map(Node const& node, std::string_view key, JsonLdTerm const& term,
                                             json::Object const& map);
  void index_item(Node const& node, JsonLdTerm const& term, std::string const& index, json::Value& item);
  [[nodiscard]] static json::Value finish(std::string_view property, json::Object result);

  [[nodiscard]] static json::Value expand_scalar(JsonLdContext const& active, std::string_view property,
                                                 json::Value const& value);

  Call const& call_;
  JsonLdContexts& contexts_;
};

}  // namespace lepton::rdf
