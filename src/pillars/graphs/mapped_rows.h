#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "graphs/csv_rows.h"
#include "graphs/mapping.h"
#include "graphs/text_template.h"
#include "rdf/store/transaction.h"
#include "table/schema.h"

namespace lepton::graphs {

/// What is made of one dataset: the maps that name it, and the columns that they read. A plain value.
struct DatasetPlan {
  std::string dataset;  ///< "banking/customers", or with a version
  std::vector<std::size_t> maps;
  std::vector<std::string> columns;  ///< as the dataset spells them; in the order of the rows' cells
};

/// Groups the maps by dataset. The columns are not known yet.
[[nodiscard]] std::vector<DatasetPlan> plan_by_dataset(Mapping const& mapping);
/// Sets the columns. Problems by field: a column that is not in the schema, or holds lists or structs. A column is
/// looked for without regard to case, as in SQL.
void plan_columns(Mapping const& mapping, table::Schema const& schema, DatasetPlan& plan, Details& problems);

/// Puts what the maps make of a dataset's rows into one graph of a transaction, which outlives it. One thread.
class MappedRows {
 public:
  MappedRows(Call const& call, Mapping const& mapping, DatasetPlan const& plan, table::Schema const& schema,
             rdf::Transaction& transaction, rdf::TermId graph);

  /// CSV with the plan's columns, in pieces of any size. Throws Error{invalid, "mapping"} whose detail names the fact
  /// and the row (from 1, as they come) for a value that its datatype does not have, or that is not an IRI.
  void write(std::string_view bytes) { csv_.write(bytes); }

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t statements() const { return statements_; }

 private:
  /// Where a term comes from: columns and the texts between them, or one column, or nothing that changes.
  struct Source {
    std::vector<std::size_t> columns;
    std::vector<std::string> texts;
    bool is_iri = false;
    bool is_column = false;  ///< the column's value itself, not a template
    std::string datatype;
    std::string language;
    bool checked = false;   ///< the datatype was given: values may be of another
    bool floating = false;  ///< SQL and XSD spell infinity differently
    std::optional<rdf::TermId> constant;
    std::string pointer;
    std::string last_text;  ///< values repeat from row to row
    rdf::TermId last;
  };
  struct Fact {
    rdf::TermId predicate;
    Source object;
  };
  struct Map {
    Source subject;
    std::vector<Fact> facts;
  };

  void row(CsvRows::Row const& cells);
  [[nodiscard]] std::optional<rdf::TermId> term(Source& source, CsvRows::Row const& cells);
  [[nodiscard]] rdf::TermId intern(Source const& source, std::string_view text) const;
  [[nodiscard]] Source source_of(TextTemplate const& text, bool is_iri) const;
  [[nodiscard]] Source object_of(FactMap const& fact) const;
  [[nodiscard]] std::size_t place_of(std::string_view column) const;
  [[noreturn]] void refuse(Source const& source, std::string const& problem) const;

  Call const& call_;
  Mapping const& mapping_;
  DatasetPlan const& plan_;
  table::Schema const& schema_;
  rdf::Transaction& transaction_;
  rdf::TermId graph_;
  std::vector<Map> maps_;
  CsvRows csv_;
  std::string text_;  ///< of the term that is being made
  std::int64_t rows_ = 0;
  std::int64_t statements_ = 0;
};

}  // namespace lepton::graphs
