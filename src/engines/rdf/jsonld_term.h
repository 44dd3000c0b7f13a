#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "rdf/jsonld_context.h"

namespace lepton::rdf {

/// Creates the terms of one local context, in an order in which each finds those it is made of (JSON-LD 1.1 API §4.2).
/// All arguments outlive it; after a failure the context under construction is to be thrown away.
class JsonLdTermDefinition {
 public:
  JsonLdTermDefinition(JsonLdContexts& contexts, JsonLdContext& active, json::Object const& local,
                       std::string const& base, JsonLdContexts::Application const& application);
  void create_all();

 private:
  enum class Progress { begun, done };

  void create(std::string const& term);
  [[nodiscard]] std::optional<json::Object> definition_of(std::string const& term, json::Value const& value) const;
  void check_type_redefinition(json::Object const& value) const;
  [[nodiscard]] bool read_reverse(std::string const& term, json::Object const& value, JsonLdTerm& made);
  [[nodiscard]] bool read_iri(std::string const& term, json::Object const& value, bool simple, JsonLdTerm& made);
  void derive_iri(std::string const& term, JsonLdTerm& made);
  void read_type(json::Object const& value, JsonLdTerm& made);
  void read_container(json::Object const& value, JsonLdTerm& made) const;
  void read_index(std::string const& term, json::Object const& value, JsonLdTerm& made);
  void read_context(std::string const& term, json::Object const& value, JsonLdTerm& made);
  void read_text_defaults(json::Object const& value, JsonLdTerm& made) const;
  void read_nest_and_prefix(std::string const& term, json::Object const& value, JsonLdTerm& made) const;
  void keep(std::string const& term, std::shared_ptr<JsonLdTerm const> const& previous, JsonLdTerm made);

  /// §5.2, steps 3 to 6: terms of the same local context are created first.
  [[nodiscard]] std::optional<std::string> expand(std::string_view value);
  void require(std::string_view name);
  [[nodiscard]] bool is_1_0() const { return contexts_.mode() == JsonLdMode::v1_0; }

  JsonLdContexts& contexts_;
  JsonLdContext& active_;
  json::Object const& local_;
  std::string const& base_;
  JsonLdContexts::Application const& application_;
  bool protected_ = false;
  std::map<std::string, Progress, std::less<>> defined_;
};

}  // namespace lepton::rdf
