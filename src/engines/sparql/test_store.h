// For tests only.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "sparql/engine.h"
#include "sparql/parser.h"

namespace lepton::sparql {

inline SystemClock const system_clock;

inline Call test_call() {
  return system_call(system_clock);
}

/// A store of these statements, for as long as a test lasts.
class StoreOf {
 public:
  explicit StoreOf(std::vector<rdf::Quad> const& quads) : store_(rdf::Store::open(directory_.path() / "store")) {
    rdf::LoadOptions options;
    options.fresh_blank_nodes = false;
    store_->load(
        test_call(),
        [&](rdf::QuadSink& sink) {
          for (auto const& quad : quads) sink.quad(quad.view());
        },
        options);
  }
  [[nodiscard]] ResultCollector run(std::string const& text, EngineOptions const& options = {},
                                    Call const& call = test_call()) const {
    ResultCollector results;
    rdf::QuadCollector graph;
    report = run_query(call, parse_query(text), store_->snapshot(), results, graph, options);
    return results;
  }
  [[nodiscard]] rdf::Snapshot snapshot() const { return store_->snapshot(); }
  mutable ExecutionReport report;  ///< of the last run

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<rdf::Store> store_;
};

/// Whether an operator of this name, or one that ends so, ran.
inline bool uses(PlanNode const& plan, std::string const& operation) {
  return plan.operation.find(operation) != std::string::npos ||
         std::ranges::any_of(plan.parts, [&](PlanNode const& part) { return uses(part, operation); });
}

/// Each row as a text.
inline std::vector<std::string> text_rows(ResultCollector const& results) {
  std::vector<std::string> rows;
  for (auto const& row : results.rows) {
    std::string text;
    for (auto const& term : row)
      text +=
          term ? fmt::format("{}{}^{}@{} ", static_cast<int>(term->kind), term->value, term->datatype, term->language)
               : "- ";
    rows.push_back(std::move(text));
  }
  return rows;
}

inline std::vector<std::string> sorted_rows(ResultCollector const& results) {
  auto rows = text_rows(results);
  std::ranges::sort(rows);
  return rows;
}

/// e:n0 e:p e:n1, e:n1 e:p e:n2 …
inline std::vector<rdf::Quad> chain(int length) {
  std::vector<rdf::Quad> out;
  for (int i = 0; i < length; ++i) {
    out.emplace_back(rdf::iri(fmt::format("e:n{}", i)), rdf::iri("e:p"), rdf::iri(fmt::format("e:n{}", i + 1)));
  }
  return out;
}

/// Of the error that the query ends with; empty when it does not.
inline std::string reason_of(StoreOf const& store, std::string const& text, EngineOptions const& options,
                             Call const& call = test_call()) {
  try {
    (void)store.run(text, options, call);
  } catch (Error const& error) {
    return std::string(error.reason());
  }
  return "";
}

/// When it is looked at for the n-th time, it does something, and it is two hours later.
class CountingClock : public Clock {
 public:
  explicit CountingClock(int looks) : looks_(looks) {}
  std::function<void()> then = [] {};
  [[nodiscard]] Timestamp wall() const override { return {}; }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    int const left = --looks_;
    if (left == 0) then();
    return std::chrono::steady_clock::time_point(std::chrono::hours(left <= 0 ? 2 : 0));
  }

 private:
  mutable std::atomic<int> looks_;
};

}  // namespace lepton::sparql
