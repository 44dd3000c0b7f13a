#include "rdf/jsonld_term.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "rdf/iri.h"

namespace lepton::rdf {

namespace {

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

/// A name that can stand for something: not a word that only a context would explain.
bool is_name(std::string_view text) {
  return is_absolute_iri(text) || text.starts_with("_:");
}

/// A colon inside, or a slash: a term that looks like an IRI.
bool looks_like_iri(std::string_view term) {
  if (term.find('/') != std::string_view::npos) return true;
  if (term.size() < 2) return false;
  auto const colon = term.find(':', 1);
  return colon != std::string_view::npos && colon + 1 < term.size();
}

/// RFC 3986 §2.2, gen-delims: what may stand between a prefix and a name.
bool ends_with_delimiter(std::string_view iri) {
  return !iri.empty() && std::string_view(":/?#[]@").find(iri.back()) != std::string_view::npos;
}

std::uint8_t container_flag(std::string_view word) {
  if (word == "@graph") return graph_container;
  if (word == "@id") return id_container;
  if (word == "@index") return index_container;
  if (word == "@language") return language_container;
  if (word == "@list") return list_container;
  if (word == "@set") return set_container;
  if (word == "@type") return type_container;
  return 0;
}

/// §4.2.2, step 19.1: which containers go together.
bool is_container(std::uint8_t flags) {
  int const without_set = flags & ~set_container;
  if (without_set == (graph_container | id_container) || without_set == (graph_container | index_container))
    return true;
  bool const single = (without_set & (without_set - 1)) == 0;
  return single && !(flags & list_container && flags & set_container);
}

[[noreturn]] void refuse_term(std::string_view code, std::string_view term, std::string_view sentence) {
  refuse_jsonld(code, fmt::format("the term \"{}\" {}", term, sentence));
}

}  // namespace

JsonLdTermDefinition::JsonLdTermDefinition(JsonLdContexts& contexts, JsonLdContext& active, json::Object const& local,
                                           std::string const& base, JsonLdContexts::Application const& application)
    : contexts_(contexts), active_(active), local_(local), base_(base), application_(application) {
  auto const* stated = local.if_contains("@protected");
  if (stated == nullptr) return;
  if (is_1_0()) refuse_jsonld("invalid context entry", "@protected does not exist in JSON-LD 1.0");
  if (!stated->is_bool()) refuse_jsonld("invalid @protected value", "expected true or false");
  protected_ = stated->get_bool();
}

void JsonLdTermDefinition::create_all() {
  for (auto const& [key, value] : local_) {
    if (one_of(key, {"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab"}))
      continue;
    create(std::string(key));
  }
}

void JsonLdTermDefinition::require(std::string_view name) {
  auto const found = defined_.find(name);
  if (local_.contains(name) && (found == defined_.end() || found->second != Progress::done)) create(std::string(name));
}

std::optional<std::string> JsonLdTermDefinition::expand(std::string_view value) {
  if (is_jsonld_keyword(value)) return std::string(value);
  if (has_keyword_form(value)) return std::nullopt;
  require(value);
  auto const colon = value.empty() ? std::string_view::npos : value.find(':', 1);
  if (colon != std::string_view::npos && !value.substr(colon + 1).starts_with("//")) require(value.substr(0, colon));
  return JsonLdContexts::expand_iri(active_, value, JsonLdContexts::Relative::no, JsonLdContexts::Vocabulary::yes);
}

// §4.2.2.
void JsonLdTermDefinition::create(std::string const& term) {
  if (auto const found = defined_.find(term); found != defined_.end()) {
    if (found->second == Progress::done) return;
    refuse_term("cyclic IRI mapping", term, "is defined by itself");
  }
  if (term.empty()) refuse_jsonld("invalid term definition", "a term may not be empty");
  defined_[term] = Progress::begun;
  auto const& stated = local_.at(term);
  auto const value = definition_of(term, stated);
  if (!value) return;
  std::shared_ptr<JsonLdTerm const> previous;
  if (auto const known = active_.terms.find(term); known != active_.terms.end()) {
    previous = known->second;
    active_.terms.erase(known);
  }
  JsonLdTerm made;
  made.is_protected = protected_;
  if (auto const* flag = value->if_contains("@protected")) {
    if (is_1_0()) refuse_term("invalid term definition", term, "is @protected, which JSON-LD 1.0 does not know");
    if (!flag->is_bool()) refuse_term("invalid @protected value", term, "has @protected, expected true or false");
    made.is_protected = flag->get_bool();
  }
  read_type(*value, made);
  if (value->contains("@reverse")) {
    if (!read_reverse(term, *value, made)) return;
    return keep(term, previous, std::move(made));
  }
  if (!read_iri(term, *value, stated.is_string(), made)) return;
  read_container(*value, made);
  read_index(term, *value, made);
  read_context(term, *value, made);
  read_text_defaults(*value, made);
  read_nest_and_prefix(term, *value, made);
  for (auto const& [key, unused] : *value) {
    if (!one_of(key, {"@id", "@reverse", "@container", "@context", "@direction", "@index", "@language", "@nest",
                      "@prefix", "@protected", "@type"}))
      refuse_term("invalid term definition", term, fmt::format("has an entry \"{}\" that no definition has", key));
  }
  keep(term, previous, std::move(made));
}

/// §4.2.2, steps 4 to 9: the definition as an object; nullopt for a term that is to be ignored.
std::optional<json::Object> JsonLdTermDefinition::definition_of(std::string const& term,
                                                                json::Value const& value) const {
  if (term == "@type") {
    auto const* object = value.if_object();
    if (is_1_0() || object == nullptr) refuse_jsonld("keyword redefinition", "@type may not be defined anew");
    check_type_redefinition(*object);
  } else if (is_jsonld_keyword(term)) {
    refuse_jsonld("keyword redefinition", fmt::format("{} may not be defined anew", term));
  } else if (has_keyword_form(term)) {
    return std::nullopt;
  }
  if (value.is_null() || value.is_string()) return json::Object{{"@id", value}};
  if (!value.is_object()) {
    refuse_term("invalid term definition", term,
                fmt::format("is {}, expected an IRI, an object or null", json::kind_name(value)));
  }
  return value.get_object();
}

void JsonLdTermDefinition::check_type_redefinition(json::Object const& value) const {
  bool allowed = !value.empty();
  for (auto const& [key, entry] : value) {
    bool const is_set = entry == json::Value("@set") || entry == json::Value(json::Array{"@set"});
    allowed = allowed && ((key == "@container" && is_set) || key == "@protected");
  }
  if (!allowed) refuse_jsonld("keyword redefinition", "@type may be given the container @set, and nothing else");
}

// Step 12.
void JsonLdTermDefinition::read_type(json::Object const& value, JsonLdTerm& made) {
  auto const* stated = value.if_contains("@type");
  if (stated == nullptr) return;
  if (!stated->is_string()) refuse_jsonld("invalid type mapping", "expected @type to be an IRI");
  std::string_view const text = stated->get_string();
  auto const expanded = expand(text);
  bool const is_new = expanded && one_of(*expanded, {"@json", "@none"});
  bool const known = is_new || (expanded && (one_of(*expanded, {"@id", "@vocab"}) || is_absolute_iri(*expanded)));
  if (!known || (is_new && is_1_0()) || expanded->starts_with("_:")) {
    refuse_jsonld("invalid type mapping", fmt::format("'{}' is not an IRI or one of @id, @json, @none, @vocab", text));
  }
  made.type = *expanded;
}

// Step 13. False when the term is to be ignored.
bool JsonLdTermDefinition::read_reverse(std::string const& term, json::Object const& value, JsonLdTerm& made) {
  if (value.contains("@id") || value.contains("@nest")) {
    refuse_term("invalid reverse property", term, "has @reverse: then @id and @nest have no place");
  }
  auto const* stated = value.at("@reverse").if_string();
  if (stated == nullptr) refuse_term("invalid IRI mapping", term, "has an @reverse that is not an IRI");
  if (has_keyword_form(*stated)) return false;
  made.iri = expand(*stated);
  if (!made.iri || !is_name(*made.iri)) {
    refuse_term("invalid IRI mapping", term,
                fmt::format("stands for '{}', which is not an IRI", std::string_view(*stated)));
  }
  if (auto const* container = value.if_contains("@container")) {
    bool const allowed =
        container->is_null() || *container == json::Value("@set") || *container == json::Value("@index");
    if (!allowed) refuse_term("invalid reverse property", term, "may have the containers @set and @index only");
    if (container->is_string()) made.container = container_flag(container->get_string());
  }
  made.reverse = true;
  return true;
}

// Steps 14 to 18. False when the term is to be ignored.
bool JsonLdTermDefinition::read_iri(std::string const& term, json::Object const& value, bool simple, JsonLdTerm& made) {
  auto const* stated = value.if_contains("@id");
  if (stated == nullptr || *stated == json::Value(term)) {
    derive_iri(term, made);
    return true;
  }
  if (stated->is_null()) return true;
  if (!stated->is_string()) refuse_term("invalid IRI mapping", term, "has an @id that is not an IRI");
  std::string_view const text = stated->get_string();
  if (!is_jsonld_keyword(text) && has_keyword_form(text)) return false;
  made.iri = expand(text);
  if (!made.iri || !(is_jsonld_keyword(*made.iri) || is_name(*made.iri))) {
    refuse_term("invalid IRI mapping", term, fmt::format("stands for '{}', which is not an IRI", text));
  }
  if (*made.iri == "@context") refuse_term("invalid keyword alias", term, "may not stand for @context");
  if (looks_like_iri(term)) {
    defined_[term] = Progress::done;
    if (expand(term) != made.iri) {
      refuse_term("invalid IRI mapping", term, fmt::format("is an IRI of its own and may not stand for '{}'", text));
    }
  } else if (simple && term.find(':') == std::string::npos) {
    made.prefix = ends_with_delimiter(*made.iri) || made.iri->starts_with("_:");
  }
  return true;
}

void JsonLdTermDefinition::derive_iri(std::string const& term, JsonLdTerm& made) {
  if (auto const colon = term.find(':', 1); colon != std::string::npos) {
    auto const prefix = std::string_view(term).substr(0, colon);
    require(prefix);
    auto const* known = active_.find(prefix);
    made.iri = known != nullptr && known->iri
                   ? fmt::format("{}{}", *known->iri, std::string_view(term).substr(colon + 1))
                   : term;
  } else if (term.find('/') != std::string::npos) {
    made.iri = JsonLdContexts::expand_iri(active_, term, JsonLdContexts::Relative::no, JsonLdContexts::Vocabulary::yes);
    if (!made.iri || !is_absolute_iri(*made.iri)) refuse_term("invalid IRI mapping", term, "is not an IRI");
  } else if (term == "@type") {
    made.iri = term;
  } else if (active_.vocabulary) {
    made.iri = fmt::format("{}{}", *active_.vocabulary, term);
  } else {
    refuse_term("invalid IRI mapping", term, "has no @id, and the context has no @vocab");
  }
}

// Step 19.
void JsonLdTermDefinition::read_container(json::Object const& value, JsonLdTerm& made) const {
  auto const* stated = value.if_contains("@container");
  if (stated == nullptr) return;
  auto const add = [&](json::Value const& word) {
    std::uint8_t const flag = word.is_string() ? container_flag(word.get_string()) : 0;
    if (flag == 0) {
      refuse_jsonld("invalid container mapping",
                    "expected @graph, @id, @index, @language, @list, @set or @type, not " + json::write(word));
    }
    made.container |= flag;
  };
  if (auto const* several = stated->if_array()) {
    for (auto const& word : *several) add(word);
  } else {
    add(*stated);
  }
  bool const is_new = stated->is_array() || (made.container & (graph_container | id_container | type_container)) != 0;
  if (!is_container(made.container) || (is_1_0() && is_new)) {
    refuse_jsonld("invalid container mapping", json::write(*stated) + " do not go together");
  }
  if ((made.container & type_container) == 0) return;
  if (made.type.empty()) made.type = "@id";
  if (!one_of(made.type, {"@id", "@vocab"})) {
    refuse_jsonld("invalid type mapping", "in the container @type, values are of @type @id or @vocab");
  }
}

// Step 20.
void JsonLdTermDefinition::read_index(std::string const& term, json::Object const& value, JsonLdTerm& made) {
  auto const* stated = value.if_contains("@index");
  if (stated == nullptr) return;
  if (is_1_0() || (made.container & index_container) == 0) {
    refuse_term("invalid term definition", term, "has @index without the container @index");
  }
  auto const expanded = stated->is_string() ? expand(stated->get_string()) : std::nullopt;
  if (!expanded || !is_absolute_iri(*expanded)) {
    refuse_term("invalid term definition", term, "has an @index that is not an IRI");
  }
  made.index = std::string_view(stated->get_string());
}

// Step 21: the context is applied once to see its errors; it holds later, inside the term's values.
void JsonLdTermDefinition::read_context(std::string const& term, json::Object const& value, JsonLdTerm& made) {
  auto const* stated = value.if_contains("@context");
  if (stated == nullptr) return;
  if (is_1_0()) refuse_term("invalid term definition", term, "has a @context, which JSON-LD 1.0 does not know");
  JsonLdContexts::Application trial;
  trial.override_protected = true;
  trial.validate_scoped = false;
  trial.remote = application_.remote;
  try {
    (void)contexts_.process(std::make_shared<JsonLdContext>(active_), *stated, base_, std::move(trial));
  } catch (Error const& error) {
    refuse_term("invalid scoped context", term, fmt::format("has a @context with an error: {}", error.what()));
  }
  made.context = *stated;
  made.context_base = base_;
}

// Steps 22 and 23.
void JsonLdTermDefinition::read_text_defaults(json::Object const& value, JsonLdTerm& made) const {
  if (value.contains("@type")) return;
  if (auto const* language = value.if_contains("@language")) {
    if (!language->is_null() && !language->is_string()) {
      refuse_jsonld("invalid language mapping", "expected @language to be a language tag or null");
    }
    made.language.stated = true;
    if (language->is_string()) made.language.value = std::string(language->get_string());
  }
  if (auto const* direction = value.if_contains("@direction")) {
    bool const known = *direction == json::Value("ltr") || *direction == json::Value("rtl");
    if (!known && !direction->is_null()) {
      refuse_jsonld("invalid base direction", "expected @direction to be \"ltr\", \"rtl\" or null");
    }
    made.direction.stated = true;
    if (known) made.direction.value = std::string(direction->get_string());
  }
}

// Steps 24 and 25.
void JsonLdTermDefinition::read_nest_and_prefix(std::string const& term, json::Object const& value,
                                                JsonLdTerm& made) const {
  if (auto const* nest = value.if_contains("@nest")) {
    if (is_1_0()) refuse_term("invalid term definition", term, "has @nest, which JSON-LD 1.0 does not know");
    bool const allowed = nest->is_string() && (nest->get_string() == "@nest" || !is_jsonld_keyword(nest->get_string()));
    if (!allowed) refuse_term("invalid @nest value", term, "has an @nest that is neither a term nor @nest");
    made.nest = std::string_view(nest->get_string());
  }
  if (auto const* prefix = value.if_contains("@prefix")) {
    if (is_1_0() || term.find(':') != std::string::npos || term.find('/') != std::string::npos) {
      refuse_term("invalid term definition", term, "has @prefix, but is no plain word");
    }
    if (!prefix->is_bool()) refuse_term("invalid @prefix value", term, "has @prefix, expected true or false");
    made.prefix = prefix->get_bool();
    if (made.prefix && made.iri && is_jsonld_keyword(*made.iri)) {
      refuse_term("invalid term definition", term, "stands for a keyword and cannot be a prefix");
    }
  }
}

// Steps 27 and 28.
void JsonLdTermDefinition::keep(std::string const& term, std::shared_ptr<JsonLdTerm const> const& previous,
                                JsonLdTerm made) {
  if (!application_.override_protected && previous && previous->is_protected) {
    if (!made.same_as(*previous)) refuse_term("protected term redefinition", term, "is protected and may not change");
    active_.terms[term] = previous;
  } else {
    active_.terms[term] = std::make_shared<JsonLdTerm const>(std::move(made));
  }
  defined_[term] = Progress::done;
}

}  // namespace lepton::rdf
