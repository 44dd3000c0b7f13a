#include "rdf/jsonld_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "rdf/characters.h"
#include "rdf/iri.h"
#include "rdf/jsonld_term.h"

namespace lepton::rdf {

bool is_jsonld_keyword(std::string_view text) {
  static constexpr std::array<std::string_view, 26> keywords = {
      "@base",   "@container", "@context",  "@default",   "@direction", "@graph",   "@id",
      "@import", "@included",  "@index",    "@json",      "@language",  "@list",    "@nest",
      "@none",   "@prefix",    "@preserve", "@propagate", "@protected", "@reverse", "@set",
      "@type",   "@value",     "@version",  "@vocab",     "@null"};
  return text != "@null" && std::ranges::find(keywords, text) != keywords.end();
}

bool has_keyword_form(std::string_view text) {
  return text.size() > 1 && text[0] == '@' && std::ranges::all_of(text.substr(1), is_ascii_letter);
}

bool is_well_formed_iri(std::string_view text) {
  auto const fragment = text.find('#');
  bool const one_fragment =
      fragment == std::string_view::npos || text.find('#', fragment + 1) == std::string_view::npos;
  return one_fragment && is_absolute_iri(text) && has_iri_characters(text);
}

void refuse_jsonld(std::string_view code, std::string_view sentence) {
  throw invalid(fmt::format("{}: {}", code, sentence)).with_reason("rdf_syntax");
}

bool JsonLdTerm::same_as(JsonLdTerm const& other) const {
  return iri == other.iri && prefix == other.prefix && reverse == other.reverse && container == other.container &&
         type == other.type && index == other.index && nest == other.nest && language == other.language &&
         direction == other.direction && context == other.context;
}

JsonLdTerm const* JsonLdContext::find(std::string_view term) const {
  auto const found = terms.find(term);
  return found == terms.end() ? nullptr : found->second.get();
}

JsonLdContextPtr JsonLdContexts::initial(std::string const& base) {
  auto context = std::make_shared<JsonLdContext>();
  context->original_base = base;
  if (!base.empty()) context->base = base;
  return context;
}

JsonLdContextPtr JsonLdContexts::process(JsonLdContextPtr const& active, json::Value const& local,
                                         std::string const& base, Application application) {
  auto result = std::make_shared<JsonLdContext>(*active);
  if (auto const* object = local.if_object()) {
    if (auto const* propagate = object->if_contains("@propagate")) {
      if (!propagate->is_bool()) refuse_jsonld("invalid @propagate value", "expected true or false");
      application.propagate = propagate->get_bool();
    }
  }
  if (!application.propagate && !result->previous) result->previous = active;
  if (auto const* several = local.if_array()) {
    for (auto const& one : *several) apply(*result, active, one, base, application);
  } else {
    apply(*result, active, local, base, application);
  }
  return result;
}

// §4.1.2, step 5.
void JsonLdContexts::apply(JsonLdContext& result, JsonLdContextPtr const& active, json::Value const& local,
                           std::string const& base, Application const& application) {
  if (local.is_null()) {
    bool const has_protected =
        std::ranges::any_of(result.terms, [](auto const& term) { return term.second->is_protected; });
    if (!application.override_protected && has_protected) {
      refuse_jsonld("invalid context nullification", "the context has protected terms: null may not clear it");
    }
    JsonLdContext fresh = *initial(active->original_base);
    if (!application.propagate) fresh.previous = std::make_shared<JsonLdContext>(std::move(result));
    result = std::move(fresh);
    return;
  }
  if (auto const* reference = local.if_string()) return apply_remote(result, *reference, base, application);
  if (!local.is_object()) {
    refuse_jsonld("invalid local context",
                  fmt::format("expected an object, an IRI or null, not {}", json::kind_name(local)));
  }
  json::Object object = local.get_object();
  if (auto const* version = object.if_contains("@version")) {
    bool const is_1_1 = version->is_double() && version->get_double() == 1.1;
    if (!is_1_1) refuse_jsonld("invalid @version value", "expected the number 1.1");
    require_1_1(object, "@version", "processing mode conflict");
  }
  if (object.contains("@import")) object = import(object, base);
  if (auto const* stated = object.if_contains("@base"); stated && application.remote.empty()) set_base(result, *stated);
  if (auto const* stated = object.if_contains("@vocab")) set_vocabulary(result, *stated);
  set_defaults(result, object);
  JsonLdTermDefinition(*this, result, object, base, application).create_all();
}

void JsonLdContexts::apply_remote(JsonLdContext& result, std::string_view reference, std::string const& base,
                                  Application const& application) {
  std::string iri(reference);
  if (!BaseIri(base).resolve(iri)) {
    refuse_jsonld("loading document failed", fmt::format("the context '{}' is relative, and no base is known", iri));
  }
  if (!application.validate_scoped && std::ranges::find(application.remote, iri) != application.remote.end()) return;
  if (application.remote.size() >= most_nested) {
    refuse_jsonld("context overflow", fmt::format("more than {} contexts load each other, now '{}'", most_nested, iri));
  }
  auto const& document = load(iri);
  auto const* object = document.if_object();
  auto const* context = object == nullptr ? nullptr : object->if_contains("@context");
  if (context == nullptr) {
    refuse_jsonld("invalid remote context", fmt::format("'{}' is not an object with an @context", iri));
  }
  Application inner;
  inner.validate_scoped = application.validate_scoped;
  inner.remote = application.remote;
  inner.remote.push_back(iri);
  result = *process(std::make_shared<JsonLdContext>(result), *context, iri, std::move(inner));
}

json::Value const& JsonLdContexts::load(std::string const& iri) {
  if (auto const known = loaded_.find(iri); known != loaded_.end()) return known->second;
  if (!load_) {
    refuse_jsonld("loading remote context failed",
                  fmt::format("'{}' lies elsewhere, and nothing is loaded from elsewhere: write the context into "
                              "the document",
                              iri));
  }
  try {
    return loaded_.emplace(iri, json::parse(load_(iri))).first->second;
  } catch (Error const& error) {
    refuse_jsonld("loading remote context failed", fmt::format("'{}': {}", iri, error.what()));
  }
}

// §4.1.2, step 5.6.
json::Object JsonLdContexts::import(json::Object const& local, std::string const& base) {
  require_1_1(local, "@import", "invalid context entry");
  auto const* reference = local.at("@import").if_string();
  if (reference == nullptr) refuse_jsonld("invalid @import value", "expected an IRI as a string");
  std::string iri(*reference);
  if (!BaseIri(base).resolve(iri)) refuse_jsonld("loading remote context failed", fmt::format("'{}' is relative", iri));
  auto const& document = load(iri);
  auto const* object = document.if_object();
  auto const* context = object == nullptr ? nullptr : object->if_contains("@context");
  if (context == nullptr || !context->is_object()) {
    refuse_jsonld("invalid remote context", fmt::format("'{}' has no @context that is one object", iri));
  }
  json::Object merged = context->get_object();
  if (merged.contains("@import")) refuse_jsonld("invalid context entry", "an imported context may not import again");
  for (auto const& [key, value] : local) merged[key] = value;
  return merged;
}

void JsonLdContexts::set_base(JsonLdContext& result, json::Value const& value) const {
  if (value.is_null()) {
    result.base.reset();
    return;
  }
  if (!value.is_string()) refuse_jsonld("invalid base IRI", "expected @base to be an IRI or null");
  std::string iri(value.get_string());
  if (!BaseIri(result.base.value_or("")).resolve(iri)) {
    refuse_jsonld("invalid base IRI", fmt::format("'{}' is relative, and no base is known", iri));
  }
  result.base = std::move(iri);
}

void JsonLdContexts::set_vocabulary(JsonLdContext& result, json::Value const& value) const {
  if (value.is_null()) {
    result.vocabulary.reset();
    return;
  }
  if (!value.is_string()) refuse_jsonld("invalid vocab mapping", "expected @vocab to be an IRI or null");
  std::string_view const text = value.get_string();
  bool const is_name = is_absolute_iri(text) || text.starts_with("_:");
  if (!is_name && mode_ == JsonLdMode::v1_0) {
    refuse_jsonld("invalid vocab mapping", fmt::format("'{}' is not an absolute IRI", text));
  }
  auto expanded = expand_iri(result, text, Relative::to_document, Vocabulary::yes);
  if (!expanded) refuse_jsonld("invalid vocab mapping", fmt::format("'{}' is not an IRI", text));
  result.vocabulary = std::move(expanded);
}

void JsonLdContexts::require_1_1(json::Object const& local, std::string_view key, std::string_view code) const {
  if (mode_ == JsonLdMode::v1_0 && local.contains(key)) {
    refuse_jsonld(code, fmt::format("{} does not exist in JSON-LD 1.0", key));
  }
}

// §4.1.2, steps 5.9 to 5.11.
void JsonLdContexts::set_defaults(JsonLdContext& result, json::Object const& local) const {
  if (auto const* language = local.if_contains("@language")) {
    if (!language->is_null() && !language->is_string()) {
      refuse_jsonld("invalid default language", "expected @language to be a language tag or null");
    }
    result.language = language->is_null() ? std::nullopt : std::optional<std::string>(language->get_string());
  }
  require_1_1(local, "@direction", "invalid context entry");
  if (auto const* direction = local.if_contains("@direction")) {
    if (direction->is_null()) {
      result.direction.reset();
    } else if (*direction == json::Value("ltr") || *direction == json::Value("rtl")) {
      result.direction = std::string(direction->get_string());
    } else {
      refuse_jsonld("invalid base direction", "expected @direction to be \"ltr\", \"rtl\" or null");
    }
  }
  require_1_1(local, "@propagate", "invalid context entry");
  if (auto const* propagate = local.if_contains("@propagate"); propagate != nullptr && !propagate->is_bool()) {
    refuse_jsonld("invalid @propagate value", "expected true or false");
  }
}

std::optional<std::string> JsonLdContexts::expand_iri(JsonLdContext const& active, std::string_view value,
                                                      Relative relative, Vocabulary vocabulary) {
  if (is_jsonld_keyword(value)) return std::string(value);
  if (has_keyword_form(value)) return std::nullopt;
  if (auto const* term = active.find(value)) {
    if (term->iri && is_jsonld_keyword(*term->iri)) return term->iri;
    if (vocabulary == Vocabulary::yes) return term->iri;
  }
  std::size_t const colon = value.find(':', 1);
  if (!value.empty() && colon != std::string_view::npos) {
    auto const prefix = value.substr(0, colon);
    auto const suffix = value.substr(colon + 1);
    if (prefix == "_" || suffix.starts_with("//")) return std::string(value);
    if (auto const* term = active.find(prefix); term != nullptr && term->iri && term->prefix) {
      return fmt::format("{}{}", *term->iri, suffix);
    }
    if (is_absolute_iri(value)) return std::string(value);
  }
  if (vocabulary == Vocabulary::yes && active.vocabulary) return fmt::format("{}{}", *active.vocabulary, value);
  std::string iri(value);
  if (relative == Relative::to_document && active.base) (void)BaseIri(*active.base).resolve(iri);
  return iri;
}

}  // namespace lepton::rdf
