// SERVICE: SPARQL 1.1 Federated Query §2 and §4.
#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "sparql/execution.h"
#include "sparql/matching.h"
#include "sparql/row_numbers.h"

namespace lepton::sparql {

namespace {

/// What a service answered, as it comes, in the columns of this query.
class ServiceSink : public ResultSink {
 public:
  ServiceSink(Execution& execution, Table& out, Variables& names, std::string label)
      : execution_(execution), out_(out), names_(names), label_(std::move(label)) {}
  void boolean(bool) override { throw unavailable("the service answered with a boolean instead of rows"); }
  void variables(std::vector<std::string> const& names) override {
    for (auto const& name : names) columns_.push_back(out_.find(names_.of(name)));
  }
  void row(Row const& row) override {
    execution_.call().proceed();
    std::vector<rdf::TermId> ids(out_.width());
    for (std::size_t i = 0; i < row.size() && i < columns_.size(); ++i) {
      if (!row[i] || columns_[i] < 0) continue;
      // Its blank nodes are none of ours.
      rdf::TermId& id = ids[static_cast<std::size_t>(columns_[i])];
      id = row[i]->kind == rdf::TermKind::blank
               ? execution_.terms().id(rdf::blank(fmt::format("{}{}", label_, row[i]->value)).view())
               : execution_.terms().id(row[i]->view());
    }
    out_.append(ids);
  }

 private:
  Execution& execution_;
  Table& out_;
  Variables& names_;
  std::string label_;
  std::vector<int> columns_;
};

}  // namespace

Table Execution::service(Algebra const& algebra, Table const* seed) {
  auto const ask = [&](std::string const& iri) {
    Table out(budget_, variables_of(algebra.parts[0]));
    try {
      if (options_.services == nullptr) throw denied("this query may not ask other services");
      ServiceSink sink(*this, out, variables_, fmt::format("s{}x", budget_.peak()));
      options_.services->query(call_, iri, algebra.text, sink);
      out.settle(out.rows());
    } catch (Error const& error) {
      if (!algebra.silent || error.code() == Code::cancelled || error.reason() == "query_memory") throw;
      return unit();
    }
    return out;
  };
  if (auto const* const name = std::get_if<rdf::Term>(&algebra.name)) return ask(name->value);
  Variable const variable = std::get<Variable>(algebra.name);
  int const place = seed == nullptr ? -1 : seed->find(variable);
  if (place < 0) {
    if (algebra.silent) return unit();
    throw invalid("the service of this SERVICE is a variable that nothing binds");
  }
  Table out(budget_, variables_of(algebra));
  Table const names = distinct_rows(call_, parallelism(), seed->project({variable}));
  for (std::size_t row = 0; row < names.rows(); ++row) {
    if (!names.at(row, 0).defined()) continue;
    Table name(budget_, {variable});
    name.append({names.at(row, 0)});
    name.settle(1);
    rdf::Term const term = terms_.term(names.at(row, 0));
    if (term.kind == rdf::TermKind::iri) out.append(join_tables(*this, ask(term.value), name, all));
  }
  return out;
}

}  // namespace lepton::sparql
