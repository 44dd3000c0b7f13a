#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "sparql/results.h"

namespace lepton::graphs {

/// Writes the rows of a SELECT as CSV with a header, and finds out of which SQL type each column is. What is unbound is
/// null. One thread.
class TableWriter : public sparql::ResultSink {
 public:
  explicit TableWriter(std::filesystem::path const& file);

  void boolean(bool) override {}
  void variables(std::vector<std::string> const& names) override;
  void row(sparql::Row const& row) override;

  /// Throws Error{exhausted} when the disk was full.
  void finish();
  /// Column → type that all its values have; VARCHAR when they have none in common, or there are none.
  [[nodiscard]] std::map<std::string, std::string> types() const;

 private:
  enum class Kind { none, boolean, integer, large, real, date, moment, zoned, text };
  [[nodiscard]] static Kind kind_of(rdf::Term const& term);
  [[nodiscard]] static Kind joined(Kind a, Kind b);
  void write(std::string_view text);

  std::ofstream out_;
  std::vector<std::string> names_;
  std::vector<Kind> kinds_;
};

}  // namespace lepton::graphs
