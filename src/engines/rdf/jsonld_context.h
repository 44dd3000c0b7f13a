#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace lepton::rdf {

/// JSON-LD 1.1 §9.1: names that the syntax itself gives a meaning to.
[[nodiscard]] bool is_jsonld_keyword(std::string_view text);
/// "@" and letters: reserved for keywords to come, and ignored.
[[nodiscard]] bool has_keyword_form(std::string_view text);
/// Absolute, with one fragment at most, and without characters that an IRI may not have.
[[nodiscard]] bool is_well_formed_iri(std::string_view text);

/// `code` is one of the error codes of JSON-LD 1.1 API §9.6.1; the sentence says where and what was expected.
/// Throws Error{invalid} with reason "rdf_syntax" and the message "code: sentence".
[[noreturn]] void refuse_jsonld(std::string_view code, std::string_view sentence);

/// What a context says of language or direction: nothing, that there is none, or which.
struct JsonLdSetting {
  bool stated = false;
  std::optional<std::string> value;
  friend bool operator==(JsonLdSetting const&, JsonLdSetting const&) = default;
};

/// The forms a term's values may take; several at once.
enum JsonLdContainer : std::uint8_t {
  graph_container = 1,
  id_container = 2,
  index_container = 4,
  language_container = 8,
  list_container = 16,
  set_container = 32,
  type_container = 64
};

/// What a context says about one term (JSON-LD 1.1 API §4.2). Immutable once a context holds it.
struct JsonLdTerm {
  std::optional<std::string> iri;  ///< IRI, blank node or keyword; nullopt when the context takes its meaning away
  bool prefix = false;
  bool is_protected = false;
  bool reverse = false;
  std::uint8_t container = 0;  ///< of JsonLdContainer
  std::string type;            ///< IRI or keyword; empty when none
  std::string index;
  std::string nest;
  JsonLdSetting language;
  JsonLdSetting direction;
  std::optional<json::Value> context;  ///< holds inside the term's values
  std::string context_base;            ///< what relative references in it are resolved against

  /// Apart from being protected.
  [[nodiscard]] bool same_as(JsonLdTerm const& other) const;
};

/// The active context of JSON-LD 1.1 API §4.1. Immutable and shared: expansion goes back to outer ones.
struct JsonLdContext {
  std::map<std::string, std::shared_ptr<JsonLdTerm const>, std::less<>> terms;
  std::string original_base;
  std::optional<std::string> base;
  std::optional<std::string> vocabulary;
  std::optional<std::string> language;
  std::optional<std::string> direction;
  std::shared_ptr<JsonLdContext const> previous;  ///< to return to when this one does not propagate

  /// nullptr when the context does not know the term.
  [[nodiscard]] JsonLdTerm const* find(std::string_view term) const;
};
using JsonLdContextPtr = std::shared_ptr<JsonLdContext const>;

enum class JsonLdMode : std::uint8_t { v1_0, v1_1 };

/// Gives the text of the document with this IRI; what it throws is reported as the reason for which a context could not
/// be loaded.
using JsonLdLoader = std::function<std::string(std::string const& iri)>;

/// The algorithms on contexts, JSON-LD 1.1 API §4 and §5.2. Lives for one document and remembers what it loaded; one
/// thread.
class JsonLdContexts {
 public:
  explicit JsonLdContexts(JsonLdLoader load, JsonLdMode mode = JsonLdMode::v1_1)
      : load_(std::move(load)), mode_(mode) {}

  [[nodiscard]] JsonLdMode mode() const { return mode_; }
  [[nodiscard]] static JsonLdContextPtr initial(std::string const& base);

  /// How a context is applied: the optional arguments of the algorithm.
  struct Application {
    bool override_protected = false;
    bool propagate = true;
    bool validate_scoped = true;
    std::vector<std::string> remote;  ///< contexts being loaded
  };
  /// §4.1.2, context processing.
  [[nodiscard]] JsonLdContextPtr process(JsonLdContextPtr const& active, json::Value const& local,
                                         std::string const& base, Application application);
  [[nodiscard]] JsonLdContextPtr process(JsonLdContextPtr const& active, json::Value const& local,
                                         std::string const& base) {
    return process(active, local, base, Application());
  }

  enum class Relative : std::uint8_t { no, to_document };
  enum class Vocabulary : std::uint8_t { no, yes };
  /// §5.2, IRI expansion; nullopt for what has no meaning.
  [[nodiscard]] static std::optional<std::string> expand_iri(JsonLdContext const& active, std::string_view value,
                                                             Relative relative, Vocabulary vocabulary);

 private:
  friend class JsonLdTermDefinition;

  void apply(JsonLdContext& result, JsonLdContextPtr const& active, json::Value const& local, std::string const& base,
             Application const& application);
  void apply_remote(JsonLdContext& result, std::string_view reference, std::string const& base,
                    Application const& application);
  [[nodiscard]] json::Object import(json::Object const& local, std::string const& base);
  void set_base(JsonLdContext& result, json::Value const& value) const;
  void set_vocabulary(JsonLdContext& result, json::Value const& value) const;
  void set_defaults(JsonLdContext& result, json::Object const& local) const;
  void require_1_1(json::Object const& local, std::string_view key, std::string_view code) const;
  [[nodiscard]] json::Value const& load(std::string const& iri);

  static constexpr std::size_t most_nested = 32;  ///< remote contexts that load each other

  JsonLdLoader load_;
  JsonLdMode mode_;
  std::map<std::string, json::Value> loaded_;
};

}  // namespace lepton::rdf
