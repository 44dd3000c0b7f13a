#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/fields.h"
#include "base/json.h"
#include "graphs/text_template.h"

namespace lepton::graphs {

enum class ObjectKind { iri, literal };

/// The subject of another map, made from columns of this one: a join that needs no look at the other's rows.
struct SubjectOf {
  std::string map;
  std::map<std::string, std::string> columns;  ///< column of that map's subject → column of this map's dataset

  static constexpr auto fields() {
    return std::tuple{required("map", &SubjectOf::map, "name of the map whose subject it is"),
                      optional("columns", &SubjectOf::columns,
                               "column of that subject: column of this dataset; default: named alike")};
  }
};

/// One statement for each row: what is said of the row's subject, and where the object comes from (R2RML §6.3). Exactly
/// one of column, template, constant and subject_of is given. A row whose column is null gives no statement.
struct FactMap {
  std::string predicate;
  std::optional<std::string> column;
  std::optional<std::string> text_template;
  std::optional<std::string> constant;
  std::optional<SubjectOf> subject_of;
  std::optional<ObjectKind> as;  ///< default: a column is a literal, a template an IRI, a constant as it looks
  std::string datatype;
  std::string language;

  static constexpr auto fields() {
    return std::tuple{required("predicate", &FactMap::predicate, "an IRI, whole or with a prefix"),
                      optional("column", &FactMap::column, "its value is the object"),
                      optional("template", &FactMap::text_template, "text with columns in braces"),
                      optional("constant", &FactMap::constant, "the same object for every row"),
                      optional("subject_of", &FactMap::subject_of, "the subject of another map"),
                      optional("as", &FactMap::as, "iri or literal"),
                      optional("datatype", &FactMap::datatype, "of a literal; default: as the column's type says"),
                      optional("language", &FactMap::language, "of a literal, such as en or zh")};
  }
};

/// What is made of the rows of one dataset (R2RML §6, a triples map).
struct SubjectMap {
  std::string name;  ///< by which others refer to its subject; default: the dataset's name
  std::string dataset;
  std::string subject;
  json::Value classes;  ///< a text or a list of them
  std::vector<FactMap> facts;

  static constexpr auto fields() {
    return std::tuple{optional("name", &SubjectMap::name, "for subject_of; default: the dataset's name"),
                      required("dataset", &SubjectMap::dataset, "department/name, or …@version"),
                      required("subject", &SubjectMap::subject, "template of the row's IRI"),
                      optional("class", &SubjectMap::classes, "IRI of its class, or a list of them"),
                      optional("facts", &SubjectMap::facts, "what is said of it")};
  }
};

/// From datasets to statements (design.md §8, construction), as people write it. A plain value.
struct Mapping {
  std::map<std::string, std::string> prefixes;
  std::vector<SubjectMap> maps;

  static constexpr auto fields() {
    return std::tuple{optional("prefixes", &Mapping::prefixes, "short name: beginning of IRIs"),
                      required("maps", &Mapping::maps, "one for each kind of thing")};
  }
};

/// Throws Error{invalid, "mapping"} that names every field which cannot be, whatever the datasets hold.
[[nodiscard]] Mapping parse_mapping(json::Value const& value);

/// The IRI that a name with a prefix, or a whole IRI, stands for. xsd: and rdf: are known. Throws Error{invalid}.
[[nodiscard]] std::string expand_iri(Mapping const& mapping, std::string_view name);
/// The same; nullopt for what is none.
[[nodiscard]] std::optional<std::string> find_iri(Mapping const& mapping, std::string_view name);
/// The same for a template: what it gives is an IRI whatever the columns hold. Throws Error{invalid}.
[[nodiscard]] TextTemplate expand_template(Mapping const& mapping, std::string_view text);
/// Whether a template or a constant is said to be a literal.
[[nodiscard]] bool is_text(FactMap const& fact);
[[nodiscard]] std::vector<std::string> classes_of(SubjectMap const& map);
[[nodiscard]] SubjectMap const* find_map(Mapping const& mapping, std::string_view name);

}  // namespace lepton::graphs

template <>
struct lepton::EnumNames<lepton::graphs::ObjectKind> {
  using enum lepton::graphs::ObjectKind;
  static constexpr std::array<std::pair<lepton::graphs::ObjectKind, std::string_view>, 2> values{
      {{iri, "iri"}, {literal, "literal"}}};
};
