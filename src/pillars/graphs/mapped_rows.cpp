#include "graphs/mapped_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "graphs/natural_datatype.h"
#include "rdf/iri.h"
#include "sparql/value.h"

namespace lepton::graphs {
namespace {

/// Rows between two looks at the call's deadline.
constexpr std::int64_t kBeat = 256;

std::string spelled(table::Schema const& schema, std::string_view column) {
  auto const* const found = table::find_column(schema, column);
  return found == nullptr ? std::string(column) : found->name;
}

/// The template by which a fact refers to another map's subject, with this dataset's columns in it.
std::vector<std::string> joined_columns(FactMap const& fact, TextTemplate const& subject) {
  std::vector<std::string> columns;
  for (auto const& column : subject.columns()) {
    auto const own = fact.subject_of->columns.find(column);
    columns.push_back(own == fact.subject_of->columns.end() ? column : own->second);
  }
  return columns;
}

std::vector<std::string> columns_in(std::string_view text) {
  return TextTemplate(text).columns();
}

TextTemplate subject_template(Mapping const& mapping, SubjectMap const& map) {
  return expand_template(mapping, map.subject);
}

/// Adds columns to a plan, and says which of them cannot be.
class ColumnPlanner {
 public:
  ColumnPlanner(table::Schema const& schema, DatasetPlan& plan, Details& problems)
      : schema_(schema), plan_(plan), problems_(problems) {}

  void add(std::string const& column, std::string const& pointer) {
    auto const* const found = table::find_column(schema_, column);
    if (found == nullptr) {
      std::vector<std::string> names;
      for (auto const& one : schema_) names.push_back(one.name);
      problems_[pointer] =
          fmt::format("{} has no column \"{}\"; it has {}", plan_.dataset, column, fmt::join(names, ", "));
    } else if (!natural_datatype(found->type)) {
      problems_[pointer] = fmt::format("the column \"{}\" is a {}, which is no single value", found->name, found->type);
    } else if (std::ranges::find(plan_.columns, found->name) == plan_.columns.end()) {
      plan_.columns.push_back(found->name);
    }
  }

  void add_fact(Mapping const& mapping, FactMap const& fact, std::string const& pointer) {
    if (fact.column) add(*fact.column, pointer + "/column");
    if (fact.text_template)
      for (auto const& column : columns_in(*fact.text_template)) add(column, pointer + "/template");
    if (!fact.subject_of) return;
    auto const subject = subject_template(mapping, *find_map(mapping, fact.subject_of->map));
    for (auto const& [column, own] : fact.subject_of->columns)
      if (std::ranges::find(subject.columns(), column) == subject.columns().end())
        problems_[json::pointer_to(pointer + "/subject_of/columns", column)] =
            fmt::format("the subject of \"{}\" has no {{{}}}", fact.subject_of->map, column);
    for (auto const& column : joined_columns(fact, subject)) add(column, pointer + "/subject_of");
  }

 private:
  table::Schema const& schema_;
  DatasetPlan& plan_;
  Details& problems_;
};

}  // namespace

std::vector<DatasetPlan> plan_by_dataset(Mapping const& mapping) {
  std::vector<DatasetPlan> plans;
  for (std::size_t i = 0; i < mapping.maps.size(); ++i) {
    auto const& dataset = mapping.maps[i].dataset;
    auto found = std::ranges::find(plans, dataset, &DatasetPlan::dataset);
    if (found == plans.end()) found = plans.insert(plans.end(), {dataset, {}, {}});
    found->maps.push_back(i);
  }
  return plans;
}

void plan_columns(Mapping const& mapping, table::Schema const& schema, DatasetPlan& plan, Details& problems) {
  ColumnPlanner planner(schema, plan, problems);
  for (auto const number : plan.maps) {
    auto const& map = mapping.maps[number];
    auto const here = json::pointer_to("/maps", number);
    for (auto const& column : columns_in(map.subject)) planner.add(column, here + "/subject");
    for (std::size_t i = 0; i < map.facts.size(); ++i)
      planner.add_fact(mapping, map.facts[i], json::pointer_to(here + "/facts", i));
  }
}

MappedRows::MappedRows(Call const& call, Mapping const& mapping, DatasetPlan const& plan, table::Schema const& schema,
                       rdf::Transaction& transaction, rdf::TermId graph)
    : call_(call),
      mapping_(mapping),
      plan_(plan),
      schema_(schema),
      transaction_(transaction),
      graph_(graph),
      csv_([this](CsvRows::Row const& cells) { row(cells); }) {
  auto& terms = transaction_.dictionary();
  for (auto const number : plan_.maps) {
    auto const& from = mapping_.maps[number];
    auto const here = json::pointer_to("/maps", number);
    Map map{source_of(subject_template(mapping_, from), true), {}};
    map.subject.pointer = here + "/subject";
    for (auto const& name : classes_of(from)) {
      Source type;
      type.constant = terms.intern(rdf::iri_view(expand_iri(mapping_, name)));
      map.facts.push_back({terms.intern(rdf::iri_view(rdf::rdf_type)), std::move(type)});
    }
    for (std::size_t i = 0; i < from.facts.size(); ++i) {
      Fact fact{terms.intern(rdf::iri_view(expand_iri(mapping_, from.facts[i].predicate))), object_of(from.facts[i])};
      fact.object.pointer = json::pointer_to(here + "/facts", i);
      map.facts.push_back(std::move(fact));
    }
    maps_.push_back(std::move(map));
  }
}

std::size_t MappedRows::place_of(std::string_view column) const {
  return static_cast<std::size_t>(std::ranges::find(plan_.columns, spelled(schema_, column)) - plan_.columns.begin());
}

MappedRows::Source MappedRows::source_of(TextTemplate const& text, bool is_iri) const {
  Source source;
  source.texts = text.texts();
  for (auto const& column : text.columns()) source.columns.push_back(place_of(column));
  source.is_iri = is_iri;
  source.datatype = rdf::xsd_string;
  return source;
}

MappedRows::Source MappedRows::object_of(FactMap const& fact) const {
  Source source;
  source.datatype = rdf::xsd_string;
  if (fact.column) {
    auto const place = place_of(*fact.column);
    source.columns = {place};
    source.is_column = true;
    source.is_iri = fact.as == ObjectKind::iri;
    source.datatype = *natural_datatype(table::find_column(schema_, plan_.columns[place])->type);
    source.floating = source.datatype == rdf::xsd_double;
  } else if (fact.subject_of) {
    auto const subject = subject_template(mapping_, *find_map(mapping_, fact.subject_of->map));
    source.texts = subject.texts();
    for (auto const& column : joined_columns(fact, subject)) source.columns.push_back(place_of(column));
    source.is_iri = true;
  } else if (fact.text_template) {
    source = is_text(fact) ? source_of(TextTemplate(*fact.text_template), false)
                           : source_of(expand_template(mapping_, *fact.text_template), true);
  }
  if (!fact.datatype.empty()) {
    source.datatype = expand_iri(mapping_, fact.datatype);
    source.checked = true;
  }
  source.language = fact.language;
  if (fact.constant) {
    source.is_iri = fact.as == ObjectKind::iri || (!is_text(fact) && find_iri(mapping_, *fact.constant));
    source.constant = intern(source, source.is_iri ? expand_iri(mapping_, *fact.constant) : *fact.constant);
  }
  return source;
}

void MappedRows::refuse(Source const& source, std::string const& problem) const {
  auto const message = fmt::format("row {} of {}: {}", rows_, plan_.dataset, problem);
  throw invalid(fmt::format("{} {}", source.pointer, message), {{source.pointer, message}}).with_reason("mapping");
}

rdf::TermId MappedRows::intern(Source const& source, std::string_view text) const {
  auto& terms = transaction_.dictionary();
  if (source.is_iri) {
    // A template's parts were looked at, and what columns put into it is encoded.
    if (source.is_column && (!rdf::is_absolute_iri(text) || !rdf::has_iri_characters(text)))
      refuse(source, fmt::format("\"{}\" is not an absolute IRI", text));
    return terms.intern(rdf::iri_view(text));
  }
  if (!source.language.empty()) return terms.intern(rdf::language_view(text, source.language));
  auto const literal = rdf::literal_view(text, source.datatype);
  if (source.checked && has_value_space(source.datatype) &&
      sparql::Value::of(literal).kind() == sparql::ValueKind::other)
    refuse(source, fmt::format("\"{}\" is not of the datatype {}", text, source.datatype));
  return terms.intern(literal);
}

std::optional<rdf::TermId> MappedRows::term(Source& source, CsvRows::Row const& cells) {
  if (source.constant) return source.constant;
  for (auto const column : source.columns)
    if (cells[column].is_null) return std::nullopt;
  text_.clear();
  if (source.is_column) {
    auto const value = cells[source.columns.front()].text;
    text_ = source.floating ? xsd_floating(value) : value;
  } else {
    for (std::size_t i = 0; i < source.columns.size(); ++i) {
      text_ += source.texts[i];
      auto const value = cells[source.columns[i]].text;
      source.is_iri ? append_iri_safe(value, text_) : (void)text_.append(value);
    }
    text_ += source.texts.back();
  }
  if (source.last.defined() && source.last_text == text_) return source.last;
  source.last = intern(source, text_);
  source.last_text = text_;
  return source.last;
}

void MappedRows::row(CsvRows::Row const& cells) {
  if (++rows_ % kBeat == 0) call_.proceed();
  for (auto& map : maps_) {
    auto const subject = term(map.subject, cells);
    if (!subject) continue;
    for (auto& fact : map.facts) {
      auto const object = term(fact.object, cells);
      if (!object) continue;
      transaction_.insert(rdf::IdQuad{*subject, fact.predicate, *object, graph_});
      ++statements_;
    }
  }
}

}  // namespace lepton::graphs
