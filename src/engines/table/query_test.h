#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "table/importer.h"
#include "table/query.h"
#include "table/row_filter.h"

namespace lepton::table {

/// Fixture with a pool of workers (this program itself, see own_worker.h).
class QueryTest : public testing::Test {
 protected:
  /// A table from CSV text, imported as a user's file is.
  TableSource table(std::string const& name, std::string const& csv,
                    std::map<std::string, std::string> const& types = {}) {
    auto const file = directory_.path() / (name + ".csv");
    write_file_atomically(file, csv);
    ImportOptions import_options;
    import_options.types = types;
    Import const import(workers_, call_, file, import_options);
    auto const stored = directory_.path() / (name + ".parquet");
    std::filesystem::copy_file(import.result().table.path, stored);
    return {.files = {stored}, .schema = import.result().table.schema};
  }

  std::string run(std::string const& sql, std::vector<TableSource> const& sources = {},
                  QueryOptions const& options = {}) {
    auto query = Query::prepare(workers_, call_, sql);
    std::string out;
    last_ = query.run(call_, sources, options, {{}, [&](std::string_view bytes) { out += bytes; }});
    return out;
  }

  Error refusal(std::string const& sql, std::vector<TableSource> const& sources = {}) {
    try {
      return internal("it was not refused: " + run(sql, sources));
    } catch (Error const& e) {
      return e;
    }
  }

  WorkerOptions options() {
    WorkerOptions o;
    o.command = {"/proc/self/exe", "query-worker"};
    o.scratch = directory_.path() / "scratch";
    o.memory_bytes = 256 << 20;
    o.spares = 1;
    return o;
  }

  TemporaryDirectory directory_;
  Log log_{LogLevel::error};
  SystemClock clock_;
  Call call_ = system_call(clock_);
  Workers workers_{options(), log_};
  QueryResult last_;
};

}  // namespace lepton::table
