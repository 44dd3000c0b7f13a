#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rdf/term.h"

namespace lepton::sparql {

/// One solution as it leaves a query: a term per variable, nullopt where it has none.
using Row = std::vector<std::optional<rdf::Term>>;

/// Takes the answer of SELECT or ASK from a query or a reader: either boolean() alone, or variables() and then rows.
/// What it throws ends the query.
class ResultSink {
 public:
  virtual ~ResultSink() = default;
  virtual void boolean(bool value) = 0;
  /// Names without "?".
  virtual void variables(std::vector<std::string> const& names) = 0;
  /// As long as the variables; lives until the function returns.
  virtual void row(Row const& row) = 0;
};

/// Keeps an answer in memory, for answers known to be small.
class ResultCollector : public ResultSink {
 public:
  void boolean(bool value) override { truth = value; }
  void variables(std::vector<std::string> const& of) override { names = of; }
  void row(Row const& one) override { rows.push_back(one); }

  std::optional<bool> truth;
  std::vector<std::string> names;
  std::vector<Row> rows;
};

}  // namespace lepton::sparql
