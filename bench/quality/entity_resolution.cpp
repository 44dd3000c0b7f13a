// Two tables of one kind of thing and their true pairs; the resolution sees the tables alone.
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <set>

#include "base/call.h"
#include "base/file.h"
#include "embed/resolve/resolution.h"
#include "quality.h"
#include "text/hash.h"
#include "text/lines.h"

namespace lepton::bench {
namespace {

using embed::RecordTable;
using embed::Resolution;

struct Files {
  std::string_view name, left, right;
  char separator;
};
constexpr std::array all_files{Files{"abt_buy", "abt.csv", "buy.csv", '|'},
                               Files{"amazon_google", "amazon.csv", "gp.csv", '#'},
                               Files{"dblp_acm", "dblp.csv", "acm.csv", '%'}};

using Rows = std::vector<std::vector<std::string>>;

/// These files have neither quotes nor separators inside values; a row cut short is filled up.
Rows read_rows(std::filesystem::path const& path, char separator) {
  auto const file = read_file(path);
  Rows rows;
  text::for_each_line(file, [&](std::string_view line, std::size_t) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    rows.emplace_back();
    for (std::size_t from = 0; from <= line.size();) {
      auto const to = std::min(line.find(separator, from), line.size());
      rows.back().emplace_back(line.substr(from, to - from));
      from = to + 1;
    }
    if (rows.size() > 1) rows.back().resize(rows.front().size());
  });
  return rows;
}

/// Tables with the pairs that are true, by row.
struct Task {
  RecordTable left, right;
  std::set<std::pair<std::uint32_t, std::uint32_t>> truth;
};

std::map<std::string, std::uint32_t> fill(RecordTable& table, Rows const& rows,
                                          std::function<bool(std::string const& id)> const& takes) {
  std::map<std::string, std::uint32_t> places;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!takes(rows[i][0])) continue;
    places[rows[i][0]] = static_cast<std::uint32_t>(table.size());
    std::vector<std::string_view> const values(rows[i].begin() + 1, rows[i].end());
    table.add(values);
  }
  return places;
}

/// `half`: only things whose hash is even, both records of a true pair or neither.
Task load(std::filesystem::path const& folder, Files const& files, bool half) {
  auto const left = read_rows(folder / files.left, files.separator),
             right = read_rows(folder / files.right, files.separator);
  auto const pairs = read_rows(folder / "gt.csv", files.separator);
  std::map<std::string, std::string> partner;  // of a right record
  for (std::size_t i = 1; i < pairs.size(); ++i) partner[pairs[i][1]] = pairs[i][0];
  auto const even = [&](std::string const& thing) { return !half || text::hash64(thing) % 2 == 0; };
  Task task{RecordTable({left[0].begin() + 1, left[0].end()}), RecordTable({right[0].begin() + 1, right[0].end()}), {}};
  auto const lefts = fill(task.left, left, even);
  auto const rights = fill(task.right, right, [&](std::string const& id) {
    auto const found = partner.find(id);
    return even(found != partner.end() ? found->second : "right " + id);
  });
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    auto const a = lefts.find(pairs[i][0]), b = rights.find(pairs[i][1]);
    if (a != lefts.end() && b != rights.end()) task.truth.emplace(a->second, b->second);
  }
  return task;
}

void report(std::string_view name, Task const& task) {
  SystemClock const clock;
  double const before = cpu_seconds();
  auto const resolution = link_tables(system_call(clock), task.left, task.right);
  double const seconds = cpu_seconds() - before;
  std::size_t right = 0;
  for (auto const& merge : resolution.merges) right += task.truth.count({merge.left, merge.right});
  auto const truth = static_cast<double>(task.truth.size()), found = static_cast<double>(resolution.merges.size());
  double const hits = static_cast<double>(right);
  fmt::print(
      "{:<14} {:>5} × {:<5} {:>5} pairs ({:.0f} expected), compared {:>6}  precision {:.3f} (expected {:.3f})  recall "
      "{:.3f}  F1 {:.4f}  {:.2f} s of CPU\n",
      name, task.left.size(), task.right.size(), task.truth.size(),
      found * resolution.expected_precision / resolution.expected_recall, resolution.compared, hits / found,
      resolution.expected_precision, hits / truth, 2 * hits / (found + truth), seconds);
}

void report_all(std::filesystem::path const& data, bool half) {
  for (auto const& files : all_files) {
    auto const folder = data / "entity_resolution" / files.name;
    if (!std::filesystem::exists(folder))
      fmt::print("{}: skipped, {} is not there\n", files.name, folder.string());
    else if (!half || files.name != "abt_buy")
      report(files.name, load(folder, files, half));
  }
}

/// Names of one kind out of the lists.
std::vector<std::string> names_of(std::string_view lists, std::string_view kind) {
  std::vector<std::string> names;
  text::for_each_line(lists, [&](std::string_view line, std::size_t) {
    if (line.size() > kind.size() && line.starts_with(kind) && line[kind.size()] == '\t')
      names.emplace_back(line.substr(kind.size() + 1));
  });
  return names;
}

/// One or two letters dropped, doubled or replaced.
std::string with_slips(std::string name, std::function<std::size_t(std::size_t)> const& draw) {
  for (auto slips = 1 + draw(2); slips > 0 && name.size() > 2; --slips) {
    auto const at = draw(name.size());
    switch (draw(3)) {
      case 0:
        name.erase(at, 1);
        break;
      case 1:
        name.insert(at, 1, name[at]);
        break;
      default:
        name[at] = static_cast<char>('a' + draw(26));
    }
  }
  return name;
}

/// How long many records take: people with real names, cities and made-up years of birth, a third of whom stand in both
/// tables, there with slips of the pen.
void report_speed(std::filesystem::path const& data) {
  auto const path = data / "gazetteers" / "gaz_perm.tsv";
  if (!std::filesystem::exists(path)) {
    fmt::print("50,000 records: skipped, {} is not there\n", path.string());
    return;
  }
  auto const lists = read_file(path);
  auto const given = names_of(lists, "N_fn_us"), family = names_of(lists, "N_sn_us"),
             cities = names_of(lists, "W_city");
  RecordTable left({"name", "city", "year"}), right({"name", "city", "year"});
  std::uint64_t state = 7;
  auto const draw = [&](std::size_t most) -> std::size_t { return (state = text::combine(state, 1)) % most; };
  auto const person = [&] { return fmt::format("{} {}", given[draw(given.size())], family[draw(family.size())]); };
  constexpr std::size_t each = 25'000;
  for (std::size_t i = 0; i < each; ++i) {
    auto const name = person(), city = cities[draw(cities.size())], year = std::to_string(1930 + draw(80));
    std::vector<std::string_view> const values{name, city, year};
    left.add(values);
    bool const known = i % 3 == 0;
    auto const other = with_slips(known ? name : person(), draw);
    std::vector<std::string_view> const again{other, known ? city : cities[draw(cities.size())], year};
    right.add(again);
  }
  SystemClock const clock;
  double const before = cpu_seconds();
  auto const begin = std::chrono::steady_clock::now();
  auto const resolution = link_tables(system_call(clock), left, right, {.threads = 2});
  std::size_t hits = 0;
  for (auto const& merge : resolution.merges) hits += merge.left == merge.right && merge.left % 3 == 0 ? 1 : 0;
  std::size_t const truth = (each + 2) / 3;
  fmt::print(
      "{} people, a third twice with slips of the pen: {} pairs compared, F1 {:.4f}, {:.2f} s of CPU, {:.2f} s with 2 "
      "threads\n",
      2 * each, resolution.compared,
      2.0 * static_cast<double>(hits) / static_cast<double>(resolution.merges.size() + truth), cpu_seconds() - before,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

}  // namespace

void entity_resolution(std::filesystem::path const& data) {
  fmt::print("entity resolution, no labels, one configuration\n");
  report_all(data, false);
  report_speed(data);
}

void entity_resolution_development(std::filesystem::path const& data) {
  fmt::print("entity resolution, the halves that choices were made on\n");
  report_all(data, true);
}

}  // namespace lepton::bench
