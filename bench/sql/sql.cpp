// Governed SQL and imports beside DuckDB alone, on the same Parquet and CSV files and with the same threads
// (design.md §12). Prints ratios; goals: unrestricted ≤ 1.1, filtered and masked ≤ 2, import ≤ 1.3.
//
//     bench_sql [rows] [repetitions]
#include <duckdb.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "table/importer.h"
#include "table/own_worker.h"
#include "table/query.h"

namespace lepton::table {
namespace {

using Clock = std::chrono::steady_clock;

/// DuckDB as somebody would embed it.
class Plain {
 public:
  explicit Plain(std::size_t threads) {
    if (duckdb_open(nullptr, &database_) != DuckDBSuccess || duckdb_connect(database_, &connection_) != DuckDBSuccess)
      throw internal("DuckDB does not open");
    run(fmt::format("SET threads = {}", threads));
    run("SET memory_limit = '2GB'");
    run("SET preserve_insertion_order = true");
  }
  ~Plain() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  void run(std::string const& sql) {
    duckdb_result result;
    if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess)
      throw internal(std::string(duckdb_result_error(&result)) + "\n" + sql);
    duckdb_destroy_result(&result);
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

double milliseconds(timespec const& t) {
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

double cpu_of(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return milliseconds(t);
}

double cpu_of_process(pid_t pid) {
  clockid_t clock = 0;
  return ::clock_getcpuclockid(pid, &clock) == 0 ? cpu_of(clock) : 0;
}

/// Milliseconds by the wall and of all processes that worked.
struct Cost {
  double wall = HUGE_VAL;
  double cpu = HUGE_VAL;

  void keep_best(Cost const& other) {
    wall = std::min(wall, other.wall);
    cpu = std::min(cpu, other.cpu);
  }
};

/// `function` returns the CPU time that other processes spent for it.
template <class Function>
Cost once(Function&& function) {
  auto const start = Clock::now();
  double const cpu = cpu_of(CLOCK_PROCESS_CPUTIME_ID);
  double const others = function();
  return {std::chrono::duration<double, std::milli>(Clock::now() - start).count(),
          cpu_of(CLOCK_PROCESS_CPUTIME_ID) - cpu + others};
}

struct Ratios {
  double logarithms = 0;
  double worst = 0;
  int count = 0;
  void add(double ratio) {
    logarithms += std::log(ratio);
    worst = std::max(worst, ratio);
    ++count;
  }
  [[nodiscard]] double mean() const { return std::exp(logarithms / count); }
};

struct Bench {
  Bench(std::int64_t rows_, int repetitions_) : rows(rows_), repetitions(repetitions_) {
    WorkerOptions options;
    options.command = own_worker_command();
    options.scratch = directory.path() / "scratch";
    options.memory_bytes = 2ULL << 30;
    workers.emplace(options, log);
    plain.emplace(workers->options().threads);
    file = directory.path() / "t.parquet";
    plain->run(fmt::format(
        "COPY (SELECT i AS id, (hash(i) % 1000)::INTEGER AS grp, (hash(i * 7) % 100000) / 100.0::DOUBLE AS amount, "
        "'name ' || i AS name, '138' || lpad((i % 100000000)::VARCHAR, 8, '0') AS phone, "
        "CASE WHEN hash(i * 3) % 5 > 0 THEN 'north' ELSE 'south' END AS region, "
        "DATE '2020-01-01' + (i // 10000)::INTEGER AS day FROM range({}) t(i)) TO {} (FORMAT parquet, COMPRESSION "
        "zstd)",
        rows, quote_text(file.string())));
    plain->run("CREATE VIEW t AS SELECT * FROM read_parquet(" + quote_text(file.string()) + ")");
    open = {.files = {file},
            .schema = {{"id", "BIGINT", 1},
                       {"grp", "INTEGER", 2},
                       {"amount", "DOUBLE", 3},
                       {"name", "VARCHAR", 4},
                       {"phone", "VARCHAR", 5},
                       {"region", "VARCHAR", 6},
                       {"day", "DATE", 7}},
            .row_filters = {},
            .masks = {},
            .mask_key = "key"};
    restricted = open;
    restricted.row_filters = {json::parse(R"({"type":"eq","term":"region","value":"north"})")};
    restricted.masks = {{"phone", ColumnMask::show_last_4}, {"name", ColumnMask::replace_with_null}};
  }

  double governed(std::string const& sql, TableSource const& source) {
    auto query = Query::prepare(*workers, call, sql);
    double const before = cpu_of_process(query.worker());
    query.run(call, {source}, {}, {{}, [](std::string_view) {}});
    return cpu_of_process(query.worker()) - before;
  }
  double alone(std::string const& sql) {
    plain->run(sql);
    return 0;
  }

  void queries() {
    fmt::print("{:<58} {:>8} {:>9} {:>9} {:>11} {:>11}\n", "statement, best of " + std::to_string(repetitions),
               "DuckDB", "governed", "the same", "restricted", "the same");
    fmt::print("{:<58} {:>8} {:>9} {:>9} {:>11} {:>11}\n", "", "ms", "wall ×", "CPU ×", "wall ×", "CPU ×");
    Ratios open_wall, open_cpu, restricted_wall, restricted_cpu;
    for (std::string const& sql : std::vector<std::string>{
             "SELECT count(*), sum(amount), max(day) FROM t", "SELECT grp, avg(amount), count(*) FROM t GROUP BY grp",
             "SELECT region, day, sum(amount) FROM t WHERE amount > 500 GROUP BY ALL",
             fmt::format("SELECT * FROM t WHERE id = {}", rows / 2),
             "SELECT count(DISTINCT phone) FROM t WHERE grp < 100",
             "SELECT grp, phone, amount FROM t ORDER BY amount DESC, id LIMIT 100",
             "SELECT count(*) FROM t a JOIN t b ON a.id = b.id WHERE a.grp = 7",
             "SELECT sum(amount * 2 + grp) FROM t WHERE date_trunc('year', day) = DATE '2020-01-01'",
             "SELECT phone, count(*) AS n FROM t WHERE phone LIKE '%777' GROUP BY phone ORDER BY n DESC, phone LIMIT "
             "10"}) {
      Cost plain_best, open_best, restricted_best;
      for (int i = 0; i < repetitions; ++i) {  // in turns, so that what else the machine does hits all alike
        plain_best.keep_best(once([&] { return alone(sql); }));
        open_best.keep_best(once([&] { return governed(sql, open); }));
        restricted_best.keep_best(once([&] { return governed(sql, restricted); }));
      }
      open_wall.add(open_best.wall / plain_best.wall);
      open_cpu.add(open_best.cpu / plain_best.cpu);
      restricted_wall.add(restricted_best.wall / plain_best.wall);
      restricted_cpu.add(restricted_best.cpu / plain_best.cpu);
      fmt::print("{:<58} {:>8.1f} {:>9.2f} {:>9.2f} {:>11.2f} {:>11.2f}\n", sql.substr(0, 58), plain_best.wall,
                 open_best.wall / plain_best.wall, open_best.cpu / plain_best.cpu,
                 restricted_best.wall / plain_best.wall, restricted_best.cpu / plain_best.cpu);
    }
    fmt::print("governed / DuckDB, unrestricted: wall {:.2f}, CPU {:.2f} (goal ≤ 1.1), worst CPU {:.2f}\n",
               open_wall.mean(), open_cpu.mean(), open_cpu.worst);
    fmt::print("governed / DuckDB, filtered and masked: wall {:.2f}, CPU {:.2f} (goal ≤ 2), worst CPU {:.2f}\n",
               restricted_wall.mean(), restricted_cpu.mean(), restricted_cpu.worst);
    Cost least;
    for (int i = 0; i < repetitions * 3; ++i)
      least.keep_best(once([&] { return governed("SELECT 1 FROM t LIMIT 1", open); }));
    fmt::print("what a governed statement costs at least: {:.1f} ms\n", least.wall);
  }

  void imports() {
    auto const csv = directory.path() / "t.csv";
    plain->run(fmt::format("COPY (FROM t LIMIT {}) TO {} (FORMAT csv, HEADER)", rows / 4, quote_text(csv.string())));
    Cost plain_best, import_best;
    for (int i = 0; i < std::max(2, repetitions / 2); ++i) {
      plain_best.keep_best(once([&] {
        return alone(fmt::format("COPY (FROM read_csv({})) TO {} (FORMAT parquet, COMPRESSION zstd)",
                                 quote_text(csv.string()), quote_text((directory.path() / "copy.parquet").string())));
      }));
      import_best.keep_best(once([&] {
        Import const import(*workers, call, csv, {});
        return cpu_of_process(import.worker());
      }));
    }
    fmt::print("CSV import, {} rows, {} MB: {:.0f} ms; import / COPY: wall {:.2f}, CPU {:.2f} (goal ≤ 1.3)\n", rows / 4,
               std::filesystem::file_size(csv) >> 20, import_best.wall, import_best.wall / plain_best.wall,
               import_best.cpu / plain_best.cpu);
  }

  std::int64_t rows;
  int repetitions;
  TemporaryDirectory directory;
  Log log{LogLevel::error};
  SystemClock clock;
  Call call = system_call(clock);
  std::optional<Workers> workers;
  std::optional<Plain> plain;
  std::filesystem::path file;
  TableSource open;
  TableSource restricted;
};

}  // namespace
}  // namespace lepton::table

int main(int argc, char** argv) {
  lepton::table::Bench bench(argc > 1 ? std::atoll(argv[1]) : 5'000'000, argc > 2 ? std::atoi(argv[2]) : 5);
  bench.queries();
  bench.imports();
}
